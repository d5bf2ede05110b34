/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts: each has exactly one root user, who exists as long as the account does. */
#pragma once

#include "call/sandbox.h"

struct account_spec {
    const char *id;                     /* twelve digits */
    const char *email;                  /* of the root user; NULL: account_email */
    bool email_if_free;                 /* else account_email */
    const char *access_key_id, *secret; /* of the root user; NULL: no access key */
    const char *name;                   /* NULL: account_name */
};

/* ERR_ENTITY_ALREADY_EXISTS when the account, the address or the key id is taken; the transaction
   has to be rolled back then. */
int account_insert(struct tx *tx, const struct account_spec *spec, int64_t now) MUST_USE;
/* The same in a transaction of its own. */
int account_create(struct sandbox *sandbox, struct arena *a,
                   const struct account_spec *spec) MUST_USE;

/* At most 64 visible characters, with one @ and a dot behind it among them (Organizations API
   Reference, CreateAccount). */
bool account_email_ok(struct str email);

/* Whether no account but ID has that address, in whatever case of its letters, or has it as long
   as nobody gives it another one. */
int account_email_free(struct tx *tx, const char *email, const char *id, bool *ret) MUST_USE;

/* Of a root user for whom nobody gave an address, and of an account without a given name. */
const char *account_email(struct arena *a, const char *id);
const char *account_name(struct arena *a, const char *id);

/* A new root access key in the sandbox's own random names; both texts are in the arena. */
void account_new_key(struct sandbox *sandbox, struct arena *a, struct account_spec *spec);
