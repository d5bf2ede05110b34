/* SPDX-License-Identifier: Apache-2.0 */
#include "recognize/find_priv.h"

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
               enum recognize_hosts hosts, struct recognized *ret)
{
    struct find find = {
        .arena = a,
        .rq = rq,
        .is_signed = scope.p != NULL,
        .scope = scope,
        .body = body,
        .hosts = hosts,
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
