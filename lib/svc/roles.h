/* SPDX-License-Identifier: Apache-2.0 */
/* Roles as answers show them. */
#pragma once

#include "call/call.h"
#include "iam_api.h"

/* With the trust policy as it reads now. ROLE must not be shown twice. */
int role_show(struct call *c, struct iam_role *role) MUST_USE;
int role_show_all(struct call *c, const struct iam_role_list *roles) MUST_USE;

/* RoleLastUsed, which is there without members when the role was not used. */
void role_show_use(struct call *c, struct iam_role_last_used **use);
