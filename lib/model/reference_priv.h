/* SPDX-License-Identifier: Apache-2.0 */
/* The generated table of services; schema/gen/refgen.py says what a packed one looks like. */
#pragma once

#include "base/base.h"

struct reference_row {
    uint32_t name;    /* offset in reference_names, NUL-terminated; the title behind it, too */
    uint32_t actions; /* offset of the first in reference_actions */
    uint32_t packed;  /* offset in reference_packed; it ends where the next row's begins */
    uint32_t size;    /* of the text, unpacked */
    uint16_t n_formats, n_actions, n_keys;
};

extern const size_t reference_n;
extern const struct reference_row reference_rows[]; /* sorted by name; one more at the end */
extern const char reference_names[];
extern const char reference_actions[];
extern const char reference_packed[];
extern const char reference_dictionary[];
extern const size_t reference_dictionary_n;
