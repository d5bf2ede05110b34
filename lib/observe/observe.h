/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What principals were seen to ask for: each permission that was decided about, once, with the
 * condition keys that came along. Bounded by bytes, for the whole and for each principal: then what
 * was first seen longest ago is forgotten, and the principal knows that something is missing.
 * Sessions of a role count as the role, federated users as the user behind them; root users,
 * services and who is of no account need no policies, and leave nothing here, nor does who is only
 * asked about. Thread-safe; a call that asks for nothing new looks into one hash table.
 */
#pragma once

#include "authz/authz.h"
#include "call/call.h"

struct observations;

struct observe_options {
    size_t max_bytes;        /* of all principals */
    size_t max_of_principal; /* of each */
};

struct observations *observe_new(const struct observe_options *options);
void observe_free(struct observations *o); /* accepts NULL */
void observe_clear(struct observations *o);

/* Notes what the call was decided about, when it has come to its end: before record_end. */
void observe_call(struct call *c);

enum {
    OBSERVE_KEYS = 48,        /* that an observation has at most; others count as not shared */
    OBSERVE_VALUES = 16,      /* of one of them, beyond which it is any value */
    OBSERVE_VALUE_SIZE = 256, /* likewise */
};

/* A condition key that came along. */
struct observed_key {
    struct str name;          /* "aws:RequestTag/team" */
    const struct str *values; /* distinct */
    size_t n;
    bool list;   /* it holds several values by its nature */
    bool always; /* it was there each time */
    bool many;   /* not all values are known */
};

/* A permission that was decided about, the same way each time. */
struct observation {
    struct str action, resource;
    struct str owner;     /* authz_request.resource_account; n == 0: nobody */
    struct str region;    /* where it was asked for; n == 0: not known */
    struct str source_ip; /* of the first request; n == 0: not known */
    enum authz_outcome outcome;
    enum authz_layer layer; /* that decided */
    bool through;           /* the requests went through, allowed or let pass */
    bool foreign;           /* the resource is another account's */
    bool unnamed;           /* a "*" of the resource stands for a name that is not known yet */
    bool mfa;               /* the requests had a code of an MFA device behind them */
    int64_t first, last;    /* seconds of the sandbox's clock */
    uint64_t n;             /* how often */
    const struct observed_key *keys;
    size_t n_keys;
};

/* Observations on their way out of the store, a few at a time, so that nobody waits for long. */
struct observe_cursor {
    const char *principal;
    uint64_t next;    /* the number of the first that was not read yet */
    const void *seen; /* that was read last; opaque */
    bool complete;    /* nothing is missing, as far as it was read */
};

/* PRINCIPAL: the ARN of a user or role. */
struct observe_cursor observe_begin(struct observations *o, const char *principal);

/* Copies of the next N at most, in the order in which they were first seen. Returns how many; 0:
   there are no more. */
size_t observe_read(struct observations *o, struct observe_cursor *cursor, struct arena *a,
                    struct observation *ret, size_t n);

/* The ARN of the role or user behind that of a session, where it was observed; else NULL. */
const char *observe_behind(struct observations *o, struct arena *a, struct str session);
