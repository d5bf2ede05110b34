/* SPDX-License-Identifier: Apache-2.0 */
/* Requests as text, and what they are recognised as. */
#pragma once

#include "recognize/recognize.h"

struct find_sample {
    const char *scope;   /* NULL: it is not signed */
    const char *request; /* without "HTTP/1.1"; lines end in LF */
    const char *expected;
};

/* "s3.PutObject" and the path behind a blank, or the name of the failure. */
const char *found_text(struct arena *a, const struct find_sample *sample, bool body,
                       enum recognize_hosts hosts);

/* Checks a sample, of which only what is expected before a blank: the path does not count. */
void found_check(struct arena *a, const struct find_sample *sample, bool body);
