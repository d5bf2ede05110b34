/* SPDX-License-Identifier: Apache-2.0 */
/* From a line to an authorization request. */
#pragma once

#include "base/map.h"
#include "evaluate/evaluate.h"
#include "policy/json.h"

enum { POLICY_KINDS = POLICY_ENDPOINT + 1 };

/* A document that lines refer to; compiled for each kind when one of them first does. */
struct definition {
    struct str name, text;
    struct {
        const struct policy *policy;
        const char *wrong; /* why there is none; NULL as well: nobody has asked for the kind */
    } compiled[POLICY_KINDS];
};

struct evaluator {
    struct arena arena;
    struct map definitions; /* struct definition by name */
};

enum member {
    MEMBER_ID,
    MEMBER_COMMENT,
    MEMBER_EXPECTED,
    MEMBER_PRINCIPAL,
    MEMBER_PRINCIPAL_TYPE,
    MEMBER_ACCOUNT,
    MEMBER_ISSUER,
    MEMBER_IDENTITY_POLICIES,
    MEMBER_BOUNDARY,
    MEMBER_SESSION_POLICY,
    MEMBER_SCPS,
    MEMBER_RCPS,
    MEMBER_RESOURCE_POLICY,
    MEMBER_ENDPOINT_POLICY,
    MEMBER_ACTION,
    MEMBER_RESOURCE,
    MEMBER_RESOURCE_ACCOUNT,
    MEMBER_WILDCARD_ONLY,
    MEMBER_SERVICE_LINKED,
    MEMBER_MANAGEMENT,
    MEMBER_BILLING_ACCESS,
    MEMBER_ROOT_TASK,
    MEMBER_CONTEXT,
    MEMBER_MULTIVALUED,
    MEMBER_COUNT
};

/* One key of the context. */
struct given_key {
    struct policy_key key;
    struct policy_values values;
};

struct given_context {
    struct policy_context base;
    const struct given_key *keys;
    size_t n;
};

/* A line being read. */
struct input {
    struct evaluator *evaluator;
    struct arena *arena;
    const char *reason;                       /* of a failure */
    const struct node *members[MEMBER_COUNT]; /* NULL: not there */
    struct given_context context;
    struct authz_principal principal;
    struct authz_levels scps, rcps;
    bool management; /* the account of the principal manages its organization */
    struct authz_request request;
};

/* Each fills in the reason when it returns false. */
bool input_fail(struct input *in, const char *format, ...) PRINTF_LIKE(2, 3);
bool input_members(struct input *in, const struct node *line) MUST_USE;
bool input_define(struct input *in, const struct node *line) MUST_USE;
bool input_context(struct input *in) MUST_USE;
bool input_principal(struct input *in) MUST_USE;
bool input_request(struct input *in) MUST_USE;
/* After the others: what kind of policy a resource has depends on the request. */
bool input_policies(struct input *in) MUST_USE;

/* A member behind a comma, when keys or values of the context are not what AWS sends. */
void given_notes(const struct given_context *context, struct buf *out);
/* The value of a key in the context; p == NULL: there is not exactly one. */
struct str given_value(const struct given_context *context, enum condition_key_id id);
const char *input_name(enum member member);
/* The text of a member; p == NULL: it is not there. */
struct str input_text(const struct input *in, enum member member);
bool input_flag(const struct input *in, enum member member);
