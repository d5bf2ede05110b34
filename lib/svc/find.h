/* SPDX-License-Identifier: Apache-2.0 */
/* Entities by name, with AWS's sentence when there is none. */
#pragma once

#include "access/resolve.h"
#include "call/call.h"
#include "iam_api.h"

int find_user(struct call *c, const char *name, struct iam_user **ret) MUST_USE;
int find_role(struct call *c, const char *name, struct iam_role **ret) MUST_USE;
int find_instance_profile(struct call *c, const char *name,
                          struct iam_instance_profile **ret) MUST_USE;
int find_oidc_provider(struct call *c, const char *arn, struct oidc_row **ret) MUST_USE;
int find_group(struct call *c, const char *name, struct iam_group **ret) MUST_USE;
/* By its ARN. InvalidInput when that is the ARN of something else. */
int find_saml_provider(struct call *c, const char *arn, struct saml_row **ret) MUST_USE;

/* Whose something is: a user's or a root user's. */
struct holder {
    const char *id;
    const char *user_name; /* NULL: a root user */
};

/* The user NAME, or without a name the caller. */
int find_holder(struct call *c, const char *name, struct holder *ret) MUST_USE;

/* The user NAME, or without a name the caller. *ret is NULL when the caller is a root user. */
int find_user_or_self(struct call *c, const char *name, struct iam_user **ret) MUST_USE;
