/* SPDX-License-Identifier: Apache-2.0 */
/* Random organizations in a sandbox, and the same once more as plain lists, from which the lines
   for the reference evaluator are made without the help of lib/. */
#pragma once

#include <jansson.h>

#include "dice.h"
#include "support/sandbox.h"

enum { ORGANIZATIONS = 2, ACCOUNTS = 9, PLACES = 8 };

/* Lists of {"name", "document"}, in the order in which they were attached. */
struct attached {
    json_t *scps, *rcps;
};

/* The root or a unit. */
struct place {
    const char *id, *path;
    const struct place *above; /* NULL: it is the root */
    struct attached attached;
};

struct organization {
    const char *id, *management; /* NULL: it has no accounts yet */
    struct place places[PLACES];
    size_t n;
    bool all_features, scps, rcps; /* the types are enabled */
};

/* It has a user alice, roles dev, target and AWSServiceRoleForX. */
struct account {
    const char *id;
    const struct organization *organization; /* NULL: none */
    const struct place *place;
    struct attached attached;
    const char *user, *role, *linked, *target; /* ids */
    json_t *identity;                          /* of alice and of dev, named "p" */
    json_t *trust;                             /* of target */
};

struct tree {
    struct box box;
    struct dice dice;
    struct organization organizations[ORGANIZATIONS];
    struct account accounts[ACCOUNTS];
    size_t n_policies;
};

void tree_grow(struct tree *tree, uint64_t seed);
void tree_fell(struct tree *tree);

bool tree_is_management(const struct account *account);
/* A list of levels from the root down to the account. */
json_t *tree_levels(const struct account *account, bool rcps);
