/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compiled forms. Everything points into the policy's own copy of the text or into its arena, and
 * never changes once compiled.
 */
#pragma once

#include "policy/policy.h"
#include "policy/value.h"

enum piece_kind {
    PIECE_TEXT,     /* these characters */
    PIECE_VARIABLE, /* the characters of the key's value, or of the default */
    PIECE_WILD,     /* a run of wildcards: their order does not matter, only their number */
};

struct piece {
    enum piece_kind kind;
    bool open;       /* of a run: it has a `*` and goes on beyond COUNT */
    bool ends_open;  /* of a run: a `*` is the last of it */
    size_t count;    /* of a run: its `?`, each exactly one character */
    size_t least;    /* bytes that this piece and all behind it need, values of keys aside */
    struct str text; /* of a variable: its default; p == NULL: none */
    struct policy_key key;
};

struct pattern {
    const struct piece *v;
    size_t n;
};

/* What is special in a pattern's text. */
enum { PATTERN_WILDCARDS = 1, PATTERN_VARIABLES = 2 };

/* What matching needs beside the pattern and the text. */
struct scope {
    const struct policy_context *context; /* values of variables; NULL: they have none */
    struct policy_work *work;             /* what may be spent; NULL: it is not counted */
};

/* False when the request has no such key, and when the work is spent. */
bool scope_find(const struct scope *scope, const struct policy_key *key, struct policy_values *ret);

/* How many bytes at the start of a text ignore letter case. */
enum { FOLD_NOTHING = 0 };
#define FOLD_ALL SIZE_MAX

struct pattern pattern_compile(struct arena *a, struct str text, unsigned special);
/*
 * In at most TEXT + PATTERN + TEXT * PATTERN / 64 steps, and mostly far fewer. False, too, when the
 * work is spent.
 */
bool pattern_matches(const struct pattern *pattern, struct str text, size_t folded,
                     const struct scope *scope);
bool pattern_has_variable(const struct pattern *pattern);
/*
 * The literal characters that a variable stands for; false when it has no value. It needs a key
 * with one value; values are inserted as they are, without further meaning.
 */
bool variable_text(const struct piece *piece, const struct scope *scope, struct str *ret);

/* The same of a variable or a text. */
static inline bool piece_text(const struct piece *piece, const struct scope *scope, struct str *ret)
{
    if (piece->kind == PIECE_VARIABLE)
        return variable_text(piece, scope, ret);
    *ret = piece->text;
    return true;
}

/* The last of it is a `*`. */
bool pattern_ends_open(const struct pattern *pattern);

/*
 * The same of N patterns with colons between them. Wildcards of those in front of number OPEN match
 * no colon, except a `*` at the end of a pattern: it runs on over colons. 64 characters of the text
 * are looked at together, whatever the pattern; for plain ones that is slow.
 */
bool glob_matches(const struct pattern *patterns, size_t n, size_t open, struct str text,
                  size_t folded, const struct scope *scope);

enum { ARN_FIELDS = 5 }; /* partition, service, region, account, resource */

struct arn_pattern {
    bool all;       /* a lone `*`: everything, and also what is no ARN */
    bool never;     /* matches nothing */
    bool runs_on;   /* a field in front of others ends with a `*`, which may go on over colons */
    size_t n;       /* fields; fewer than all: what is not there is left to the last `*` */
    size_t written; /* the first of them; those behind are not in the entry, and match anything */
    struct pattern field[ARN_FIELDS];
};

/* An entry of Resource. With PAD, fields that are not there match anything. */
struct arn_pattern arn_pattern_of_resource(struct arena *a, struct str text, unsigned special,
                                           bool pad);
/* A value of an Arn operator. */
struct arn_pattern arn_pattern_of_value(struct arena *a, struct str text, unsigned special);
/* FOLD: the four fields before the resource ignore case. ARN == NULL: the text was no ARN. */
bool arn_pattern_matches(const struct arn_pattern *pattern, const struct arn *arn, bool fold,
                         const struct scope *scope);

struct action_pattern {
    struct str service; /* folded; p == NULL: any */
    struct pattern name;
};

