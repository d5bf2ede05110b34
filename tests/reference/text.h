/* SPDX-License-Identifier: Apache-2.0 */
/* Texts as code points, for the reference evaluator: those that stand for others are marked. */
#ifndef TESTS_REFERENCE_TEXT_H
#define TESTS_REFERENCE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct glyph {
    unsigned code;
    bool wild;  /* a * or ? that is a wildcard */
    bool bound; /* one that stands for no colon */
};

/* Far longer than what tests compare; longer ones end the program. */
#define TEXT_MAX 4096

struct text {
    struct glyph at[TEXT_MAX];
    size_t n;
};

/* A part of a text. */
struct span {
    const struct glyph *at;
    size_t n;
};

#define ARN_FIELDS 6

void text_add(struct text *t, unsigned code, bool wild);
/* Appends N bytes of UTF-8; wildcards are marked where WILD is set. */
void text_append(struct text *t, const char *s, size_t n, bool wild);
/* The whole of a string, without wildcards or with them. */
struct span text_plain(struct text *t, const char *s);
struct span text_pattern(struct text *t, const char *s);
struct span text_all(const struct text *t);

bool span_equal(struct span a, struct span b, bool ignore_case);
bool span_matches(struct span pattern, struct span value, bool ignore_case);
/* Letter case counts from the glyph number SPELT of the value on. */
bool span_matches_from(struct span pattern, struct span value, size_t spelt);
/* Cuts at the first five colons and counts the fields. */
size_t span_arn(struct span whole, struct span ret[ARN_FIELDS]);

#endif
