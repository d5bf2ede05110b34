/* SPDX-License-Identifier: Apache-2.0 */
/*
 * May this principal do this? Combines what the single policies say into one decision, by the
 * order of IAM User Guide, "Policy evaluation logic". Pure: no I/O, no state, no allocation but for
 * a trace.
 */
#pragma once

#include "policy/policy.h"

struct authz_tag {
    struct str key, value;
};

/* What decides, in the order in which explicit denies are looked for and reported. */
enum authz_layer {
    AUTHZ_LAYER_NONE,     /* no policy: the action needs no permission */
    AUTHZ_LAYER_ROOT,     /* no policy: the root user has full access to its account */
    AUTHZ_LAYER_SCP,      /* service control policies: every level must allow */
    AUTHZ_LAYER_RCP,      /* resource control policies: they only deny */
    AUTHZ_LAYER_ENDPOINT, /* the policy of the VPC endpoint that the request came through */
    AUTHZ_LAYER_RESOURCE, /* the policy of the resource */
    AUTHZ_LAYER_TRUST,    /* the same where the resource is a role to be assumed */
    AUTHZ_LAYER_IDENTITY, /* inline and managed policies of the user and its groups, or the role */
    AUTHZ_LAYER_BOUNDARY, /* the permissions boundary: it grants nothing, but all must pass it */
    AUTHZ_LAYER_SESSION,  /* the session policies, which together are one such filter */
    AUTHZ_LAYER_BILLING,  /* no policy: IAM access to Billing is not activated */
    AUTHZ_LAYER_COUNT
};

/* A policy and where it stands. */
struct authz_policy {
    const struct policy *policy;
    enum authz_layer layer;
    size_t level; /* of SCPs and RCPs: 0 is the root of the organization */
    const char *name;
    const char *arn;   /* NULL: an inline policy */
    const char *owner; /* "user alice", "group developers": where it is attached; may be NULL */
};

/* The policies of one type that bind an account: at the root of its organization, at each unit on
   the way down, and at the account itself. All of its principals share them. */
struct authz_levels {
    const struct authz_policy *policies; /* sorted by level */
    size_t n_policies;
    size_t n; /* levels, some of which may have no policy */
};

/* The picture of one principal that decisions are made from. */
struct authz_principal {
    enum principal_kind kind;
    const char *account; /* NULL: of no account (services, providers, anonymous) */
    const char *arn;     /* or the name of a service or provider; NULL: anonymous, or not known */
    const char *issuer;  /* ARN of the session's role or the federated user's user; may be NULL */
    const char *id;      /* aws:userid: AIDA..., or the account id for a root user; may be NULL */
    const char *name;    /* aws:username of an IAM user; NULL for others */
    const char *alias;   /* of a root user's account, which records tell; NULL: none */
    const struct authz_tag *tags;
    size_t n_tags;
    const struct authz_policy *policies; /* identity, boundary, session: sorted by layer */
    size_t n_policies;
    bool bounded;                /* there is a permissions boundary */
    bool scoped;                 /* there are session policies */
    bool no_billing;             /* IAM access to Billing is not activated in its account */
    bool service_linked;         /* a service-linked role: neither SCPs nor RCPs hold for it */
    bool temporary;              /* with credentials of STS */
    int64_t issued;              /* seconds; counts only for those */
    int64_t reopened;            /* how often the account has been */
    int64_t mfa_at;              /* when a code was checked, for them or now; 0: none was */
    const char *source_identity; /* NULL: none */
    const char *delegate;        /* account that acts for it, by its session policies alone; NULL:
                                    none does */
    const char *provider;        /* of identities, that vouched for the session; NULL: none did */
};

/* A session of AssumeRoot: a root user with session policies, which are task policies unless
   somebody acts for it. */
static inline bool authz_assumed_root(const struct authz_principal *p)
{
    return p->kind == PRINCIPAL_ROOT && p->scoped && !p->delegate;
}

struct authz_request {
    const struct authz_principal *principal;
    struct str action, resource; /* as in policy_request */
    const struct policy_context *context;
    struct str resource_account;         /* who owns the resource; p == NULL: nobody ("*") */
    const struct authz_levels *scps;     /* of the principal's account; NULL: none, as of accounts
                                            that are in no organization, or manage theirs */
    const struct authz_levels *rcps;     /* of the account that owns the resource; likewise */
    const struct authz_policy *policies; /* endpoint, resource or trust: sorted by layer */
    size_t n_policies;
    bool granted;           /* who owns the resource lets the principal in, even when its policy is
                               silent */
    bool root_only;         /* of those whom policies allow it, only root users may */
    bool same_organization; /* of two accounts: denials then give their reason all the same */
    bool identity_suffices; /* as the policy simulator has it, of resources whose policy it does not
                               see: they are the principal's own, and no policy has to be there */
    struct policy_work *work; /* of all decisions of one request; NULL: only the decision's own */
};

enum authz_outcome { AUTHZ_ALLOW, AUTHZ_EXPLICIT_DENY, AUTHZ_IMPLICIT_DENY };

struct authz_decision {
    enum authz_outcome outcome;
    enum authz_layer layer;
    const struct authz_policy *policy;        /* NULL when no policy decided */
    const struct policy_statement *statement; /* of that policy */
    size_t level;    /* of SCPs, that allows nothing; counts where they deny implicitly */
    bool unfinished; /* denied, because looking at all policies takes more work than is allowed */
};

/* One policy that was asked; its steps are those up to END that belong to none before it. */
struct authz_asked {
    const struct authz_policy *policy;
    size_t end;
};

struct authz_trace {
    struct policy_trace steps;
    struct authz_asked *asked;
    size_t n_asked;
};

/* Room for what all policies say to the request, or to others with as many policies. */
struct authz_trace authz_trace_new(struct arena *a, const struct authz_request *request);

/*
 * TRACE, which begins anew, may be NULL, and changes nothing in the decision but what
 * it costs. At most WORK_DECISION steps, and no more than the work of the request has left; whoever
 * needs more is denied.
 */
struct authz_decision authz_decide(const struct authz_request *request, struct authz_trace *trace);

/* Where the policy of RESOURCE stands: AUTHZ_LAYER_TRUST for a role and an action of STS. */
enum authz_layer authz_resource_layer(struct str action, struct str resource);

/* In words: why a decision is unfinished. */
extern const char authz_unfinished[];

const char *authz_outcome_name(enum authz_outcome outcome);
const char *authz_layer_name(enum authz_layer layer);

/* What sts:DecodeAuthorizationMessage says about a denial: JSON, in the arena. */
char *authz_failure(struct arena *a, const struct authz_request *request,
                    const struct authz_decision *decision);

/*
 * AWS's sentence for a denial, in the arena. RESOURCE is printed as it stands: an ARN, "*", or
 * "user alice" for the reads of one entity; NULL: none is. IAM User Guide, "Troubleshoot access
 * denied error messages".
 */
char *authz_message(struct arena *a, const struct authz_request *request, const char *resource,
                    const struct authz_decision *decision);
/* Whether the service, like EC2, goes on to give the encoded message. */
bool authz_message_is_encoded(const struct authz_request *request);
