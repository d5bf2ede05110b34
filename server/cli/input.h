/* SPDX-License-Identifier: Apache-2.0 */
/* Files that commands are given. */
#pragma once

#include "base/arena.h"
#include "base/str.h"

enum { INPUT_MAX = 1 << 20 }; /* bytes; what is larger was given by mistake */

/* The text of the file NAME, or of the standard input for "-"; else *message says why not. */
bool input_read(struct arena *a, const char *name, struct str *ret, const char **message);
