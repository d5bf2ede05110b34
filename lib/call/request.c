/* SPDX-License-Identifier: Apache-2.0 */
#include "call/request.h"

struct str request_cut_prefix(struct request *rq)
{
    struct str rest = rq->path;
    str_cut(&rest, '/');
    if (!str_is(str_cut(&rest, '/'), "_sandbox"))
        return (struct str){NULL, 0};
    struct str name = rest.p ? str_cut(&rest, '/') : STR("");
    size_t behind = rest.p ? rest.n + 1 : 0;
    rq->prefix = (struct str){rq->path.p, rq->path.n - behind};
    rq->path = behind ? (struct str){rq->path.p + rq->prefix.n, behind} : STR("/");
    return name;
}

struct str request_sent_path(const struct request *rq)
{
    if (rq->prefix.n == 0)
        return rq->path;
    bool slash = rq->path.p == rq->prefix.p + rq->prefix.n; /* one was sent behind the prefix */
    return (struct str){rq->prefix.p, rq->prefix.n + (slash ? rq->path.n : 0)};
}

struct str request_find_header(const struct request *rq, struct str name)
{
    for (size_t i = 0; i < rq->n_headers; i++) {
        if (str_eq_fold(rq->headers[i].name, name))
            return rq->headers[i].value;
    }
    return (struct str){NULL, 0};
}

bool request_accepts(const struct request *rq, const char *type)
{
    struct str accept = request_header(rq, "accept");
    while (accept.p) {
        struct str range = str_cut(&accept, ',');
        if (str_eq_fold(str_trim(str_cut(&range, ';')), str_of(type)))
            return true;
    }
    return false;
}
