/* SPDX-License-Identifier: Apache-2.0 */
/* What managedgen.py writes. Offsets instead of pointers: nothing to relocate when the program
   starts. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct managed_row {
    uint32_t texts;  /* offset of name, path and id, each ended by a NUL */
    uint32_t packed; /* offset of the document, which ends where the next one begins */
    uint32_t size;   /* of the document, unpacked */
    uint32_t version;
    int64_t created, updated;
};

extern const size_t managed_n;
extern const struct managed_row managed_rows[]; /* by name, ignoring case; one more as an end */
extern const char managed_texts[];
extern const char managed_packed[];
extern const char managed_dictionary[];
extern const size_t managed_dictionary_n;
