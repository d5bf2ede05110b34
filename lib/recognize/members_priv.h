/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The members of a request, whatever form its body has: found by the paths of the facts, "A.B.#.C"
 * ("#" each element of a list, "@" each key of a map, "*" each value of a map).
 */
#pragma once

#include "call/request.h"
#include "recognize/recognize.h"

enum { MEMBER_DEPTH = 4, MEMBERS_MAX = 8192 };

/* One value that a path leads to. */
struct member {
    struct str value;           /* text, number or true/false as written; decoded. Of what has
                                   members of its own: n == 0 */
    uint32_t at[MEMBER_DEPTH];  /* numbers of the elements on the way, from 0, in document order */
    uint8_t n_at;
    bool inner;                 /* an object, a list or an element with children */
};

struct member_list {
    struct member *v;
    size_t n;
};

struct members;

/*
 * Reads nothing yet. AS_QUERY: RQ is in the Query form of a service whose first protocol is
 * another (".#" reads ".member.#", ".@" ".entry.#.key").
 */
struct members *members_new(struct arena *a, const struct request *rq,
                            enum recognize_protocol protocol, bool as_query);

/*
 * What PATH leads to, in document order. RECOGNIZED, RECOGNIZE_MALFORMED, RECOGNIZE_AMBIGUOUS (a
 * name that stands twice in one object: readers take the first or the last), RECOGNIZE_TOO_MANY.
 * The body is read with the first question, once.
 */
enum recognize_why members_find(struct members *members, struct str path, struct member_list *ret);

/* Parameters of the query string, and of a form body of the Query protocols: p == NULL when it is
   not there, n == 0 when it has no value. */
enum recognize_why members_parameter(struct members *members, struct str name, struct str *ret);

/* One sentence: what is wrong with the body; NULL: nothing. */
const char *members_reason(const struct members *members);
