/* SPDX-License-Identifier: Apache-2.0 */
/* An HTTP request as it arrived: nothing decoded, nothing reordered. */
#pragma once

#include "base/str.h"

struct request_header {
    struct str name, value;
};

struct request {
    struct str method;
    struct str prefix;                    /* "/_sandbox/NAME", which chooses; n == 0: none */
    struct str path;                      /* undecoded, from "/" up to the "?", without prefix */
    struct str query;                     /* undecoded, behind the "?"; p == NULL: there was none */
    const struct request_header *headers; /* in order of arrival, duplicates kept */
    size_t n_headers;
    struct str body;
    const char *source_ip; /* the peer's address in text form */
    bool loopback;         /* it arrived on a loopback address, from this host */
};

/* Takes the prefix off the path of a request that was just read, and returns the name in it; p ==
   NULL: it has none. */
struct str request_cut_prefix(struct request *rq);
/* The path as it was sent: what signatures are made over. */
struct str request_sent_path(const struct request *rq);

/* Value of the first header of that name, whatever its letter case; p == NULL when missing. */
struct str request_find_header(const struct request *rq, struct str name);

static inline struct str request_header(const struct request *rq, const char *name)
{
    return request_find_header(rq, str_of(name));
}

/* Whether the header Accept names that very type; how much it is preferred does not matter. */
bool request_accepts(const struct request *rq, const char *type);
