/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One sandbox: everything mutable hangs off it, so that several can live in one process without
 * knowing of each other. Shared by all threads; each part locks itself.
 */
#pragma once

#include <stdatomic.h>

#include "base/clock.h"
#include "base/gate.h"
#include "base/rand.h"
#include "model/quota.h"
#include "model/setting.h"
#include "store/store.h"

struct cache;
struct dpop_memory;
struct events;
struct issuers;
struct jwt_signer;
struct last_used;
struct lockout;
struct mfa_attempts;
struct observations;
struct records;
struct reports;
struct sandbox_setup;

enum { SANDBOX_NAME_SIZE = 65 };

enum enforcement {
    ENFORCE_STRICT, /* verify signatures, evaluate policies */
    ENFORCE_SOFT,   /* the same, but let denied requests through, marked */
    ENFORCE_OFF,    /* neither */
};

struct sandbox {
    char name[SANDBOX_NAME_SIZE];
    bool kept; /* in a directory */
    _Atomic int references;
    const struct sandbox_setup *setup; /* what a reset goes back to */
    const char
        *default_account;      /* whose root user unsigned requests are while enforcement is off */
    const char *region;        /* the server's; NULL: nobody said */
    const char *root_password; /* of the default account's root user, as long as the hash of it is
                                  empty; NULL: not known */
    struct gate gate;          /* who uses it is inside */
    struct store *store;
    struct cache *credentials;             /* access key id -> struct credential */
    struct cache *views;                   /* principal id -> struct view */
    struct cache *entities;                /* what users, roles and groups are, with their tags */
    struct cache *documents;               /* policy text -> struct document */
    struct cache *memberships;             /* account -> struct membership */
    _Atomic uint64_t organization_changes; /* counted, however many accounts they are about */
    struct cache *resources;               /* ARN -> struct resource_view */
    struct cache *access_reports;          /* kind and job id -> struct job_report */
    struct records *records;               /* of the last calls that have something to explain */
    struct events *events;                 /* of the last calls */
    struct observations *observations;     /* what principals were seen to ask for */
    struct last_used *last_used;
    struct lockout *lockout;           /* wrong passwords */
    struct mfa_attempts *mfa_attempts; /* wrong codes of MFA devices */
    struct reports *reports;           /* credential reports that are being made */
    struct issuers *issuers;           /* keys of token issuers that were fetched */
    struct dpop_memory *proofs;        /* of keys of OAuth clients, that were used */
    struct jwt_signer *_Atomic signer; /* of tokens; NULL: not needed yet */
    unsigned char message_key[32];     /* of encoded authorization messages */
    unsigned char session_key[32];     /* of session tokens; kept with the data */
    struct clock clock;
    struct rand rand;
    atomic_bool troubled;    /* its directory is not as it was left */
    atomic_bool stopping;    /* the time of requests is over: decisions come to no end */
    _Atomic int enforcement; /* enum enforcement */
    atomic_bool has_closed;  /* there may be closed accounts, which are deleted one day */
    _Atomic int64_t quotas[QUOTA_COUNT];
    _Atomic int64_t settings[SETTING_COUNT];
};
