/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Service-linked roles in the store. AWS makes some with every account, which no request asks for
 * (AWS Support User Guide, "Using service-linked roles").
 */
#pragma once

#include "model/linked_role.h"
#include "store/store.h"

/* Attaches the role's policy to the role with that id. */
int linked_attach(struct tx *tx, const char *account, const char *role_id,
                  const struct linked_role *role) MUST_USE;

/* Gives a new account the roles that every account has. Their ids depend on the account alone. */
int linked_give(struct tx *tx, const char *account, int64_t created) MUST_USE;

/* Whose role all members of an organization have. */
#define LINKED_ORGANIZATIONS "organizations.amazonaws.com"

/* By which the store finds the role of a service that has one. */
const char *linked_role_key(struct arena *a, const char *service);

/* The role of one service, unless the account has it, or an ordinary role of its name. */
int linked_give_service(struct tx *tx, const char *account, const char *service,
                        int64_t created) MUST_USE;

/* The same for accounts that were made before there were such roles. An ordinary role of the same
   name stays, and is the only one. */
int linked_give_all(struct store *store, struct arena *a) MUST_USE;
