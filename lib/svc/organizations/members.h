/* SPDX-License-Identifier: Apache-2.0 */
/* How accounts become members of an organization, and stop being ones. */
#pragma once

#include "organizations_api.h"
#include "svc/organizations/find.h"

struct member_new {
    const char *account, *name, *email;
    const char *role; /* that lets the management account in */
    bool billing_access;
    const struct organizations_tag_list *tags;
};

/* An account of the caller's organization, below the root, with all that AWS gives one. */
int member_create(struct call *c, const struct member_new *member) MUST_USE;

/* ConstraintViolation and MasterCannotLeaveOrganization: why the account has to stay where it is.
   ERR_NOT_FOUND: it is in no organization. */
int member_check_leaving(struct call *c, const char *account) MUST_USE;
/* Leaves the caller's organization, with all that this knew of it. */
int member_leave(struct call *c, const char *account) MUST_USE;
