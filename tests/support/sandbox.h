/* SPDX-License-Identifier: Apache-2.0 */
/* A sandbox without a server around it, and objects put into its store with plain queries. Time
   stands still at 2023-11-14T22:13:20Z and identifiers come from a seed. */
#pragma once

#include <check.h>

#include "access/view.h"
#include "authn/last_used.h"
#include "call/call.h"
#include "iam_api.h"
#include "queries.h"

#define BOX_ACCOUNT "123456789012"
#define ASSERT_OK(expr) ck_assert_int_eq((expr), OK)

struct box {
    struct arena arena;
    struct sandbox sandbox;
};

/* The default account exists, without an access key. */
void box_open(struct box *box);
void box_close(struct box *box);

/* A transaction of its own for each: begin, queries, end. The end publishes what was touched. */
void box_begin(struct box *box, struct tx *ret);
void box_end(struct box *box, struct tx *tx);

/* Users, groups and roles of the default account, at path "/". ID is their id and the owner of the
   rest. Active keys have the secret "secret-" and their id. */
void box_user(struct box *box, const char *id, const char *name);
void box_group(struct box *box, const char *id, const char *name);
void box_role(struct box *box, const char *id, const char *name, const char *trust);
void box_member(struct box *box, const char *group_id, const char *user_id);
void box_tag(struct box *box, const char *owner, const char *key, const char *value);
void box_policy(struct box *box, const char *owner, const char *name, const char *document);
void box_key(struct box *box, const char *id, const char *owner);

/* An identity policy of one statement about all resources. */
const char *box_document(struct box *box, const char *effect, const char *action);

/* A call of the default account, without caller, request and transaction. */
struct call box_call(struct box *box);
