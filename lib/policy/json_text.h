/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of JSON (RFC 8259): blanks, strings, numbers. Pure scanning: nothing is copied before
 * somebody wants the characters of a string that has escapes in it.
 */
#pragma once

#include "base/str.h"

/* Each takes what begins at *AT of TEXT; on failure *AT is the offset of what is wrong. */

static inline void json_skip_blanks(struct str text, size_t *at)
{
    while (*at < text.n && (text.p[*at] == ' ' || text.p[*at] == '\n' || text.p[*at] == '\t' ||
                            text.p[*at] == '\r'))
        ++*at;
}

/* RET is what stands between the quotes, RET_ESCAPED whether json_unescape changes it. No escape
   is wrong in it, none is a NUL or half of a character. That TEXT is UTF-8 is the caller's. */
bool json_scan_string(struct str text, size_t *at, struct str *ret, bool *ret_escaped);
bool json_scan_number(struct str text, size_t *at);
bool json_scan_word(struct str text, size_t *at, const char *word);

/* The characters of what json_scan_string has returned; they belong to the arena. */
struct str json_unescape(struct arena *a, struct str raw);

/* Up to so many names are compared one with the other: that is as fast as sorting them. */
enum { NAMED_FEW = 16 };

/* A name, and the offset where it stands. */
struct named {
    struct str name;
    size_t at;
};

/* May sort V. The offset of the first name that stands there for the second time, or SIZE_MAX. */
size_t named_repeats(struct named *v, size_t n);
