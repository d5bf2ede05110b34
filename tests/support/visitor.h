/* SPDX-License-Identifier: Apache-2.0 */
/* A browser in which somebody signs in, and those who see to it that they can. */
#pragma once

#include "support/browser.h"

/* An operation of IAM as the root user of the default account: "CreateUser&UserName=alice". */
struct response visitor_iam(struct browser *b, const char *form);
/* An own endpoint that answers. */
struct response visitor_own(struct browser *b, const char *method, const char *path,
                            const char *body);
/* The sandbox's clock stands still, so many seconds ahead. */
void visitor_pass(struct browser *b, int64_t seconds);

/* What the forms of the sign-in are answered. MORE fields begin with "&". */
struct response visitor_as_user(struct browser *b, const char *account, const char *user,
                                const char *password, const char *more);
struct response visitor_as_root(struct browser *b, const char *email, const char *password);
struct response visitor_send_code(struct browser *b, const char *state, const char *code,
                                  const char *more);

/* The hidden field of a page that has one. */
const char *visitor_state(struct browser *b, const struct response *page);
bool visitor_is_signed_in(struct browser *b);

/* The seed of a new device of USER. */
const char *visitor_device(struct browser *b, const char *user, const char *name);
