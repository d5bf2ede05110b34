/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The members of a request, whatever form its body has: found by the paths of the tables, "A.B.#.C"
 * ("#" each element of a list, "@" each key of a map, "*" each value of a map).
 *
 * A body that two readers could read differently is refused: a name that stands twice, or once more
 * in other letter case, where one is meant; lists whose numbers leave gaps; contradicting content
 * types. What no path asks for is read past, but has to be well-formed.
 */
#pragma once

#include "call/request.h"
#include "recognize/recognize.h"

enum { MEMBER_DEPTH = 4, MEMBERS_MAX = 8192 };

/* One value that a path leads to. */
struct member {
    struct str value;          /* text, number or true/false as written; decoded. n == 0 with
                                  `inner` */
    uint32_t at[MEMBER_DEPTH]; /* numbers of the elements on the way, from 0, in document order */
    uint8_t n_at;
    bool inner; /* an object, a list or an element with children */
};

struct member_list {
    struct member *v;
    size_t n;
};

struct members;

/*
 * Reads nothing yet. AS_QUERY: RQ is in the Query form of a service whose first protocol is
 * another (".#" reads ".member.#", ".@" ".entry.#.key", and the flattened forms of both). BODY:
 * rq->body came; without, what only a body can tell is RECOGNIZE_NEEDS_BODY.
 */
struct members *members_new(struct arena *a, const struct request *rq,
                            enum recognize_protocol protocol, bool as_query, bool body);

/*
 * What PATH leads to, in document order; null of JSON and CBOR is not there. RECOGNIZED,
 * RECOGNIZE_NEEDS_BODY, RECOGNIZE_MALFORMED, RECOGNIZE_AMBIGUOUS, RECOGNIZE_TOO_MANY. The body is
 * read with the first question, once.
 */
enum recognize_why members_find(struct members *members, struct str path, struct member_list *ret);

/* A parameter of the query string: p == NULL when it is not there, n == 0 when it has no value.
   RECOGNIZED, RECOGNIZE_MALFORMED, or RECOGNIZE_AMBIGUOUS when it stands there twice. */
enum recognize_why members_parameter(struct members *members, struct str name, struct str *ret);

/* The last sentence about what is wrong with the request; NULL: nothing. */
const char *members_reason(const struct members *members);

/* A pair of a form-encoded text, decoded. */
struct member_pair {
    struct str name, value;
};

/* The pairs of TEXT, such as the header x-amz-tagging; a name that stands there twice is
   RECOGNIZE_AMBIGUOUS. */
enum recognize_why members_form(struct arena *a, struct str text, struct member_pair **ret,
                                size_t *ret_n);
