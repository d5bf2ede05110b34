/* SPDX-License-Identifier: Apache-2.0 */
/* Compiled policy documents, shared by all that hold the same text. */
#pragma once

#include "base/cache.h"
#include "call/sandbox.h"
#include "policy/policy.h"

struct document {
    struct cached base;
    struct arena arena;
    const struct policy *policy;
};

/* A reference; NULL: nobody has compiled what is behind KEY lately. */
struct document *document_find(struct sandbox *sandbox, struct str key);
/*
 * Compiles TEXT, which KEY stands for: documents depend on nothing, so that is the text itself, or
 * the name of something that does not change. A failure is that of policy_compile.
 */
int document_add(struct sandbox *sandbox, struct str key, enum policy_kind kind, struct str text,
                 struct document **ret) MUST_USE;
void document_release(struct document *document); /* accepts NULL */
