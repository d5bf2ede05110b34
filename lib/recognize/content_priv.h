/* SPDX-License-Identifier: Apache-2.0 */
/* What the headers say about a body, and its text without its coding. */
#pragma once

#include "call/request.h"
#include "recognize/recognize.h"

enum content_form {
    CONTENT_NONE, /* no header says what it is */
    CONTENT_OTHER,
    CONTENT_QUERY, /* application/x-www-form-urlencoded */
    CONTENT_JSON,
    CONTENT_XML,
    CONTENT_CBOR,
    CONTENT_MULTIPART,
};

enum { CONTENT_DECODED_MAX = 1024 * 1024 }; /* what PutMetricData takes */

struct content {
    enum content_form form; /* what the body is to be read as */
    struct str type;        /* the header; p == NULL: it did not come */
    struct str text;
    const char *reason; /* of a failure */
};

/* SPOKEN is the form of the protocol. RECOGNIZED; RECOGNIZE_AMBIGUOUS: the headers say that the
   body is something else, or contradict themselves; RECOGNIZE_MALFORMED: it cannot be decoded. */
enum recognize_why content_open(struct arena *a, const struct request *rq, enum content_form spoken,
                                struct content *ret);
