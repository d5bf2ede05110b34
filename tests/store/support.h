/* SPDX-License-Identifier: Apache-2.0 */
/* A store of the fixture's schema for each test: in memory, in a temporary directory, or in memory
   as a copy of an empty one that is gone. */
#pragma once

#include <check.h>

#include "fixture.h"

enum backend { IN_MEMORY, IN_DIRECTORY, IN_COPY, BACKEND_COUNT };

struct fix {
    struct arena arena;
    char directory[64]; /* "" in memory */
    struct store *store;
};

void fix_open(struct fix *f, enum backend backend);
void fix_open_copy(struct fix *f, enum backend backend, struct store *from);
void fix_open_again(struct fix *f); /* after store_close */
void fix_reopen(struct fix *f);     /* closes and opens again */
void fix_done(struct fix *f);

/* A path in the directory, owned by the arena of F. */
const char *fix_path(struct fix *f, const char *name);

/* Inserts one thing in a transaction of its own. */
void fix_insert(struct fix *f, const char *id);
/* Counts things in a transaction of its own; A is the calling thread's. */
int64_t fix_count(struct store *store, struct arena *a);

/* Runs the one test case of a program: the exit status of its main. */
int fix_run(const char *name, TCase *tcase);

#define ASSERT_OK(expr) ck_assert_int_eq((expr), OK)
