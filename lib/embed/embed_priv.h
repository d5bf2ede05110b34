/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "authz/authz.h"
#include "embed/iam-local/authz.h"

struct iam_policy {
    struct arena arena;
    const struct policy *compiled;
};

/* Policies sorted by layer, in their order within one. */
struct policy_list {
    struct authz_policy *v;
    size_t n, cap;
};

struct iam_set {
    struct arena arena; /* names */
    struct policy_list scps, rcps;
    struct policy_list of_principal; /* identity, boundary, session */
    struct policy_list of_resource;  /* endpoint, resource, trust */
    bool bounded, scoped;
};

struct context_key {
    struct policy_key key;
    struct str *values;
    size_t n, cap;
};

struct iam_context {
    struct policy_context base;
    struct arena arena;
    struct context_key *keys;
    size_t n, cap;
};
