/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happened in one call: who called, from where, what for, how each permission was decided, and
 * what came of it. It is filled in while the call is on its way, complete when the call ends, and
 * read by everybody who has to tell: the log, the last use of keys and roles, the explanations.
 * Whoever needs more of a call adds a member here and reads that.
 *
 * While the call lasts, all of it belongs to the call's arena. records_keep copies it into one
 * piece of memory, which never changes: pointers lead into that piece, to what the record holds a
 * reference to, or to tables of the program.
 */
#pragma once

#include "authz/context.h"
#include "base/cache.h"
#include "call/call.h"

/* How far the call came, which is what there is to explain. */
enum record_kind {
    RECORD_PLAIN,       /* nothing was decided: what is wrong with it, if anything, was told */
    RECORD_KEY_REFUSED, /* the access key was not accepted */
    RECORD_SIGNATURE_REFUSED, /* it was, but another signature was expected */
    RECORD_PROOF_REFUSED,     /* a token of an identity provider or a code of a device was not */
    RECORD_DECIDED,           /* the permissions were looked at, if there were any to look at */
};

/* What an account has from its organization. */
struct record_place {
    struct cached *membership;         /* a reference: what the rest belongs to; NULL: nothing */
    const struct authz_place *place;   /* NULL: it is in no organization */
    const struct authz_levels *levels; /* of SCPs or RCPs; NULL: none count */
};

/* Tags that the request gives. */
struct record_tags {
    const struct authz_tag *v; /* aws:RequestTag */
    size_t n;
    const struct str *keys; /* aws:TagKeys */
    size_t n_keys;
};

/* A request to a service that is not served here, which somebody else lets in or not. */
struct record_other {
    const char *service;         /* "s3"; NULL: none was recognized */
    const char *operation;       /* "GetObject"; NULL: likewise */
    const char *resource_prefix; /* of the key that stands for aws:ResourceTag: "ec2"; or NULL */
    const char *unread;          /* of a request that nobody knows: its method, host and path; NULL:
                                    it was recognized */
    bool asked;                  /* nobody sends it: somebody wants to know what would be */
    int code;                    /* why nobody knows who sent it, as that is told; OK: who is known,
                                    or nobody has to be */
};

/* One permission: the request as it was put to the policies, and all that they said. */
struct record_decision {
    struct record_decision *next;
    struct str action, resource;
    bool unnamed;       /* a "*" of the resource stands for a name that is not known yet */
    struct str owner;   /* authz_request.resource_account */
    struct str account; /* authz_context.resource_account */
    struct authz_decision decision;
    struct authz_trace trace;
    struct record_place owner_place; /* with RCPs */
    const struct authz_policy *own;  /* of the resource: a trust policy; NULL: there was none */
    struct cached *document;         /* a reference: what that is compiled into */
    const struct authz_key_value *keys;
    size_t n_keys;
    struct record_tags tags;
    const struct authz_tag *resource_tags; /* all of them, once a policy asked or one denied */
    size_t n_resource_tags;
};

/* Whom a provider of identities vouches for. */
struct record_bearer {
    const char *provider, *subject, *audience; /* NULL: nobody */
    const char *qualifier;                     /* of the subject, in SAML; NULL: it has none */
};

/* What a record tells that is of no operation of the model. Texts of objects in JSON. */
struct record_told {
    const char *name;            /* eventName, of the program; NULL: it is of an operation */
    const char *parameters;      /* of an operation: in place of what was sent; NULL: that */
    const char *elements, *data; /* NULL: none */
};

struct record {
    const char *request_id;
    const char *sandbox; /* its name */
    int64_t at;          /* when the call arrived: seconds of the sandbox's clock */
    int64_t took_us;     /* up to its end, in real time */

    /* Who. What a session is, for whom, since when and by which provider, the principal says. */
    const struct authz_principal *principal; /* NULL: nobody knows */
    struct cached *view;         /* what it belongs to; NULL: it belongs to the record */
    bool stands_in;              /* its policies and tags belong to that, its names to the record */
    const char *account;         /* the caller's; NULL: nobody knows */
    struct record_place place;   /* where that stands when permissions are decided, with SCPs */
    struct str access_key_id;    /* as it was sent; p == NULL: none was */
    const char *issuer_id;       /* of a session: the id of the role or user behind it; or NULL */
    const char *delivery;        /* by which EC2's metadata service gave it out; or NULL */
    struct record_bearer bearer; /* of who came with a token of an identity provider */
    bool names_root;             /* its UserName is none of a user, and means the root user */
    bool console;                /* it signed in with a browser */

    /* What, and from where. */
    const struct api_op *op; /* NULL: it named none that there is */
    struct str region;       /* that it was signed for, or the global endpoint's */
    const void *in;          /* the request, of op->in; NULL: it could not be read */
    const struct shape *claimed_shape;
    const void *claimed; /* what a token in it says that its events tell; NULL: nothing */
    struct str source_ip, user_agent, referer, host; /* p == NULL: absent */
    const struct record_other *other;    /* what it asks about; NULL: it is for itself */
    const struct authz_key_value *given; /* condition keys that it says to be so, whatever is */
    size_t n_given;
    struct record_decision *decisions; /* in their order; the first denial is the last, unless
                                          elements of the request are refused alone, or denials
                                          are let pass */

    /* What came of it. */
    enum record_kind kind;
    bool complete;          /* the call came to its end */
    bool allowed;           /* of RECORD_DECIDED */
    int code;               /* OK, or the failure that the caller was told */
    const void *out;        /* the answer, of op->out; NULL: there is none */
    const char *message;    /* AWS's sentence of the failure; NULL: none */
    const char *reason;     /* what that does not tell; NULL: nothing more is known */
    const char *why;        /* of a refused key or a denial: the reason there was then, or NULL */
    const char *would_deny; /* AWS's sentence of a denial that soft enforcement let pass, or NULL */
    struct str canonical_request, string_to_sign; /* expected, of RECORD_SIGNATURE_REFUSED */

    /* What the call leaves besides, in its order: signing in (record/sign_in.h). */
    struct record *also;
    struct record_told told;
};

/* The call's record, as far as it is known. */
struct record *record_of(struct call *c);

/* Notes why an access key was not accepted. */
void record_key_refused(struct call *c, const char *why);
/* Notes what a signature was checked against, for a client that wants to find its mistake; values
   that may be secrets are hidden. c->reason says where to look. */
void record_signature_refused(struct call *c, struct str canonical_request,
                              struct str string_to_sign);
/* Notes that proof of another kind was refused; c->reason may tell more than AWS does. */
void record_proof_refused(struct call *c);

/* Forgets the decisions: they are made once more. */
void record_decide_anew(struct call *c);

/* Where a request is made that is signed for a region: STS has an endpoint in each, the global one
   and those of all other services are in us-east-1 (IAM User Guide, aws:RequestedRegion). */
struct str record_region(struct str service, struct str signed_for);

/* Where what is decided about is asked for; p == NULL: nobody knows. */
struct str record_asked_in(const struct record *record, const struct record_decision *d);

/* The condition keys of a decision, whose own and tags D has. */
void record_context(const struct record *record, const struct record_decision *d,
                    struct authz_context *ret);

/* Completes it: CODE is the failure as it is told. */
const struct record *record_complete(struct call *c, int code, const char *would_deny);

/* The code of its failure as the client was told it, which has others in AWS's JSON protocols. */
const char *record_error(const struct record *record);

/* Keeps the record, when it is complete and has something to explain, and the events that it makes;
   gives back what its decisions hold. By whoever began the call, however it ended. */
void record_end(struct call *c);
