/* SPDX-License-Identifier: Apache-2.0 */
/* Joining an organization and leaving it, for all operations that do. */
#pragma once

#include "svc/organizations/find.h"

/*
 * Puts an account under the root of an organization: the membership, the policies that everything
 * has, and the service-linked role. METHOD: CREATED or INVITED. ERR_ALREADY_IN_ORGANIZATION,
 * without a sentence.
 */
int organization_join(struct call *c, const char *organization, const char *root,
                      const char *account, const char *method) MUST_USE;
/* Of c->membership: the account's membership, tags, attachments and delegations end. */
int organization_leave(struct call *c, const char *account) MUST_USE;

/* Attaches what everything has as long as policies of its type are enabled: FullAWSAccess. */
int organization_attach_default(struct call *c, const char *organization,
                                const char *target) MUST_USE;
