/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What somebody who is signed in to the console lets a client have: credentials, again and again,
 * until that session would have ended. First there is a code, then each refresh token is followed
 * by the next. These are sealed texts that name the grant, and kept nowhere.
 */
#pragma once

#include "access/console_session.h"
#include "queries.h"

/* Where a client may have its code sent to. */
enum oauth_redirect {
    OAUTH_REDIRECT_BAD,
    OAUTH_REDIRECT_LOCAL,  /* a port of the host of the browser */
    OAUTH_REDIRECT_REMOTE, /* the page that shows the code, to be copied to another host */
};

#define OAUTH_SAME_DEVICE "arn:aws:signin:::devtools/same-device"
#define OAUTH_CROSS_DEVICE "arn:aws:signin:::devtools/cross-device"

/* HOST: what the client calls the server. */
enum oauth_redirect oauth_redirect_of(struct str host, const char *client,
                                      const char *redirect_uri);

char *oauth_code(struct call *c, const char *grant);
char *oauth_refresh_token(struct call *c, const char *grant, int64_t generation);

/* False: it is none of the sandbox's. */
bool oauth_read_code(struct call *c, const char *code, const char **grant);
bool oauth_read_refresh_token(struct call *c, const char *token, const char **grant,
                              int64_t *generation);
