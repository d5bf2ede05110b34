/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The read model of authorization: immutable, compiled pictures of principals, their access keys
 * and policy documents, built on first use, cached, and dropped when what they show changes.
 */
#pragma once

#include "access/account_state.h"
#include "access/document.h"
#include "access/session.h"
#include "authz/authz.h"

struct iam_group;

/* One principal. Its parts are the documents of its policies, in their order. */
struct view {
    struct cached base;
    struct arena arena;
    struct authz_principal principal;
    int64_t created; /* of the user, the role or the account */
    struct account_state account;
};

/* A reference, by the id of the user, the role, or the account for its root user. ERR_NOT_FOUND
   when there is no such principal. A is for scratch. */
int view_acquire(struct sandbox *sandbox, struct arena *a, const char *principal_id,
                 struct view **ret) MUST_USE;
/* The same for the holder of temporary credentials, cached by the id of the key. */
int view_acquire_session(struct sandbox *sandbox, struct arena *a, const struct session *session,
                         struct view **ret) MUST_USE;
/*
 * What a user or a role is, by its id, and what a group gives its members, read in a transaction
 * of the caller. Not cached: the transaction may have begun before a change that others know of.
 */
int view_read(struct sandbox *sandbox, struct tx *tx, const char *id, struct view **ret) MUST_USE;
int view_read_group(struct sandbox *sandbox, struct tx *tx, const struct iam_group *group,
                    struct view **ret) MUST_USE;
/* The same of a managed policy alone, by its ARN. */
int view_read_policy(struct sandbox *sandbox, struct tx *tx, const char *arn,
                     struct view **ret) MUST_USE;
void view_release(struct view *view); /* accepts NULL */

/* Called after a commit, before the answer: drops what the touched objects are part of. */
void view_publish(struct sandbox *sandbox, const struct store_touched *touched);
