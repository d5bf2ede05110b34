/* SPDX-License-Identifier: Apache-2.0 */
/* What the parser and the canonicalizer of signatures share. */
#pragma once

#include "authn/sigv4.h"

#define SIGV4_ALGORITHM "AWS4-HMAC-SHA256"
#define SIGV4A_ALGORITHM "AWS4-ECDSA-P256-SHA256"
#define SIGV4_TERMINATOR "aws4_request"

enum {
    SIGV4_CLOCK_SKEW = 15 * 60,           /* seconds */
    SIGV4_EXPIRES_MAX = 7 * 24 * 60 * 60, /* that a signature may be good for */
};

/* One parameter of a query in canonical encoding: RFC 3986, upper-case hexadecimal. */
struct sigv4_param {
    struct str name, value;
};

struct sigv4_query {
    struct sigv4_param *v; /* in order of arrival, duplicates kept */
    size_t n;
};

/* Slices point into QUERY where it is canonical already, otherwise into the arena. */
struct sigv4_query sigv4_split_query(struct arena *a, struct str query);

/* The value of the first parameter of that name, decoded; p == NULL when missing. */
struct str sigv4_query_value(struct arena *a, const struct sigv4_query *query, const char *name);

/* Where a signature is. */
struct sigv4_source {
    const struct request *rq;
    struct sigv4_query query; /* of RQ */
    struct str header;        /* Authorization; p == NULL: there is none */
    bool presigned;
    bool other; /* the service is not ours: nothing may be said twice */
};

int sigv4_read(struct arena *a, const struct sigv4_source *from, struct sigv4_auth *ret,
               const char **message) MUST_USE;

/* When and by whom: *AUTH has what is known of the algorithm. */
int sigv4_read_signed_by(struct arena *a, struct str date, struct str credential,
                         struct sigv4_auth *auth, const char **message) MUST_USE;

bool sigv4_is_signed_header(const struct sigv4_auth *auth, struct str name);

/* The failure of a request that has something twice, of which readers may take the first or the
   last. */
int sigv4_fail_twice(struct arena *a, const char **message, struct str what) MUST_USE;
