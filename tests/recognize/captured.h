/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests as SDKs make them, a line of a file each: members of POST /_iam-local/authorize, and
 * beside them the "service" and "operation" that the SDK was told to call. Lines of calls that
 * somebody wrote have "permissions", too: each "ACTION RESOURCE".
 */
#pragma once

#include <jansson.h>

#include "call/request.h"

struct captured {
    const char *id; /* file:line SERVICE.OPERATION, for messages */
    const char *service, *operation;
    struct request request;    /* whole: where there is no body it has none */
    const json_t *permissions; /* NULL: nobody wrote them down */
    const json_t *keys;        /* condition keys, each with a list of values; NULL: none */
    const json_t *line;        /* all of it */
};

struct captured_list {
    struct captured *v;
    size_t n;
};

/* Reads FILE of the folder of captured requests; ends the test program where it is not as told. All
   of it belongs to the arena. */
struct captured_list captured_read(struct arena *a, const char *file);
