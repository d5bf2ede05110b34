/* SPDX-License-Identifier: Apache-2.0 */
/* What ordinary and service-linked roles have in common. */
#pragma once

#include "call/call.h"
#include "iam_api.h"

/* The role without id, ARN and date, which it gets here, is stored, counted, and counts for its
   permissions boundary. ERR_ENTITY_ALREADY_EXISTS, without words, when the name is taken;
   LimitExceeded. */
int role_insert(struct call *c, struct iam_role *role) MUST_USE;
/* With its tags. What else belongs to it has to be gone. */
int role_delete(struct call *c, const struct iam_role *role) MUST_USE;

/* NoSuchEntity; UnmodifiableEntity when it is a service's. */
int role_find_own(struct call *c, const char *name, struct iam_role **ret) MUST_USE;
int role_check_own(struct call *c, const struct iam_role *role) MUST_USE;

/* Makes the trust policy what it is shown as. */
int role_show(struct call *c, struct iam_role *role) MUST_USE;
int role_show_all(struct call *c, const struct iam_role_list *roles) MUST_USE;

/* RoleLastUsed, which is there without members when the role was not used. */
void role_show_use(struct call *c, const char *role_id, struct iam_role_last_used **use);
