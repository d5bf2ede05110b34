/* SPDX-License-Identifier: Apache-2.0 */
/* What an account's root user may get from admins. */
#pragma once

#include "call/call.h"

/* VALIDATION_ERROR or ENTITY_ALREADY_EXISTS unless the root user of account ID may have EMAIL. */
int root_user_check_email(struct call *c, const char *email, const char *id) MUST_USE;

/* ACCESS_DENIED while the organization keeps the root user of account ID from having credentials.
 */
int root_user_check_recovery(struct call *c, const char *id) MUST_USE;

/* The password of whose hash c->proof is. ACCESS_DENIED as above. */
int root_user_put_password(struct call *c, const char *id) MUST_USE;

/* For hooks that prove: the hash of PASSWORD becomes c->proof. VALIDATION_ERROR when a root user
   with that address, of an account of that name, must not have it. NULL: one that nobody chose. */
int root_user_hash(struct call *c, const char *password, const char *email,
                   const char *name) MUST_USE;
