/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is signed in to the console becomes a role, and later who he was (IAM User Guide, "Switch
 * from a user to an IAM role (console)"). Who signed in assumes every role, also from another one:
 * that is no chain.
 */
#pragma once

#include "access/console_session.h"

struct switch_role {
    const char *base_key_id, *base_token; /* credentials of who signed in */
    const struct authz_principal *who;    /* whose they are, as long as the call's arena is there */
    const char *name;                     /* of the role's session */
    const char *role_arn, *account;
    const char *key_id, *token; /* of the role, once it is assumed */
};

/*
 * In no transaction: what AssumeRole has to be asked for. ACCOUNT is a number or alias, ROLE a
 * name, perhaps with its path in front of it; NULL: none was given. AccessDenied: who signed in
 * cannot switch; ERR_VALIDATION_ERROR: there can be no such role.
 */
int switch_role_begin(struct call *c, const char *account, const char *role,
                      struct switch_role *ret) MUST_USE;

/* The credentials of AssumeRole become the console's. In no transaction. */
int switch_role_assumed(struct call *c, const char *session_token, struct switch_role *s) MUST_USE;

/* In a transaction that writes. ROLES as in struct console_session. ERR_SIGN_IN_REQUIRED: who
   signed in has signed out meanwhile. */
int switch_role_end(struct call *c, const struct switch_role *s, const char *roles) MUST_USE;
int switch_role_back(struct call *c) MUST_USE;
