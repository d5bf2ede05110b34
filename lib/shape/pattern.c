/* SPDX-License-Identifier: Apache-2.0 */
#include "shape/shape.h"

/* The class of a character beyond ASCII: that of the last span which begins before it or with it.
 */
static size_t class_beyond(const struct shape_pattern *pattern, uint32_t point)
{
    size_t low = 0;
    size_t high = pattern->n_spans;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (pattern->spans[middle] >> 8 <= point)
            low = middle;
        else
            high = middle;
    }
    return pattern->spans[low] & 0xff;
}

bool shape_pattern_fits(const struct shape_pattern *pattern, struct str text)
{
    size_t state = pattern->start;
    while (text.n && state) {
        unsigned char c = (unsigned char)text.p[0];
        size_t class;
        if (c < 0x80) {
            class = pattern->ascii[c];
            text = (struct str){text.p + 1, text.n - 1};
        } else {
            class = class_beyond(pattern, str_utf8_next(&text));
        }
        state = pattern->next[state * pattern->classes + class];
    }
    return state >= pattern->accepting;
}
