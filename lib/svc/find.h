/* SPDX-License-Identifier: Apache-2.0 */
/* Users by name, or the caller, with AWS's sentence when there is none. */
#pragma once

#include "entities.h"

/* Whose something is: a user's or a root user's. */
struct holder {
    const char *id;
    const char *user_name; /* NULL: a root user */
};

/* The user NAME, or without a name the caller. */
int find_holder(struct call *c, const char *name, struct holder *ret) MUST_USE;

/* The user NAME, or without a name the caller. *ret is NULL when the caller is a root user. */
int find_user_or_self(struct call *c, const char *name, struct iam_user **ret) MUST_USE;
