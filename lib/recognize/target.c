/* SPDX-License-Identifier: Apache-2.0 */
/* Operations that a header or an RPC path names. */
#include "recognize/find_priv.h"

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
