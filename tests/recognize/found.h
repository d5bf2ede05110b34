/* SPDX-License-Identifier: Apache-2.0 */
/* Requests as text, and what they are recognised as. */
#pragma once

#include "recognize/recognize.h"

struct find_sample {
    const char *scope;   /* NULL: it is not signed */
    const char *request; /* without "HTTP/1.1"; lines end in LF */
    const char *expected;
};

/* "s3.PutObject", or the name of the failure; with PATH, and the path behind a blank. */
const char *found_text(struct arena *a, const struct request *rq, const char *scope, bool body,
                       bool path);

/* Checks a sample, whose body came unless BODY says that it did not. */
void found_check(struct arena *a, const struct find_sample *sample, bool body, bool path);
