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
