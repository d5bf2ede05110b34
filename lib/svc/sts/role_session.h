/* SPDX-License-Identifier: Apache-2.0 */
/* What the ways to become a role have in common. */
#pragma once

#include "svc/sts/grant.h"

struct iam_role;

/* A session longer than the role allows is ValidationError. */
int role_session_check_duration(struct call *c, const struct iam_role *role,
                                int64_t seconds) MUST_USE;

/* Whether TEXT could be the name of a session, or a source identity. */
bool role_session_name_ok(const char *text) MUST_USE;

/* The session of a caller whom an identity provider vouches for, as the role of that ARN. */
int role_session_federated(struct call *c, const char *role_arn, const char *name, int64_t seconds,
                           struct session *ret) MUST_USE;

/* The tags that the provider gives to the session, as if they were members of the request. */
void role_session_claimed_tags(struct call *c, struct grant_scope *ret);

struct sts_assumed_role_user *role_session_user(struct call *c, const struct iam_role *role,
                                                const struct session *session);
