/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many things in one piece of memory. Whoever packs does so twice: first nothing is copied, and N
 * becomes the size of it all; then TO is set, and what is returned is where the copies are.
 */
#pragma once

#include "base/str.h"

struct pack {
    char *to; /* NULL: nothing is copied, only counted */
    size_t n;
};

/* SIZE bytes, aligned for pointers and numbers; NULL while they are only counted. */
void *pack_bytes(struct pack *p, const void *from, size_t size);

struct str pack_str(struct pack *p, struct str text);    /* p == NULL stays so */
const char *pack_text(struct pack *p, const char *text); /* accepts NULL */
