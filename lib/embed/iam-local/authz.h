/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decisions over compiled policies, as AWS makes them (IAM User Guide, "Policy evaluation logic"):
 * identity policies, permissions boundary, session policies, resource and trust policies, SCPs,
 * RCPs and VPC endpoint policies, within an account and across accounts.
 */
#ifndef IAM_LOCAL_AUTHZ_H
#define IAM_LOCAL_AUTHZ_H

#include <iam-local/policy.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where a policy stands, and what decided. */
enum iam_layer {
    IAM_LAYER_NONE, /* the action needs no permission */
    IAM_LAYER_ROOT, /* the root user's full access to its account */
    IAM_LAYER_SCP,
    IAM_LAYER_RCP,
    IAM_LAYER_ENDPOINT,
    IAM_LAYER_RESOURCE,
    IAM_LAYER_TRUST, /* the resource policy of a role */
    IAM_LAYER_IDENTITY,
    IAM_LAYER_BOUNDARY,
    IAM_LAYER_SESSION,
};

enum iam_principal_kind {
    IAM_PRINCIPAL_ROOT,
    IAM_PRINCIPAL_USER,
    IAM_PRINCIPAL_ROLE,      /* a role by itself, for what-if questions */
    IAM_PRINCIPAL_SESSION,   /* of a role */
    IAM_PRINCIPAL_FEDERATED, /* from GetFederationToken */
    IAM_PRINCIPAL_PROVIDER,  /* vouched for by a SAML or web identity provider */
    IAM_PRINCIPAL_SERVICE,
    IAM_PRINCIPAL_ANONYMOUS,
};

/* The policies that take part, whoever's they are. Policies must outlive the set; texts are
   copied. */
struct iam_set;

struct iam_set *iam_set_new(void);
void iam_set_free(struct iam_set *set); /* accepts NULL */
/*
 * LAYER is any from IAM_LAYER_SCP on. LEVEL counts the levels of an organization from its root, 0;
 * it is 0 in other layers. NAME appears in decisions; ARN, which may be NULL, in messages.
 */
void iam_set_add(struct iam_set *set, const struct iam_policy *policy, enum iam_layer layer,
                 size_t level, const char *name, const char *arn);

/* Condition keys and their values. Names ignore letter case; texts are copied. */
struct iam_context;

struct iam_context *iam_context_new(void);
void iam_context_free(struct iam_context *context); /* accepts NULL */
void iam_context_clear(struct iam_context *context);
/* One more value of KEY. Keys that AWS calls multivalued, and keys with several values, are
   lists, which conditions compare with ForAllValues or ForAnyValue. */
void iam_context_add(struct iam_context *context, const char *key, const char *value);

/* Texts that do not apply are NULL. Nothing is copied. */
struct iam_request {
    enum iam_principal_kind principal_kind;
    const char *principal;             /* ARN, or the name of the service or provider */
    const char *account;               /* of the principal, 12 digits */
    const char *issuer;                /* ARN of a session's role or a federated user's user */
    const char *user_id;               /* aws:userid */
    bool service_linked_role;          /* SCPs and RCPs do not hold for it */
    bool management_account;           /* of an organization: the same */
    size_t scp_levels;                 /* that must each allow; 0: in no organization */
    const char *action;                /* "s3:GetObject" */
    const char *resource;              /* ARN, or "*" for actions without resource types */
    const char *resource_account;      /* NULL: the principal's */
    const struct iam_context *context; /* NULL: no condition keys */
};

enum iam_outcome { IAM_ALLOW, IAM_EXPLICIT_DENY, IAM_IMPLICIT_DENY };

struct iam_decision {
    enum iam_outcome outcome;
    enum iam_layer layer;
    const char *policy;  /* its name, owned by the set; NULL: no policy decided */
    size_t statement;    /* of that policy, from 0 */
    const char *sid;     /* owned by the policy; NULL: none */
    size_t line, column; /* of the statement in its document, from 1; 0: none */
};

/*
 * Allocates nothing, and takes up to 16 KiB of stack. A decision that compares too many values with
 * too many others, or long ones with too many wildcards, is given up after some milliseconds:
 * IAM_IMPLICIT_DENY by IAM_LAYER_NONE. Sizes that AWS accepts are far from that.
 */
struct iam_decision iam_decide(const struct iam_set *set, const struct iam_request *request);

/* The decision with what every policy said, as JSON; give it back with iam_free. */
char *iam_explain(const struct iam_set *set, const struct iam_request *request);

/* AWS's sentence for a denial, NULL when the request is allowed; give it back with iam_free. */
char *iam_denial(const struct iam_set *set, const struct iam_request *request);

void iam_free(char *text); /* accepts NULL */

const char *iam_outcome_name(enum iam_outcome outcome); /* "ExplicitDeny" */
const char *iam_layer_name(enum iam_layer layer);       /* "boundary" */

#ifdef __cplusplus
}
#endif

#endif
