/* SPDX-License-Identifier: Apache-2.0 */
/* The root user and the users of an account with what they sign in and sign with, for reports. */
#pragma once

#include "call/call.h"
#include "queries.h"

struct person {
    struct person_row row;
    struct key_row *keys; /* by id */
    size_t n_keys;
    struct signing_certificate_row *certificates; /* those that are inactive first */
    size_t n_certificates;
};

struct people {
    size_t n;
    struct person *v;
};

/* All of it is the arena's of the transaction. Use that is noted in memory counts as well. */
int people_root(struct call *c, struct tx *tx, struct person *ret) MUST_USE;
/* Users of the call's account in the order of their names, from behind AFTER, a name_key. */
int people_page(struct call *c, struct tx *tx, const char *after, int64_t limit,
                struct people *ret) MUST_USE;
