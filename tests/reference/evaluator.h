/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the reference evaluator know of each other. */
#ifndef TESTS_REFERENCE_EVALUATOR_H
#define TESTS_REFERENCE_EVALUATOR_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "text.h"

/* request.c: who asks for what */

enum ref_caller {
    REF_ROOT,
    REF_USER,
    REF_ROLE,
    REF_SESSION,
    REF_FEDERATED_USER,
    REF_PROVIDER, /* web identity or SAML, before there is a session */
    REF_SERVICE,
    REF_ANONYMOUS,
};

struct ref_request {
    json_t *line;
    enum ref_caller caller;
    const char *principal;
    const char *action;
    const char *resource;
    char account[16];          /* empty for those who have none */
    char resource_account[16]; /* likewise */
    char issuer[512];          /* the role or user behind the principal, or empty */
};

void ref_request_read(json_t *line, struct ref_request *ret);

/* Root, users, roles and sessions: everybody who belongs to an account. */
bool ref_has_account(const struct ref_request *r);
/* Those whose identity policies, boundary and session policies count. */
bool ref_has_identity(const struct ref_request *r);
bool ref_is_set(const struct ref_request *r, const char *flag);
/* Does the action belong to SERVICE? */
bool ref_is_service(const struct ref_request *r, const char *service);
/* Is the resource an ARN of SERVICE whose last field begins with START? */
bool ref_is_resource(const struct ref_request *r, const char *service, const char *start);

/* request.c: condition keys; their names ignore letter case */

#define REF_SPELLING 512

/* The values of a key, a new list; NULL for a key without any. */
json_t *ref_values(const struct ref_request *r, const char *key);
/* Is the key a list by nature, or because it has several values? */
bool ref_is_list(const struct ref_request *r, const char *key);
/* A JSON string, number or truth value as text, maybe in BUF. */
const char *ref_spelling(json_t *value, char buf[REF_SPELLING]);
/* The value of a key with one value, or NULL. */
const char *ref_single(const struct ref_request *r, const char *key, char buf[REF_SPELLING]);

/* value.c: what operators compare; false for what cannot be read */

bool ref_compare_numbers(const char *a, const char *b, int *ret);
bool ref_compare_dates(const char *a, const char *b, int *ret);
bool ref_same_bytes(const char *a, const char *b);
bool ref_in_network(const char *network, const char *address);

/* expand.c: variables. False when one of them has no value. */
bool ref_expand(const struct ref_request *r, const char *pattern, struct text *ret);

/* statement.c and condition.c: does a statement apply? */

/* The elements of a document that its statements depend on. */
struct ref_scope {
    const struct ref_request *request;
    bool variables;   /* Version 2012-10-17 */
    bool short_names; /* fields that an ARN lacks stand for anything */
};

/* A list of one or more: VALUE itself when it is a list, or a new list of it. */
json_t *ref_list(json_t *value);
bool ref_statement_matches(const struct ref_scope *scope, json_t *statement);
bool ref_condition_holds(const struct ref_scope *scope, json_t *condition);

/* principal.c: how closely does a statement name the caller? In rising order. */

enum ref_level {
    REF_NOBODY,
    REF_ACCOUNT,
    REF_ISSUER,
    REF_DIRECT,
};

/* Statements without Principal and NotPrincipal are about the caller: REF_DIRECT. */
enum ref_level ref_principal_level(const struct ref_request *r, json_t *statement);

/* layer.c: the documents of one layer, and what is found in them */

enum ref_layer {
    REF_SCP,
    REF_RCP,
    REF_VPC_ENDPOINT,
    REF_RESOURCE,
    REF_IDENTITY,
    REF_BOUNDARY,
    REF_SESSION_POLICY,
};

struct ref_found {
    enum ref_level level; /* REF_NOBODY: nothing was found */
    char policy[128];
    size_t statement;
};

/* A new list of levels, each a list of {"name", "document"}; only SCPs and RCPs have several. */
json_t *ref_layer_levels(const struct ref_request *r, enum ref_layer layer);
/* The first statement with this effect that applies. */
struct ref_found ref_first(const struct ref_request *r, enum ref_layer layer, const char *effect);
/* The first of those that name the caller most closely. */
struct ref_found ref_closest(const struct ref_request *r, enum ref_layer layer, const char *effect);
/* Does each level of the layer have an Allow that applies? */
bool ref_all_levels_allow(const struct ref_request *r, enum ref_layer layer);
/* The resource policy of a role, which decides who may assume it. */
bool ref_is_trust(const struct ref_request *r);

#endif
