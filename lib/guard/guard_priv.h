/* SPDX-License-Identifier: Apache-2.0 */
/* One permission on its way to a decision, as the parts of the guard hand it on. */
#pragma once

#include "guard/guard.h"
#include "model/arn.h"
#include "model/reference.h"
#include "resource/resource.h"

/* The code of an MFA device in x-amz-mfa. */
enum guard_mfa { GUARD_MFA_UNKNOWN, GUARD_MFA_PROVED, GUARD_MFA_WRONG };

/* What all permissions of one request share. */
struct guard_case {
    struct call *call;
    struct record *record;
    const struct request *rq;       /* the request to the other service; NULL: there is none */
    const struct recognized *op;    /* NULL: likewise */
    struct recognize_denial denial; /* how its service tells one; zeroed: likewise */
    struct record_decision **next;  /* where the next decision belongs */
    struct policy_work work;
    const char *reason; /* what the sentence of the last denial does not tell; NULL: nothing */
    const char *guess;  /* that what was allowed depends on; NULL: on none */
    bool may_wait;      /* for the store: it is the pool that decides */
    bool names_other;   /* it is about another account than the caller's */
    enum guard_mfa mfa;
    const char *mfa_reason;
};

/* One of them. */
struct guard_permit {
    struct guard_case *of;
    struct record_decision *decision; /* action, resource, keys and tags are set */
    struct authz_context context;
    struct authz_request request;
    const char *message;         /* of the denial */
    struct resource_known known; /* zeroed: it is about no resource */
    bool owner_guessed;          /* nobody told whose the resource is */
    bool whole;                  /* a denial is of all elements of the request */
};

/* Whoever calls is known: c->principal, or nobody, who is anonymous. */
int guard_begin(struct call *c, const struct request *rq, const struct recognized *op,
                struct guard_case *ret) MUST_USE;

/* The policy of the resource. Takes the reference, which stays as long as the record. */
void guard_set_own(struct guard_permit *p, struct document *document, const char *name);
/* That of a role. */
int guard_trust(struct guard_permit *p, const struct arn *arn) MUST_USE;
/* Fills owner, policy, tags and keys of the decision with what is known of its resource. */
int guard_target(struct guard_permit *p) MUST_USE;
/* Whether the caller is of another account than the resource, or of none. */
bool guard_is_abroad(const struct guard_permit *p);
/* Whether AWS has an action of this name, in any letter case. */
bool guard_action(struct arena *a, struct str action, struct reference_label *ret);
/* The reason of a denial that nobody else has one for. */
void guard_explain(struct guard_permit *p);
/* Makes a denial of what policies allow, and the service refuses all the same. May return
   CALL_AGAIN where nothing may wait. */
int guard_limit(struct guard_permit *p) MUST_USE;
/* Its parts that are about single services. */
int guard_limit_keys(struct guard_permit *p) MUST_USE;
int guard_limit_s3(struct guard_permit *p) MUST_USE;
/* Whether the request says that it is about another account than the caller's. */
bool guard_names_other(const struct guard_case *of);

struct guard_action {
    const char *service, *name;
};

bool guard_is_one_of(struct str action, const struct guard_action *actions, size_t n);
/* MESSAGE == NULL: that of a permission that nobody gives. */
void guard_set_denied(struct guard_permit *p, const char *message, const char *reason);

/* What only a back end knows; of the type of recognize_told. */
struct str guard_told(void *call, struct str arn, const char *attribute);
/* Learns from a request that goes to its back end. CALL_AGAIN where nothing may wait. */
int guard_learn(struct guard_case *of, const struct recognize_permissions *permissions, bool body,
                const char **ret_note) MUST_USE;

/* Decides about D. LISTED: it becomes part of the record. May return CALL_AGAIN, as guard_limit. */
int guard_permit(struct guard_case *of, struct record_decision *d, bool listed,
                 struct guard_permit *ret) MUST_USE;

/* The sentence of a denial, in the words of the service. */
const char *guard_message(const struct guard_permit *p);

/* Takes on the principal who is stored under the name, with a sentence when there is none. */
int guard_stand_in(struct call *c, const char *name) MUST_USE;