enum policy_principal_kind {
    POLICY_PRINCIPAL_ANYONE,    /* "*" */
    POLICY_PRINCIPAL_ACCOUNT,   /* value: 12 digits */
    POLICY_PRINCIPAL_ARN,       /* a user, role or session */
    POLICY_PRINCIPAL_ID,        /* AIDA..., AROA...: an entity that was deleted */
    POLICY_PRINCIPAL_SERVICE,   /* "ec2.amazonaws.com" */
    POLICY_PRINCIPAL_FEDERATED, /* provider ARN or well-known domain */
    POLICY_PRINCIPAL_CANONICAL, /* S3 canonical user id */
};

struct policy_principal {
    enum policy_principal_kind kind;
    struct str value;
};

/*
 * The actions that a statement or a policy can be about, as two sets of hash bits: those named in
 * full, and the services of those named by a pattern. What has neither bit of a request need not
 * be looked at.
 */
struct action_filter {
    uint64_t actions, services;
};

struct policy_match {
    struct action_filter filter;
    bool not_principal, not_action, not_resource;
    const struct policy_principal *principals;
    size_t n_principals;
    const struct action_pattern *actions;
    size_t n_actions;
    const struct arn_pattern *resources; /* none at all in trust policies */
    size_t n_resources;
};

struct policy {
    struct str text;
    struct action_filter filter; /* of all statements */
    const struct policy_statement *statements;
    size_t n;
};

/* Whether a statement names the action of the request, or does not except it. */
bool statement_is_about(const struct policy_statement *statement,
                        const struct policy_subject *subject);

/* Whether it is about every resource. */
bool match_is_of_all(const struct policy_match *match);
/* Whether a resource of the action may be one of those that MATCH is about. */
bool match_reaches(const struct policy_match *match, const struct reference_service *service,
                   const struct reference_action *action, struct policy_work *work);

/* The bit of a name in a filter; letter case does not matter. */
uint64_t action_bit(struct str service, struct str name);
uint64_t service_bit(struct str service);

enum policy_level principal_level(const struct policy_match *match, enum policy_effect effect,
                                  const struct policy_caller *caller);

enum value_type {
    VALUE_STRING,
    VALUE_ARN,
    VALUE_NUMBER,
    VALUE_DATE,
    VALUE_BOOL,
    VALUE_BINARY,
    VALUE_IP,
    VALUE_NULL,
};

enum relation { REL_EQ, REL_LT, REL_LE, REL_GT, REL_GE };

struct operator
{
    const char *name;
    enum value_type type;
    enum relation relation;
    bool negated;   /* the values are NOR-ed, and a missing key satisfies it */
    bool fold;      /* strings: letter case is ignored */
    bool wildcards; /* strings: `*` and `?` are special */
};

enum set_modifier { SET_NONE, SET_ALL, SET_ANY };

/* Texts to be found by a search instead of being compared one by one. */
struct text_set {
    const struct str *v;
    size_t n;
    bool fold; /* letter case is ignored */
};

/* V becomes part of the set, in another order. */
struct text_set set_of(struct str *v, size_t n, bool fold);
/* False, too, when the work is spent. */
bool set_has(const struct text_set *set, struct str text, struct policy_work *work);

/* One policy value, ready to compare with. Bool values with variables stay patterns. */
struct test_value {
    union {
        struct pattern pattern;
        struct arn_pattern arn;
        struct number number;
        struct instant instant;
        struct cidr cidr;
        struct str base64;
        bool truth;
    };
    bool is_pattern; /* of a Bool */
};

struct policy_test {
    const struct operator* op;
    enum set_modifier set;
    bool if_exists;
    struct text_set texts;           /* values that equal nothing but themselves, when many */
    const struct test_value *values; /* the others */
    size_t n_values;
};

/* Finds what NAME says in any letter case; the values of RET are not touched. */
bool operator_parse(struct str name, struct policy_test *ret);
/* The canonical name, modifiers included. */
const char *operator_name(struct arena *a, const struct policy_test *test);
/* False when TEXT is no value for the operator. SPECIAL says whether there are variables. */
bool test_value_compile(struct arena *a, const struct operator* op, struct str text,
                        unsigned special, struct test_value *ret);
/* Whether just this text matches a value of a string or an ARN. */
bool test_value_is_text(const struct operator* op, const struct test_value *value, struct str text);
bool value_satisfies(const struct policy_test *test, struct str value, const struct scope *scope);
bool condition_holds(const struct policy_condition *condition, const struct scope *scope);
