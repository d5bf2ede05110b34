/* SPDX-License-Identifier: Apache-2.0 */
#include "call/request.h"

struct str request_header(const struct request *rq, const char *name)
{
    struct str wanted = str_of(name);
    for (size_t i = 0; i < rq->n_headers; i++) {
        if (str_eq_fold(rq->headers[i].name, wanted))
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
