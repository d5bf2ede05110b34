/* SPDX-License-Identifier: Apache-2.0 */
/* A policy document as pages show it: by lines, cut into its statements, with what lint finds. */
#pragma once

#include <jansson.h>

#include "policy/policy.h"

/*
 * {"pieces": [{"anchor": "statement-0", "chosen": false, "lines": [{"number": 1, "text": "..."}]}],
 * "findings": [...], "refused": false}. The texts, one behind the other, are TEXT. Pieces between
 * statements have no anchor, and a line that a piece goes on with has no number. CHOSEN, which may
 * be NULL, is where a statement ends, "LINE:COLUMN", as simulations tell it. Of a document that
 * AWS would refuse there is one piece, and one finding that says why.
 */
json_t *document_json(struct arena *a, struct str text, enum policy_kind kind, const char *chosen);

/* TEXT, without the CR that browsers put at the ends of a form's lines. */
const char *document_of_form(struct arena *a, const char *text);

/* TEXT with one more statement, laid out anew; NULL or nothing to be read: a document of that
   statement alone. */
const char *document_with(struct arena *a, const char *text, const char *action,
                          const char *resource);
