/* SPDX-License-Identifier: Apache-2.0 */
/*
 * May this principal do this? Combines what the single policies say into one decision, by the
 * order of IAM User Guide, "Policy evaluation logic". Pure: no I/O, no state, no allocation.
 */
#pragma once

#include "model/principal.h"
#include "policy/policy.h"

struct authz_tag {
    struct str key, value;
};

/* The layers that decide, in the order in which a denial names them. */
enum authz_layer {
    AUTHZ_LAYER_ROOT,     /* no policy: the root user has full access to its account */
    AUTHZ_LAYER_RESOURCE, /* the resource is another account's and nothing there allows it */
    AUTHZ_LAYER_IDENTITY, /* inline and managed policies of the user and of its groups */
    AUTHZ_LAYER_BOUNDARY, /* the permissions boundary: it grants nothing, but all must pass it */
    AUTHZ_LAYER_COUNT
};

/* A policy and how it came to the principal. */
struct authz_policy {
    const struct policy *policy;
    enum authz_layer layer; /* identity or boundary */
    const char *name;
    const char *arn;   /* NULL: an inline policy */
    const char *owner; /* "user alice", "group developers": where the policy is attached */
};

/* The picture of one principal that decisions are made from. */
struct authz_principal {
    enum principal_kind kind;
    const char *account;
    const char *arn;
    const char *id;   /* aws:userid: AIDA..., or the account id for a root user */
    const char *name; /* aws:username; NULL for a root user */
    const struct authz_tag *tags;
    size_t n_tags;
    const struct authz_policy *policies; /* by layer */
    size_t n_policies;
    bool bounded; /* there is a permissions boundary */
};

enum authz_outcome { AUTHZ_ALLOW, AUTHZ_EXPLICIT_DENY, AUTHZ_IMPLICIT_DENY };

struct authz_decision {
    enum authz_outcome outcome;
    enum authz_layer layer;
    const struct authz_policy *policy;        /* NULL when no policy decided */
    const struct policy_statement *statement; /* of that policy */
};

/* The steps of every policy, one after the other: those of policy i end before ends[i]. */
struct authz_trace {
    struct policy_trace steps;
    size_t *ends; /* room for one number per policy of the principal */
};

/* TRACE may be NULL. */
struct authz_decision authz_decide(const struct authz_principal *principal,
                                   const struct policy_request *request, struct authz_trace *trace);

const char *authz_outcome_name(enum authz_outcome outcome);
const char *authz_layer_name(enum authz_layer layer);

/*
 * AWS's sentence for a denial, in the arena. RESOURCE is printed as it stands: an ARN, "*", or
 * "user alice" for the reads of one entity. IAM User Guide, "Troubleshoot access denied error
 * messages".
 */
char *authz_message(struct arena *a, const struct authz_principal *principal, const char *action,
                    const char *resource, const struct authz_decision *decision);
