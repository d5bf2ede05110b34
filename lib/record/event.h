/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a call leaves behind for those who want to know what happened: the facts of a record of
 * CloudTrail (CloudTrail User Guide, "CloudTrail record contents"), in one piece of memory that
 * holds nothing else and never changes. Its JSON is made when somebody asks. No secrets are in it:
 * what the model calls sensitive is not copied.
 */
#pragma once

#include "model/ids.h"
#include "record/record.h"

/* Who called, as far as it is told. */
struct event_caller {
    enum principal_kind kind;
    bool temporary; /* with credentials of STS */
    bool mfa;       /* and a code of a device */
    bool assumed_root;
    int64_t issued; /* since when, of those */
    const char *account, *arn, *id;
    const char *name;               /* of a user; of the account, for a root user; or NULL */
    const char *issuer, *issuer_id; /* of the session: its role's or user's ARN and id */
    const char *source_identity, *provider, *delivery;
    const char *delegate;                       /* account that acts for the caller; or NULL */
    const char *subject, *audience, *qualifier; /* of whom a provider of identities vouches for */
    struct str access_key_id;
};

/* What a request or an answer says. */
struct event_members {
    const void *v;   /* of the operation's shape; NULL: there is nothing, or too much to be kept */
    size_t left_out; /* bytes of that */
};

struct event {
    _Atomic int refs;
    size_t size;     /* in bytes, with all that belongs to it */
    uint64_t number; /* within its sandbox: the later, the higher */
    int64_t at;
    char id[UUID_SIZE];
    char shared_id[UUID_SIZE]; /* of all events of a call that has one in two accounts; or "" */
    const char *request_id, *sandbox;
    const char *account; /* in which it is seen */
    bool foreign;        /* that is not the caller's */
    struct event_caller caller;
    const struct api_op *op; /* NULL: it is of none */
    struct record_told told;
    bool console;                                   /* the caller signed in with a browser */
    struct str region, source_ip, user_agent, host; /* p == NULL: absent */
    int code;            /* OK, or the failure as the caller was told it */
    const char *message; /* of it; NULL: none */
    bool names_root;
    const struct shape *claimed_shape;
    struct event_members claimed, parameters, elements;
};

/*
 * The events of a call, two when it is seen in another account, too; returns how many. 0: it was
 * nobody whom we know, or for an operation that is not AWS's. IDS is where their ids come from.
 * Each has one reference, to be given back with event_release.
 */
size_t event_make(const struct record *record, struct rand *ids, struct event *ret[static 2]);
const struct event *event_hold(const struct event *event);
void event_release(const struct event *event); /* accepts NULL */

/* The record as CloudTrail writes it, in one line. */
void event_json(struct buf *b, const struct event *event);

/* The values of members of that, which filters go by. */
const char *event_name(const struct event *event);
struct str event_service(const struct event *event); /* eventSource, without ".amazonaws.com" */
const char *event_type(const struct event *event);   /* userIdentity.type */
const char *event_error(const struct event *event, struct arena *a); /* errorCode; NULL: none */

/* Whether signing in, or an operation of the services, which NULL ends, can leave an event with
   that eventName, eventSource (with ".amazonaws.com" or without) or errorCode. */
bool event_has_name(const struct api_service *const services[], struct str name, struct arena *a);
bool event_has_source(const struct api_service *const services[], struct str source,
                      struct arena *a);
bool event_has_error(const struct api_service *const services[], struct str error, struct arena *a);
