/* SPDX-License-Identifier: Apache-2.0 */
#include "recognize/find_priv.h"

/* What does not name its operation by Action. */
static enum recognize_why find_other(struct find *find, struct found *ret)
{
    if (find->target.p)
        return find_by_target(find, ret);
    return find->smithy.p ? find_by_rpc_path(find, ret) : find_by_path(find, ret);
}

static enum recognize_why find_any(struct find *find, struct found *ret)
{
    enum recognize_why why = head_read(find);
    if (why)
        return why;
    if (!find->target.p && !find->smithy.p) {
        why = find_by_action(find, ret);
        if (why != RECOGNIZE_NO_OPERATION || find->reason)
            return why;
    }
    why = find_other(find, ret);
    return why ? why : hidden_check(find, ret);
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
