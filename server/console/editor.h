/* SPDX-License-Identifier: Apache-2.0 */
/* What all pages with a policy document have: the document by lines, and its editor. */
#pragma once

#include <jansson.h>

#include "call/call.h"
#include "page/page.h"
#include "policy/policy.h"
#include "server/page/ask.h"

/* Adds TEXT to a page's DATA, as _document.html, _findings.html and _editor.html show it. SELF: the
   path that its form goes to. AT: the statement that is asked for, or NULL. */
void editor_add(struct call *c, json_t *data, const char *text, enum policy_kind kind,
                const char *self, const char *at);

/* The same of what a form sent, which is kept, with what is wrong with it. ASKED: the refusal to
   save it; NULL: nobody asked for that. */
void editor_add_sent(struct call *c, json_t *data, const char *text, enum policy_kind kind,
                     const char *self, const struct asked *asked);

/* The document of an answer of IAM, which is percent-encoded there. NULL: it has none. */
const char *editor_document(struct call *c, const json_t *answer, const char *member);

/* A document with the statement that a link asks for, or as it is, or where TEXT is NULL, to begin
   with. */
const char *editor_document_with(struct call *c, const char *text, const char *action,
                                 const char *resource);

/* Puts the refusal into DATA under NAME, or at its top where that is NULL. */
void editor_refuse(json_t *data, const char *name, const struct asked *asked);

/* "/console/" and parts of a path, each encoded as one, up to a NULL. */
const char *console_path(struct call *c, const char *first, ...) __attribute__((sentinel));

/* The page; with AWS's status where ASKED, which may be NULL, was refused. */
int editor_show(struct call *c, const struct page *page, json_t *data,
                const struct asked *asked) MUST_USE;

/* A time of an answer in words; "" when there is none. */
json_t *console_time(const json_t *seconds);
