/* SPDX-License-Identifier: Apache-2.0 */
/* An answer: what is made of a call, before it is bytes on a connection. */
#pragma once

#include "base/str.h"

struct response_header {
    const char *name, *value;
};

/* A body that has no end yet, and outlives its request. Used by one thread at a time. */
struct response_stream {
    /* Up to N bytes of what comes next; 0: nothing for now; -1: it is over. */
    int64_t (*read)(struct response_stream *stream, char *to, size_t n);
    void (*free)(struct response_stream *stream);
};

/* Everything belongs to the arena of the request, but for the stream, which is the taker's. */
struct response {
    struct arena *arena;
    int status;
    struct str body;
    struct response_stream *stream;  /* the body goes on with; NULL: it is whole */
    struct response_header *headers; /* content-type included; response_add adds to them */
    size_t n_headers, headers_size;
};

enum { RESPONSE_VALUE_MAX = 1200 }; /* bytes of a header's value */

/* TEXT as it may stand in a header: what is not printable ASCII as %XX. */
const char *response_printable(struct arena *a, const char *text);
/* Adds a header; VALUE is made printable, and ends in "..." where it is too long. */
void response_add(struct response *response, const char *name, const char *value);
/* The same, however long: of what came with the request. */
void response_add_whole(struct response *response, const char *name, const char *value);
