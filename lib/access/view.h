/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The read model of authorization: immutable, compiled pictures of principals, their access keys
 * and policy documents, built on first use, cached, and dropped when what they show changes.
 */
#pragma once

#include "access/cache.h"
#include "authz/authz.h"
#include "call/sandbox.h"

/* One policy document, shared by all views that hold the same text. */
struct document {
    struct cached base;
    struct arena arena;
    const struct policy *policy;
};

/* One principal. */
struct view {
    struct cached base;
    struct arena arena;
    struct authz_principal principal;
    int64_t created; /* of the user or the account */
    struct document **documents;
    size_t n_documents;
};

/* References; ERR_NOT_FOUND when there is no such principal. A is for scratch. */
int view_acquire(struct sandbox *sandbox, struct arena *a, const char *principal_id,
                 struct view **ret) MUST_USE;
void view_release(struct view *view); /* accepts NULL */

/* Called after a commit, before the answer: drops what the touched objects are part of. */
void view_publish(struct sandbox *sandbox, const struct store_touched *touched);
