/* SPDX-License-Identifier: Apache-2.0 */
/* One run over a document that policy_compile has accepted. */
#pragma once

#include "lint/lint.h"
#include "model/reference.h"
#include "policy/json.h"

/* Something that can be found; what differs from case to case is in the message. */
struct issue {
    enum lint_type type;
    const char *code;
    const char *fix;
};

struct raw_finding {
    const struct issue *issue;
    const char *message;
    size_t offset;
    size_t number; /* in the order in which they were made */
};

/* The elements of a statement; NULL: not there. */
struct statement {
    const struct node *node;
    bool allows;
    const struct node *sid, *principal, *not_principal, *action, *not_action, *resource,
        *not_resource, *condition;
};

struct loaded {
    const struct reference_service *service;
    const struct loaded *next;
};

struct lint {
    struct arena *arena;
    struct str text;
    enum policy_kind kind;
    bool modern; /* Version 2012-10-17: there are variables */
    const struct node *root;
    struct statement *statements;
    size_t n;
    const struct loaded *services;
    struct raw_finding *findings;
    size_t n_findings, cap;
    size_t guesses;          /* names that were guessed; each costs a search through all */
    struct policy_work work; /* for what covers what */
};

/* Records ISSUE at an offset of the text. */
void lint_add(struct lint *l, size_t offset, const struct issue *issue, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* The service of this prefix, loaded once; NULL: unknown. */
const struct reference_service *lint_service(struct lint *l, struct str prefix);

/* Whether one more misspelling may be looked up. */
bool lint_may_guess(struct lint *l);

/* The kinds that give their holder permissions: identity policies, inline and managed. */
bool lint_grants(const struct lint *l);

void lint_version_and_size(struct lint *l);
void lint_redundant_statements(struct lint *l);
void lint_actions(struct lint *l, const struct statement *s);
void lint_broad_actions(struct lint *l, const struct statement *s);
void lint_resources(struct lint *l, const struct statement *s);
void lint_resources_of_actions(struct lint *l, const struct statement *s);
void lint_principals(struct lint *l, const struct statement *s);
void lint_conditions(struct lint *l, const struct statement *s);
/* Addresses of aws:SourceIp and prefixes of any IP operator. */
void lint_addresses(struct lint *l, const struct node *values, bool of_source_ip, bool negated);
/* A string that may hold variables. */
void lint_variables(struct lint *l, const struct statement *s, const struct node *value);

/*
 * A condition key as it stands at OFFSET of the text; an unknown one is a finding. NULL: unknown,
 * or a key of an identity provider.
 */
const struct condition_key *lint_key(struct lint *l, const struct statement *s, struct str name,
                                     size_t offset);
/* Whether some condition of the statement tests the key, named in lower case. */
bool lint_tests_key(const struct statement *s, const char *folded);

/* What an operator says, modifiers aside. */
enum operator_type {
    OPERATOR_STRING,
    OPERATOR_ARN,
    OPERATOR_NUMERIC,
    OPERATOR_DATE,
    OPERATOR_BOOL,
    OPERATOR_BINARY,
    OPERATOR_IP,
    OPERATOR_NULL,
};

struct operator_words {
    enum operator_type type;
    bool negated;   /* StringNotEquals, NotIpAddress */
    bool wildcards; /* StringLike, ArnEquals */
    bool all, any;  /* ForAllValues:, ForAnyValue: */
    bool if_exists;
};

struct operator_words operator_read(struct str name);

/* What a test of one key does to requests that do not have it. */
void lint_absent_key(struct lint *l, const struct statement *s, struct operator_words op,
                     const struct node *test);
/* Whether Null tests the key, too. */
bool lint_has_null(const struct statement *s, struct str key);

/* Entries of elements: only stars, or a lone "*" among them. */
bool entry_is_star(struct str text);
bool element_has_star(const struct node *element);

/*
 * COVERER, with `*` and `?`, matches all that TEXT, perhaps with wildcards of its own, matches.
 * Never wrongly; some coverings that need thought are missed, and all when the work is spent.
 */
bool glob_covers(struct str coverer, struct str text, bool fold, struct policy_work *work);
/* Some text fits both. In A, `%` is any text without a slash; in B, variables are any text. */
bool glob_meets(struct arena *a, struct str format, struct str pattern);
/* Every resource of TEXT is one of COVERER. */
bool resource_covers(struct str coverer, struct str text, struct policy_work *work);
bool action_covers(struct str coverer, struct str text, struct policy_work *work);

typedef bool covers_fn(struct str coverer, struct str text, struct policy_work *work);

/* The entries that stand there twice or that another one covers; of equal ones, the later. */
const struct node **redundant_entries(struct lint *l, const struct node *element, covers_fn *covers,
                                      size_t *ret_n);
