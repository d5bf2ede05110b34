/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One call of an operation: who calls, what for, and everything it needs. A call belongs to one
 * thread, and all its memory to its arena.
 */
#pragma once

#include "call/request.h"
#include "call/sandbox.h"
#include "err.h"
#include "shape/api.h"

struct authz_principal;
struct cached;
struct claims;
struct console_session;
struct job;
struct membership;
struct page_answer;
struct record;
struct response_stream;
struct server;
struct session;
struct iam_tag_list;

/* An entity that was looked up. */
struct call_entity {
    void *row;                       /* NULL: none was */
    const struct iam_tag_list *tags; /* NULL: they were not looked up */
};

/* What a handler that needs no permission, and is slow or reads, or a hook that proves, returns
   when others should come first: it is called once more, in the pool. */
enum { CALL_AGAIN = 1 };

struct call {
    struct arena *arena;
    struct server *server; /* of own endpoints, which are the server's; opaque to all others */
    struct sandbox *sandbox;
    const struct request *rq;
    const struct api_op *op;
    const char *request_id;
    int64_t now;                             /* the sandbox's clock when the call arrived */
    enum enforcement enforcement;            /* the sandbox's then */
    int64_t arrived_us;                      /* monotonic */
    const struct authz_principal *principal; /* NULL before authentication */
    struct cached *view;                     /* what it belongs to; NULL: to the arena */
    const char *account;                     /* the caller's */
    const struct session *session; /* what the caller's credentials are; NULL: long-term ones */
    const struct console_session *signed_in; /* whose page it is; NULL: nobody's who is known */
    struct page_answer *page;    /* what a page answers; opaque to all but server/page */
    const struct claims *claims; /* what an identity provider says; NULL: the call is signed */
    void *progress;              /* of who returns CALL_AGAIN; NULL at first. What it
                                    holds is arena_keep's: the request may be abandoned */
    const void *proof;           /* what op->prove has for op->run; NULL: nothing */
    const char *wanted;          /* with ERR_WANTED: the issuer whose keys have to be fetched */
    bool fetched;                /* they were, or cannot be */
    const char *source_arn;      /* what a service calls for; NULL: the caller is no service */
    int64_t mfa_at;              /* when the code that came along was checked; 0: none did */
    const struct membership *membership;   /* of the caller's account, for services that look at it;
                                              NULL before authorization */
    const char *organization, *management; /* the same, for those who cannot look at that */
    bool served;                           /* the caller may call because of where its account is in
                                              the organization */
    bool named;                            /* the resource policy of the organization has a say: it
                                              lets the caller in, or keeps out who is served */
    struct tx *tx;
    struct call_entity found[RESOURCE_COUNT]; /* by the authorization, kept for the handler */
    struct record *record;   /* what is known of the call so far; NULL: nothing was noted */
    const char *message;     /* AWS's sentence of the failure; NULL: none */
    const char *reason;      /* what it does not tell; NULL: nothing more is known */
    const char *reason_code; /* the member Reason of errors of services that have one; NULL: none */
    const char *no_good;     /* the member of the request that a failure is about, for services that
                                name it; NULL: none is named */
    const char *would_deny;  /* sentence of a denial that soft enforcement let pass; NULL: none */
    struct response_stream *stream; /* that a handler answers with; NULL: the answer has an end */
    struct job *job; /* what is left to do after the answer, if that is none of a failure; NULL:
                        nothing */
    struct sandbox *ends; /* to be deleted by the call, and entered by nobody else; NULL: none */
};

/* Notes AWS's sentence for a failure and returns CODE, for `return call_fail(...)`. */
int call_fail(struct call *c, int code, const char *format, ...) PRINTF_LIKE(3, 4) MUST_USE;

/* The failure of a call whose decisions came to no end because c->sandbox->stopping became true. */
int call_stopped(struct call *c) MUST_USE;

/*
 * A transaction that reads, for what is looked up before the call's own begins. CODE is how that
 * went; the second returns it, or the failure of the end itself.
 */
int call_begin_look(struct call *c, struct tx *tx) MUST_USE;
int call_end_look(struct call *c, int code) MUST_USE;

/* The failure of a request that is no good, in the terms of its service: MESSAGE where that has
   none of its own. Returns its code. */
int call_invalid(struct call *c, struct shape_fault fault, const char *message) MUST_USE;

/* The failure of a request that is formally good, but for the value of MEMBER: with the reason and
   the member, for services that tell them. */
int call_no_good(struct call *c, const char *member, const char *reason,
                 const char *message) MUST_USE;

/* The failure of a request whose constraint has a name: Reason. */
int call_violates(struct call *c, int code, const char *reason, const char *message) MUST_USE;

/* The sandbox's value of a quota. */
int64_t call_quota(const struct call *c, enum quota quota);
/* LimitExceeded, in AWS's words: when N is more than that, or of what is called so. */
int call_check_quota(struct call *c, enum quota quota, int64_t n) MUST_USE;
int call_over_quota(struct call *c, const char *called, int64_t quota) MUST_USE;

/* The sandbox's value of a setting. */
int64_t call_setting(const struct call *c, enum setting setting);

/* A new unique id ("AIDA...") of the caller's account. */
const char *call_new_id(struct call *c, const char *prefix);

/* An id of Organizations: PREFIX ("o-") and N of [a-z0-9]. */
const char *call_new_organization_id(struct call *c, const char *prefix, size_t n);
/* The same with 32 hex digits ("h-", "car-"). */
const char *call_new_hex_id(struct call *c, const char *prefix);

/* Lower case, for names that AWS compares without regard to case. */
const char *call_fold(struct call *c, const char *name);
