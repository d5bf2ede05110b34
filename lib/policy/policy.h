/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One policy document: parsed, validated and compiled once, then evaluated any number of times
 * from any thread without allocating. Combining several documents is the job of authz.
 * Rules: IAM User Guide, "IAM JSON policy elements reference" and "Grammar of the IAM JSON
 * policy language".
 */
#pragma once

#include "model/arn.h"
#include "model/condition_key.h"
#include "model/principal.h"
#include "policy/work.h"

/* What a document is attached to decides which elements it may and must have. */
enum policy_kind {
    POLICY_IDENTITY, /* no Principal; Resource required */
    POLICY_RESOURCE, /* Principal required; Resource required */
    POLICY_TRUST,    /* Principal required; no Resource; Action only sts:* */
    POLICY_MANAGED,  /* like POLICY_IDENTITY, and the Version must be 2012-10-17 */
    POLICY_SESSION,  /* like POLICY_IDENTITY */
    POLICY_SCP,      /* service control policy: like POLICY_IDENTITY */
    POLICY_RCP,      /* resource control policy: Deny; Principal "*"; Resource required */
    POLICY_ENDPOINT, /* VPC endpoint policy: like POLICY_RESOURCE */
};

enum policy_effect { POLICY_ALLOW, POLICY_DENY };

struct policy;

/*
 * Why a document was refused: AWS's sentence, and the place in the text (from 1). The hint says
 * what is wrong there when the sentence does not; otherwise it is NULL. Both are owned by the arena
 * given to policy_compile.
 */
struct policy_error {
    const char *message, *hint;
    size_t line, column;
};

/* "line 1, column 2 of the document", and ": HINT" where there is one; in the arena. */
const char *policy_error_place(struct arena *a, const struct policy_error *error);

/*
 * Compiles TEXT. The result, a copy of the text included, belongs to the arena. Checks follow
 * AWS's order; the first failure is reported: ERR_MALFORMED with *error filled in.
 */
int policy_compile(struct arena *a, struct str text, enum policy_kind kind,
                   const struct policy **ret, struct policy_error *error) MUST_USE;

struct node;

/*
 * The same of an object in a text that was read already. The result points into that text and its
 * nodes, which have to live as long.
 */
int policy_compile_read(struct arena *a, const struct node *document, enum policy_kind kind,
                        const struct policy **ret, struct policy_error *error) MUST_USE;

/* The document as it was given, for explanations. */
struct str policy_text(const struct policy *policy);

/* Whether TEXT, in any letter case, fits a pattern with the wildcards of policies. */
bool policy_fits(struct arena *a, struct str pattern, struct str text);

/* Size as quotas of IAM count it: bytes that are not white space. */
size_t policy_size(struct str text);

/* How large a document of a kind may be, and what counts. */
struct policy_limit {
    size_t max; /* SIZE_MAX: each service has its own */
    bool blanks_count;
};

struct policy_limit policy_limit_of(enum policy_kind kind);

/* A condition key as a policy names it. */
struct policy_key {
    struct str name;   /* as written: "aws:PrincipalTag/Team" */
    struct str folded; /* lower case; key names, tag keys in them included, ignore case */
    const struct condition_key *known; /* so that nobody has to look for its name; NULL: it is not
                                          one of the keys of all services */
};

/* NAME is pointed to, not copied. */
struct policy_key policy_key_of(struct arena *a, struct str name);

/*
 * Calls SEE with each key that a condition tests or a policy variable stands for, as often as it
 * occurs: statement after statement, in each the resources before the conditions.
 */
void policy_each_key(const struct policy *policy,
                     void (*see)(void *owner, const struct policy_key *key), void *owner);

struct reference_action;
struct reference_service;

/* What a policy says of an action, whatever the request may be. */
struct policy_reach {
    bool allows; /* it may, on something and under some conditions */
    bool denies; /* it does, on everything and always */
};

struct policy_reach policy_reach(const struct policy *policy,
                                 const struct reference_service *service,
                                 const struct reference_action *action);

/* The request's values of one key. */
struct policy_values {
    const struct str *v;
    size_t n;
    bool multivalued; /* the key holds a list by its nature (aws:TagKeys) */
};

typedef void policy_visit_fn(void *owner, struct str name, const struct policy_values *values);

/* Where condition keys and policy variables get their values. Embed it in a larger struct. */
struct policy_context {
    /* False when the request has no such key. The values live as long as the evaluation. */
    bool (*find)(const struct policy_context *context, const struct policy_key *key,
                 struct policy_values *ret);
    /* Shows every key that the request has, for reports; NULL: nobody can tell. */
    void (*each)(const struct policy_context *context, policy_visit_fn *visit, void *owner);
    size_t keys; /* that a look-up may compare one by one; 0: a few */
};

