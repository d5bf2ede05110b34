/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a page answers. Handlers of the service `console` end with one of the functions that return
 * an int; the protocol (server/api/protocol_page.c) makes bytes and headers of it.
 */
#pragma once

#include <jansson.h>

#include "call/call.h"
#include "page/page.h"

/* The page, with data that every page has beside DATA, which is taken: see schema/pages/README.md.
   STATUS is that of HTTP. */
int page_show(struct call *c, const struct page *page, json_t *data) MUST_USE;
int page_show_status(struct call *c, int status, const struct page *page, json_t *data) MUST_USE;

/* To another page of this server, by GET: a path from the root of the sandbox, whose prefix is put
   before it, as "/console/users". */
int page_go(struct call *c, const char *format, ...) PRINTF_LIKE(2, 3) MUST_USE;
/* To any URL. It has been checked where that leads. */
int page_go_away(struct call *c, const char *url) MUST_USE;

/* Bytes that never change under their URL. */
int page_send(struct call *c, const struct page_file *file) MUST_USE;

/* To a program. */
int page_say(struct call *c, const char *type, const char *text) MUST_USE;

/* What forms of the page may lead to, besides this server: an origin, "http://127.0.0.1:8080".
   Browsers apply that to redirects of what they send, too. */
void page_allow_form(struct call *c, const char *origin);

/* The page as it is sent, once it is known who calls. */
struct str page_bytes(struct call *c);
