/* SPDX-License-Identifier: Apache-2.0 */
/* Roles for what runs on an AWS service: what the endpoints for instances and containers share. */
#pragma once

#include "svc/sts/service_session.h"

/* What SDKs are given. */
struct vended {
    const char *access_key_id, *secret, *token, *expiration;
};

/*
 * Credentials by leave of the role's trust policy, as far as the sandbox enforces it.
 * ERR_ACCESS_DENIED with the sentence in c->message.
 */
int service_role_issue(struct call *c, const struct service_session *s,
                       struct vended *ret) MUST_USE;
