/* SPDX-License-Identifier: Apache-2.0 */
/* A policy document as pages show it: by lines, cut into its statements, with what lint finds. */
#pragma once

#include <jansson.h>

#include "policy/policy.h"

/*
 * {"lines": [{"number": 1, "parts": [{"text": "...", "statement": "0", "first": true,
 * "chosen": true}]}], "findings": [...], "refused": false}. A statement begins with the part that
 * has its number. CHOSEN, which may be NULL, is the number of one, or where it ends, "LINE:COLUMN",
 * as simulations tell it: all its parts are `chosen`, and the first one is `first`. Of a document
 * that AWS would refuse there is one finding, which says why.
 */
json_t *document_json(struct arena *a, struct str text, enum policy_kind kind, const char *chosen);

/*
 * Leaves of a DOCUMENT that is longer than a page those lines that fit: from the line that AT
 * names, "line-17", or else from the chosen statement, or the beginning, on. Members `before` and
 * `after` then are the AT of what was left out, and findings whose lines were are `outside`.
 */
void document_cut(json_t *document, const char *at);

/* TEXT, without the CR that browsers put at the ends of a form's lines. */
const char *document_of_form(struct arena *a, const char *text);

/* TEXT with one more statement, laid out anew; NULL or nothing to be read: a document of that
   statement alone. */
const char *document_with(struct arena *a, const char *text, const char *action,
                          const char *resource);
