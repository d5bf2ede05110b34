/* SPDX-License-Identifier: Apache-2.0 */
/* A matcher of wildcards by the book: every place of the text is kept for every character. */
#pragma once

#include "base/str.h"

/* In a PLAIN pattern `*` is any text and `?` one character of UTF-8. FOLDED bytes at the start of
   TEXT ignore letter case. */
bool naive_matches(struct str pattern, struct str text, size_t folded);
/* Of what is behind "arn:" on both sides: up to the fourth colon of the pattern wildcards match no
   colon, but for a `*` in front of a colon or at the very end. */
bool naive_arn_matches(struct str pattern, struct str text, size_t folded);
