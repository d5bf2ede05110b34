/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the generator know of each other. */
#ifndef TESTS_REFERENCE_WORLD_H
#define TESTS_REFERENCE_WORLD_H

#include <jansson.h>
#include <stdbool.h>

#include "dice.h"

enum gen_caller {
    GEN_ROOT,
    GEN_USER,
    GEN_ROLE,
    GEN_SESSION,
    GEN_FEDERATED_USER,
    GEN_PROVIDER,
    GEN_SERVICE,
    GEN_ANONYMOUS,
};

enum gen_kind {
    GEN_IDENTITY,
    GEN_BOUNDARY,
    GEN_SESSION_POLICY,
    GEN_SCP,
    GEN_RCP,
    GEN_RESOURCE,
    GEN_TRUST,
    GEN_VPC_ENDPOINT,
};

/* The request that the policies of a case are made to meet, or to miss. */
struct world {
    struct dice dice;
    enum gen_caller caller;
    const char *account; /* of the principal; NULL for those without */
    char principal[128];
    char issuer[128]; /* empty for those without */
    const char *unique_id;
    const char *action;
    char resource[128];
    const char *resource_account;
};

/* TEMPLATE with the account in the place of #. */
void gen_fill(char *ret, size_t size, const char *pattern, const char *account);
/* A list of one or two, or what is in it. */
json_t *gen_maybe_list(struct world *w, json_t *list);
/* Puts one more in front of the only entry of a list, or behind it. */
void gen_insert(struct world *w, json_t *list, json_t *entry);

/* generate_statement.c. FAVOUR is how likely each element is meant to match, in percent. */

struct gen_aim {
    enum gen_kind kind;
    bool variables;
    unsigned favour;
};

json_t *gen_statement(struct world *w, struct gen_aim aim, const char *effect);

/* generate_principal.c */
void gen_add_principal(struct world *w, struct gen_aim aim, json_t *statement);

/* generate_condition.c */
json_t *gen_context(struct world *w);
json_t *gen_condition(struct world *w, struct gen_aim aim);

#endif
