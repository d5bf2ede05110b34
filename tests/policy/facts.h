/* SPDX-License-Identifier: Apache-2.0 */
/* A policy context made of a list. */
#pragma once

#include "policy/policy.h"

struct fact {
    const char *key; /* any letter case */
    const struct str *v;
    size_t n;
    bool multivalued;
};

struct facts {
    struct policy_context base;
    const struct fact *v;
    size_t n;
};

struct facts facts_of(const struct fact *v, size_t n);
