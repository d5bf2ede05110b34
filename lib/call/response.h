/* SPDX-License-Identifier: Apache-2.0 */
/* An answer: what is made of a call, before it is bytes on a connection. */
#pragma once

#include "base/str.h"

struct response_header {
    const char *name, *value;
};

/* Everything belongs to the arena of the request. */
struct response {
    struct arena *arena;
    int status;
    struct str body;
    struct response_header *headers; /* content-type included; response_add adds to them */
    size_t n_headers, headers_size;
};

enum { RESPONSE_VALUE_MAX = 1200 }; /* bytes of a header's value */

/* TEXT as it may stand in a header: what is not printable ASCII as %XX. */
const char *response_printable(struct arena *a, const char *text);
/* Adds a header; VALUE is made printable, and ends in "..." where it is too long. */
void response_add(struct response *response, const char *name, const char *value);
