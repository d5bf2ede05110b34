/* SPDX-License-Identifier: Apache-2.0 */
#include "recognize/find_priv.h"

const struct request_op *find_op(const struct request_service *service, struct str name)
{
    uint32_t first = service->ops, end = service->ops + service->n_ops;
    while (first < end) {
        uint32_t middle = (first + end) / 2;
        const char *other = request_text(request_ops[middle].name);
        int order = strncmp(name.p, other, name.n);
        if (order == 0 && other[name.n] == '\0')
            return &request_ops[middle];
        if (order > 0)
            first = middle + 1;
        else
            end = middle;
    }
    return NULL;
}

/* Which of services that share a request is meant. */
static int rank(const struct find *find, const struct request_service *service)
{
    if (!find->is_signed)
        return find_has(service, REQUEST_PUBLIC);
    return str_eq(find->scope, str_of(request_text(service->id)));
}

void find_offer(const struct find *find, struct found *best, const struct found *other)
{
    if (!best->op) {
        *best = *other;
        return;
    }
    int order = other->literals - best->literals;
    if (order == 0)
        order = other->needs - best->needs;
    if (order == 0)
        order = other->slash_fits - best->slash_fits;
    if (order == 0)
        order = rank(find, other->service) - rank(find, best->service);
    bool ambiguous = order < 0 && best->ambiguous;
    if (order == 0)
        ambiguous = !find->is_signed ||
                    strcmp(request_text(best->op->name), request_text(other->op->name)) != 0;
    if (order > 0)
        *best = *other;
    best->rivals = true;
    best->ambiguous = ambiguous;
}

/* A header that has to be there once; false: there are several. */
static bool take_once(struct str *ret, struct str value)
{
    if (ret->p)
        return false;
    *ret = str_trim(value);
    return true;
}

/* What changes the method for some servers. */
static bool overrides_method(struct str name)
{
    return str_eq_fold(name, STR("x-http-method-override")) ||
           str_eq_fold(name, STR("x-http-method")) || str_eq_fold(name, STR("x-method-override"));
}

static enum recognize_why read_headers(struct find *find)
{
    struct str host = {NULL, 0}, type = {NULL, 0};
    struct {
        struct str name;
        struct str *ret;
    } known[] = {{STR("host"), &host},
                 {STR("content-type"), &type},
                 {STR("x-amz-target"), &find->target},
                 {STR("smithy-protocol"), &find->smithy}};
    for (size_t i = 0; i < find->rq->n_headers; i++) {
        const struct request_header *header = &find->rq->headers[i];
        for (size_t at = 0; at < ARRAY_LEN(known); at++) {
            if (str_eq_fold(header->name, known[at].name) &&
                !take_once(known[at].ret, header->value)) {
                find->reason = "A header that tells the operation is there more than once.";
                return RECOGNIZE_AMBIGUOUS;
            }
        }
        if (overrides_method(header->name)) {
            find->reason = "A header changes the method for some servers.";
            return RECOGNIZE_AMBIGUOUS;
        }
    }
    find->host = host_name(find->arena, host);
    find->type = str_trim(str_cut(&type, ';'));
    return RECOGNIZED;
}

/* RPC requests are sent to one path, with one method, and have no Action. */
static enum recognize_why check_rpc(struct find *find, bool path_fits)
{
    if (!str_is(find->rq->method, "POST") || !path_fits || action_is_in_query(find)) {
        find->reason = "A header names an operation, and method, path or parameters another one.";
        return RECOGNIZE_AMBIGUOUS;
    }
    if (str_eq_fold(find->type, STR("application/x-www-form-urlencoded"))) {
        find->reason = "A header names an operation, and the body is a form.";
        return RECOGNIZE_AMBIGUOUS;
    }
    return RECOGNIZED;
}

/* The services that have TARGET and speak PROTOCOL are offered with their operation NAME. */
static enum recognize_why find_target(struct find *find, struct str target, struct str name,
                                      enum recognize_protocol protocol, struct found *ret)
{
    find->reason = "The service has no such target.";
    for (uint32_t i = 0; i < find->n; i++) {
        const struct request_service *service = find_service(find, i);
        if (!find_speaks(service, protocol) || !str_is(target, request_text(service->target)))
            continue;
        find->reason = NULL;
        struct found found = {.service = service,
                              .op = find_op(service, name),
                              .protocol = protocol,
                              .path = find->rq->path};
        if (found.op)
            find_offer(find, ret, &found);
    }
    if (ret->ambiguous) {
        find->reason = "Several services have that target.";
        return RECOGNIZE_AMBIGUOUS;
    }
    return ret->op ? RECOGNIZED : RECOGNIZE_NO_OPERATION;
}

