/* SPDX-License-Identifier: Apache-2.0 */
/* A browser without a window: it keeps its cookies, and sends forms as pages have them. */
#pragma once

#include "access/session.h"
#include "support/client.h"

struct browser {
    struct client *client;
    const char *cookie; /* value; NULL: none yet */
    const char *other;  /* the last one of another name, "name=value"; NULL: none */
};

/* Signed in without the pages for that, as the root user of ACCOUNT or as a user of it by name. The
   session has no password to end with. */
struct browser browser_signed_in(struct client *client, const char *account, const char *user);
/* The same with any credentials; kind, account, owner and what else a token tells are set. */
struct browser browser_with(struct client *client, struct session *who);

struct response browser_get(struct browser *browser, const char *target);
/* FIELDS: "name=value&...", percent-encoded. The field csrf comes by itself. */
struct response browser_post(struct browser *browser, const char *target, const char *fields);
/* The same without. */
struct response browser_post_as_is(struct browser *browser, const char *target, const char *body);

/* Ends the test unless the page has that text. */
void browser_expect(const struct response *page, int status, const char *text);
/* Ends the test unless it leads to that path. */
void browser_expect_way(const struct response *page, const char *path);

/* The value of a field of a form of the page, unescaped; NULL: it has none of that name. */
const char *browser_field(struct browser *browser, const struct response *page, const char *name);
/* TEXT, percent-encoded. */
const char *browser_encode(struct browser *browser, const char *text);
