/* SPDX-License-Identifier: Apache-2.0 */
/* The condition keys that policies need, each once and as it is first written. */
#pragma once

#include "base/map.h"
#include "policy/policy.h"
#include "shape/shape.h"

struct context_keys {
    struct arena *arena;                /* the names are copied to it */
    const struct policy_context *given; /* keys it has are left out; NULL: none */
    struct map seen;
    struct str_list names;
    size_t cap;
};

/* The policy has to live until the end. */
void context_keys_add(struct context_keys *keys, const struct policy *policy);
/* To be called once, whatever happened in between. */
struct str_list context_keys_end(struct context_keys *keys);