/* Who asks, as Principal elements name it. Texts with p == NULL: there is none. */
struct policy_caller {
    enum principal_kind kind;
    struct str account; /* 12 digits */
    struct str arn;     /* ARN, name of the service or of the identity provider */
    struct str issuer;  /* ARN of the role of a session, of the user of a federated user */
    struct str id;      /* aws:userid: AIDA..., AROA...:session */
    bool bounded;       /* it has a permissions boundary */
};

struct policy_request {
    struct str action;   /* "iam:GetUser", any letter case */
    struct str resource; /* ARN, or "*" for actions without resource types */
    const struct policy_context *context;
    const struct policy_caller *caller; /* NULL: Principal and NotPrincipal are not looked at */
    struct policy_work *work;           /* NULL: it is not counted */
};

/* A request taken apart once for all the policies that it is put to. */
struct policy_subject {
    const struct policy_request *request;
    struct str service, name; /* of the action */
    struct arn arn;
    bool has_arn;                     /* false: the resource is "*" */
    uint64_t action_bit, service_bit; /* one bit each, from a hash */
};

/* REQUEST is pointed to, not copied. */
struct policy_subject policy_prepare(const struct policy_request *request);

/* One operator applied to one key. */
struct policy_condition {
    const char *op; /* canonical name with modifiers: "ForAllValues:StringLikeIfExists" */
    struct policy_key key;
    const struct str *values; /* as written, variables not expanded */
    size_t n_values;
    const struct policy_test *test; /* compiled form */
};

/*
 * A sentence, in the arena, when something is wrong with a key or with how a condition uses it: a
 * global key that does not exist, an operator or a value of another type, a list compared without a
 * set operator. NULL: nothing is. VALUES are the request's; n == 0: it has none.
 */
const char *policy_key_note(struct arena *a, const struct policy_key *key,
                            const struct policy_values *values);
const char *policy_condition_note(struct arena *a, const struct policy_condition *condition,
                                  const struct policy_values *values);
bool policy_value_is(enum condition_key_type type, struct str value);

struct policy_statement {
    size_t index;    /* from 0 */
    const char *sid; /* NULL: none */
    enum policy_effect effect;
    size_t line, column, end_line, end_column; /* from 1; the end is one past the "}" */
    size_t from_line, from_column; /* one past the token before what is in it: its own "{", or in a
                                      list the "[" or the statement before */
    struct str text;               /* as written, from "{" to "}" */
    const struct policy_condition *conditions;
    size_t n_conditions;
    const struct policy_match *match; /* compiled principals, actions and resources */
};

/* How far a statement got. Statements about other actions leave no trace. */
enum policy_fit {
    POLICY_FITS,
    POLICY_OTHER_PRINCIPAL,
    POLICY_OTHER_RESOURCE,
    POLICY_OTHER_CONDITION,
};

struct policy_step {
    const struct policy_statement *statement;
    enum policy_fit fit;
    uint64_t held;             /* bit i: condition i was true; only when resources matched */
    const uint64_t *held_more; /* the same of those behind the first 64 */
};

bool policy_step_held(const struct policy_step *step, size_t condition);
size_t policy_step_more(const struct policy_step *step); /* words of held_more */

/* Steps of one or more evaluations; they belong to the arena. */
struct policy_trace {
    struct arena *arena;
    struct policy_step *steps;
    size_t n, cap;
};

enum policy_verdict { POLICY_SILENT, POLICY_ALLOWS, POLICY_DENIES };

/* How closely a Principal element names the caller (IAM User Guide, "Policy evaluation logic",
   "resource-based policies"): what an allow is worth depends on it. */
enum policy_level {
    POLICY_NOBODY,
    POLICY_ACCOUNT,  /* as one of its account */
    POLICY_ISSUER,   /* the role of the session, the user of the federated user */
    POLICY_DIRECTLY, /* the caller itself, or everybody; also when there is no Principal */
};

struct policy_result {
    enum policy_verdict verdict;
    enum policy_level level;                  /* of the statement */
    const struct policy_statement *statement; /* the first that decided; NULL when silent */
};

/*
 * What POLICY says to the request. An explicit deny, on whatever level, wins over any allow; of
 * allows the closest level counts. With a trace, every statement about the action is looked at
 * and every condition of it is tested; without one, evaluation stops as soon as the result is
 * certain. When the work of the request is spent afterwards, the result does not count: neither
 * may it allow, nor is it certain that nothing denies.
 */
struct policy_result policy_eval(const struct policy *policy, const struct policy_subject *subject,
                                 struct policy_trace *trace);