enum recognize_why find_by_target(struct find *find, struct found *ret)
{
    struct str target = find->target;
    const char *dot = target.n ? (const char *)memrchr(target.p, '.', target.n) : NULL;
    enum recognize_why why = check_rpc(find, str_is(find->rq->path, "/") && !find->smithy.p);
    if (why)
        return why;
    if (!dot || target.n == 0) {
        find->reason = "X-Amz-Target names no operation.";
        return RECOGNIZE_NO_OPERATION;
    }
    struct str name = {dot + 1, (size_t)(target.p + target.n - dot) - 1};
    target.n = (size_t)(dot - target.p);
    why = find_target(find, target, name, RECOGNIZE_JSON, ret);
    if (!why && str_starts(find->type, STR("application/x-amz-cbor-")))
        ret->protocol = RECOGNIZE_CBOR;
    return why;
}

/* Takes "/WORD/NAME" off the path; n == 0: it is not there. */
static struct str take_pair(struct str *path, struct str word)
{
    struct str rest = *path;
    if (!str_starts(rest, word))
        return (struct str){NULL, 0};
    rest = (struct str){rest.p + word.n, rest.n - word.n};
    const char *end = rest.n ? (const char *)memchr(rest.p, '/', rest.n) : NULL;
    struct str name = {rest.p, end ? (size_t)(end - rest.p) : rest.n};
    *path = (struct str){rest.p + name.n, rest.n - name.n};
    return name;
}

/* https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html */
enum recognize_why find_by_rpc_path(struct find *find, struct found *ret)
{
    struct str path = find->rq->path;
    struct str target = take_pair(&path, STR("/service/"));
    struct str name = take_pair(&path, STR("/operation/"));
    bool fits = target.n && name.n && path.n == 0 && str_is(find->smithy, "rpc-v2-cbor");
    enum recognize_why why = check_rpc(find, fits);
    if (why)
        return why;
    if (find->type.n && !str_eq_fold(find->type, STR("application/cbor"))) {
        find->reason = "Smithy-Protocol and Content-Type contradict each other.";
        return RECOGNIZE_AMBIGUOUS;
    }
    return find_target(find, target, name, RECOGNIZE_CBOR, ret);
}

static enum recognize_why find_any(struct find *find, struct found *ret)
{
    enum recognize_why why = read_headers(find);
    if (why)
        return why;
    if (find->target.p)
        return find_by_target(find, ret);
    if (find->smithy.p)
        return find_by_rpc_path(find, ret);
    why = find_by_action(find, ret);
    return why == RECOGNIZE_NO_OPERATION && !find->reason ? find_by_path(find, ret) : why;
}

/* The services of a signing name. */
static bool find_signers(struct find *find)
{
    uint32_t first = 0, end = (uint32_t)request_signers_n;
    while (first < end) {
        uint32_t middle = (first + end) / 2;
        const char *name = request_text(request_signers[middle].name);
        int order = strncmp(find->scope.p, name, find->scope.n);
        if (order > 0)
            first = middle + 1;
        else
            end = middle;
    }
    find->first = first;
    while (first < request_signers_n &&
           str_is(find->scope, request_text(request_signers[first].name)))
        first++;
    find->n = first - find->first;
    return find->n > 0;
}

static const char *const reasons[] = {
    [RECOGNIZE_NO_SERVICE] = "No service signs by that name.",
    [RECOGNIZE_NO_OPERATION] = "The service has no such operation.",
};

static void tell_service(const struct request_service *service, struct recognized *ret)
{
    ret->service = (uint32_t)(service - request_services) + 1;
    ret->service_id = request_text(service->id);
    ret->prefix = request_text(service->iam);
    ret->protocol = (enum recognize_protocol)service->protocol;
}

static void tell(const struct find *find, const struct found *found, struct recognized *ret)
{
    if (ret->why) {
        ret->reason = find->reason ? find->reason : reasons[ret->why];
        if (find->is_signed && find->n)
            tell_service(find_service(find, 0), ret);
        if (ret->service && find->target.p && find_speaks(find_service(find, 0), RECOGNIZE_JSON))
            ret->protocol = RECOGNIZE_JSON;
        return;
    }
    tell_service(found->service, ret);
    ret->protocol = found->protocol;
    ret->op = (uint32_t)(found->op - request_ops) + 1;
    ret->operation = request_text(found->op->name);
    ret->certainty = (enum recognize_certainty)found->op->certainty;
    ret->is_free = (found->op->flags & REQUEST_FREE) != 0;
    ret->anonymous = (found->op->flags & REQUEST_ANONYMOUS) != 0;
    ret->reads_body = (found->op->flags & REQUEST_READS_BODY) != 0;
    ret->path = found->path;
}

void recognize(struct arena *a, const struct request *rq, struct str scope, bool body,
               struct recognized *ret)
{
    struct find find = {
        .arena = a,
        .rq = rq,
        .is_signed = scope.p != NULL,
        .scope = scope,
        .body = body,
        .n = (uint32_t)request_services_n,
    };
    struct found found = {0};
    *ret = (struct recognized){.path = rq->path};
    if (find.is_signed && !find_signers(&find))
        ret->why = RECOGNIZE_NO_SERVICE;
    else
        ret->why = find_any(&find, &found);
    tell(&find, &found, ret);
}
