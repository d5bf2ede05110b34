/* SPDX-License-Identifier: Apache-2.0 */
/* What the parser and the canonicalizer of signatures share. */
#pragma once

#include "base/str.h"

#define SIGV4_ALGORITHM "AWS4-HMAC-SHA256"
#define SIGV4_TERMINATOR "aws4_request"

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
