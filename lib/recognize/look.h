/* SPDX-License-Identifier: Apache-2.0 */
/* What a request that was recognised says in some place, for whoever learns from it. */
#pragma once

#include "recognize/recognize.h"

enum { SEEN_DEPTH = 4 };

struct seen {
    struct str value;
    uint32_t at[SEEN_DEPTH]; /* numbers of the elements of lists on the way, from 0 */
    uint8_t n_at;
};

struct seen_list {
    struct seen *v;
    size_t n;
};

struct look;

/* BODY: rq->body came. RQ and OP are pointed to. */
struct look *look_new(struct arena *a, const struct request *rq, const struct recognized *op,
                      bool body);

/*
 * What SOURCE, in the language of schema/requests.jsonl, leads to, in the order of the request:
 * "b:Policy" or "b:Actions.#" in the body, "h:name" of a header, "q:name" of the query, "u:4" part
 * 4 of the path, from 0; "w:body" is the whole body, as it came. What cannot be read is not there.
 * Texts belong to the arena.
 */
struct seen_list look_at(struct look *look, const char *source);

/* The first of them; p == NULL: there is none. */
struct str look_for(struct look *look, const char *source);
