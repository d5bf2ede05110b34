/* SPDX-License-Identifier: Apache-2.0 */
/* Data that the program carries deflated (RFC 1951), each text primed with the same dictionary. */
#pragma once

#include "base/str.h"

/* The text of SIZE bytes that DATA holds, NUL-terminated. */
char *packed_text(struct arena *a, struct str data, struct str dictionary, size_t size);
