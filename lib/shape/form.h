/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parameters of the Query protocol: an application/x-www-form-urlencoded body, or the query
 * string of a GET. `Tags.member.2.Key` is the kid "Key" of the kid "2" of "member" of "Tags".
 */
#pragma once

#include "shape/node.h"

enum {
    FORM_PAIRS_MAX = 10000,
    FORM_DEPTH_MAX = 16, /* parts of a name */
};

/*
 * The tree and its texts belong to the arena; TEXT may go away. The first of several parameters
 * of one name counts. ERR_MALFORMED_REQUEST: a limit was exceeded, or an escape, a NUL or bytes
 * that are not UTF-8 make no sense.
 */
int form_parse(struct arena *a, struct str text, struct node *ret) MUST_USE;

/* One name or value as it stands in such a text, decoded: in the arena, or TEXT itself when that
   is the same. */
int form_decode(struct arena *a, struct str text, struct str *ret) MUST_USE;
