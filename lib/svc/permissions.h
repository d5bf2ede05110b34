/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody may do, as the store has it. */
#pragma once

#include "access/organization.h"
#include "authz/permissions.h"
#include "call/call.h"

struct permissions {
    const struct authz_principal *principal;
    const struct authz_levels *scps; /* NULL: none were looked at */
    struct authz_permissions sum;
};

/* ONLY as for authz_permissions. With the policies of its organization. */
int permissions_of(struct call *c, const struct authz_principal *principal, size_t only,
                   struct permissions *ret) MUST_USE;

/*
 * In a transaction: of a user, a role or the root user of the caller's account, by ARN; or what a
 * group or a managed policy gives, by itself.
 */
int permissions_read(struct call *c, const char *arn, size_t only,
                     struct permissions *ret) MUST_USE;
