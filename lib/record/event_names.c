/* SPDX-License-Identifier: Apache-2.0 */
/* What operations, services and failures are called in records, and which names there are. */
#include "record/event_priv.h"
#include "record/sign_in.h"

/* Tasks that AWS has a page of the console for and no API: what is signed, and is no service of
   AWS's. */
bool event_is_console_task(const struct api_op *op)
{
    return strcmp(op->service->name, "own") == 0;
}

struct str event_source(const struct api_op *op)
{
    bool task = event_is_console_task(op) && op->auth;
    struct str action = str_of(task ? op->auth->action : op->service->name);
    return str_cut(&action, ':');
}

static const char sign_in_source[] = "signin";

const char *event_name(const struct event *event)
{
    return event->op ? event->op->name : event->told.name;
}

struct str event_service(const struct event *event)
{
    return event->op ? event_source(event->op) : str_of(sign_in_source);
}

/* Whether the failure is one of those that the service's model has for the operation. */
static bool is_modelled(const struct api_op *op, int code)
{
    bool found = code == ERR_SERVICE_FAILURE;
    for (const int *error = op->errors; error && *error && !found; error++)
        found = *error == code;
    return found;
}

/* The names of IAM's exceptions are their codes and "Exception", but for these (botocore). */
static const struct {
    const char *code, *name;
} odd[] = {
    {"ReportExpired", "CredentialReportExpired"},
    {"ReportNotPresent", "CredentialReportNotPresent"},
    {"ReportInProgress", "CredentialReportNotReady"},
    {"NotSupportedService", "ServiceNotSupported"},
};

static const char exception[] = "Exception";

static const char *class_name(const char *code)
{
    for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
        if (strcmp(code, odd[i].code) == 0)
            return odd[i].name;
    }
    return code;
}

/* AWS undocumented: how it calls errors that no model has; here as on the wire. */
struct str event_error_name(struct buf *scratch, const struct api_op *op, int failure)
{
    const struct err_face *face = err_face(failure);
    if (op->service->protocol != API_QUERY)
        return str_of(face->json_code);
    buf_add_text(scratch, class_name(face->code));
    size_t n = sizeof exception - 1;
    bool ends = scratch->n > n && memcmp(scratch->p + scratch->n - n, exception, n) == 0;
    if (is_modelled(op, failure) && !ends)
        buf_add_text(scratch, exception);
    return buf_str(scratch);
}

const char *event_error(const struct event *event, struct arena *a)
{
    if (event->code == OK || !event->op)
        return NULL;
    struct buf scratch = buf_new(a, 64);
    return str_dup(a, event_error_name(&scratch, event->op, event->code));
}

static bool is_told(const struct api_op *op)
{
    return op->callers == API_PRINCIPALS;
}

bool event_has_name(const struct api_service *const services[], struct str name,
                    UNUSED struct arena *a)
{
    bool found = record_is_sign_in(name);
    for (; *services && !found; services++) {
        const struct api_op *op = api_find(*services, name);
        found = op && is_told(op);
    }
    return found;
}

bool event_has_source(const struct api_service *const services[], struct str source,
                      UNUSED struct arena *a)
{
    struct str rest = source, wanted = str_cut(&rest, '.');
    bool found = str_is(wanted, sign_in_source);
    for (; *services && !found; services++) {
        for (size_t i = 0; i < (*services)->n_ops && !found; i++) {
            const struct api_op *op = &(*services)->ops[i];
            found = is_told(op) && str_eq(wanted, event_source(op));
        }
    }
    return found && (!rest.p || str_is(rest, "amazonaws.com"));
}

/* The first operation whose model has the failure; NULL: there is none. */
static const struct api_op *find_modelled(const struct api_service *service, int code)
{
    for (size_t i = 0; i < service->n_ops; i++) {
        if (is_told(&service->ops[i]) && is_modelled(&service->ops[i], code))
            return &service->ops[i];
    }
    return NULL;
}

/* What no model of the protocol has may happen to every operation: failures that all services
   share, which have names of their own in AWS's JSON protocols. */
static bool is_called(const struct api_service *const services[], bool query, int code,
                      struct str error, struct arena *a)
{
    const struct err_face *face = err_face(code);
    bool modelled = false, found = false;
    struct buf scratch = buf_new(a, 64);
    for (; *services && !found; services++) {
        const struct api_op *op = find_modelled(*services, code);
        if (!op || ((*services)->protocol == API_QUERY) != query)
            continue;
        modelled = true;
        scratch.n = 0;
        found = str_eq(error, event_error_name(&scratch, op, code));
    }
    bool shared = query || strcmp(face->code, face->json_code) != 0;
    return found ||
           (!modelled && shared && str_is(error, query ? class_name(face->code) : face->json_code));
}

bool event_has_error(const struct api_service *const services[], struct str error, struct arena *a)
{
    for (int code = -1; code >= -ERR_COUNT; code--) {
        const struct err_face *face = err_face(code);
        bool likely =
            str_starts(error, str_of(class_name(face->code))) || str_is(error, face->json_code);
        if (likely && (is_called(services, true, code, error, a) ||
                       is_called(services, false, code, error, a)))
            return true;
    }
    return false;
}
