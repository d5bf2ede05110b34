/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Holds the head of a request against the bytes it came in. libmicrohttpd takes heads apart in
 * place, and leniently: a NUL ends a text, a line feed alone a line, "Content-Length :" is some
 * other header, and folded lines (RFC 9112 section 5.2) are joined wrongly. Whoever stands in front
 * of this server may read such a head in another way and see another request in the same bytes.
 * So every piece has to lie exactly where the one before it ends.
 */
#pragma once

#include "base/str.h"

struct head {
    const char *target;
    const char *next; /* where the next piece has to begin; NULL: the head is malformed */
    struct str host;
    bool has_host, has_length, has_encoding;
    size_t content_length; /* SIZE_MAX: more than can be counted */
};

/* To be called while nothing has been written into the target. */
void head_begin(struct head *ret, struct str target);
void head_line(struct head *head, const char *method, const char *version);
/* The next header; returns the value without blanks around it. */
struct str head_add(struct head *head, struct str name, struct str value);
/* Whether the head ends before END as it should, and is clear about the server and the body. */
bool head_end(const struct head *head, const char *end) MUST_USE;

/* The status of the answer to such a Content-Length; NULL when it can be counted. */
const char *head_length_refusal(struct str value);

/*
 * Cuts the server off an absolute target, http://HOST/PATH, which becomes PATH; the target of most
 * requests is one already, and p == NULL is returned.
 */
struct str head_cut_host(struct str *target);
