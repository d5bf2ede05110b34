/* SPDX-License-Identifier: Apache-2.0 */
/* The permissions that have been found: those that are equal are there once. */
#pragma once

#include "recognize/reading_priv.h"

struct result {
    struct arena *arena;
    struct recognize_permission *v;
    size_t n, cap;
    uint16_t *slots;  /* numbers from 1, by hash; NULL: there are only a few */
    bool always;      /* some action is needed whatever the request says */
    uint8_t *covered; /* of elements: whether some action is needed for it */
    uint32_t n_elements;
};

/* False: there are too many. */
bool result_add(struct result *result, const struct recognize_permission *permission) MUST_USE;

/* That conditions were tested for the element that ASPECT is about, and whether they hold. */
void result_visit(struct result *result, const struct aspect *aspect, bool holds);

/* Whether something is needed, and for each element that was visited. */
bool result_is_complete(const struct result *result);

/* The ARN of the first; p == NULL: there is none. */
struct str result_first(const struct result *result);
