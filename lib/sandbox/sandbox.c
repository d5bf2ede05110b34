/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/sandbox.h"

#include "access/linked.h"
#include "access/mfa_attempts.h"
#include "access/sealed.h"
#include "authn/last_used.h"
#include "authn/lockout.h"
#include "authn/reports.h"
#include "base/cache.h"
#include "base/mem.h"
#include "err.h"
#include "jose/dpop.h"
#include "jose/issuer.h"
#include "jose/jwt_signer.h"
#include "observe/observe.h"
#include "queries.h"
#include "record/events.h"
#include "record/records.h"

/* Bytes: views of users with a few policies have about 1.5 KB, and 2 KB more for each document that
   nobody else has; keys have 1 KB, and entities a half. */
enum {
    VIEWS = 24 * 1024 * 1024,
    CREDENTIALS = 16 * 1024 * 1024,
    DOCUMENTS = 8 * 1024 * 1024,
    ENTITIES = 8 * 1024 * 1024,
    MEMBERSHIPS = 4 * 1024 * 1024,    /* 1 KB */
    RESOURCES = 8 * 1024 * 1024,      /* 1 KB, and their policies */
    ACCESS_REPORTS = 8 * 1024 * 1024, /* 150 KB for whoever may do everything */
};

enum { RECORDS = 1024 }; /* each takes about 1 KB */

/* With what they keep alive: compiled policies at all their limits take up about as much. */
enum { RECORDS_BYTES = 16 * 1024 * 1024 };

/* What happened last, and what it may take up. */
enum { EVENTS = 10000, EVENTS_BYTES = 16 * 1024 * 1024 };

/* What principals were seen to ask for, of which each has up to a half. An observation takes some
   300 bytes. */
enum { OBSERVATIONS_BYTES = 8 * 1024 * 1024 };

enum { COPY_SHARE = 16 }; /* of all that, copies have one part in so many: there may be many */

static void apply_settings(struct sandbox *sandbox)
{
    atomic_store(&sandbox->enforcement, (int)sandbox->setup->enforcement);
    for (int i = 0; i < QUOTA_COUNT; i++)
        atomic_store(&sandbox->quotas[i], sandbox->setup->quotas[i]);
    for (int i = 0; i < SETTING_COUNT; i++)
        atomic_store(&sandbox->settings[i], sandbox->setup->settings[i]);
}

/* Each has its own sequence, which depends on nothing but the seed and its name. */
static uint64_t seed_of(const struct sandbox *sandbox)
{
    uint64_t seed = sandbox->setup->seed;
    struct str name = str_of(sandbox->name);
    return str_is(name, "default") ? seed : seed ^ str_hash(name);
}

static void init_rand(struct rand *rand, bool seeded, uint64_t seed)
{
    if (seeded)
        rand_init_seeded(rand, seed);
    else
        rand_init(rand);
}

/* Ids of events are a sequence of their own: whether something is recorded changes no other. */
static struct events *make_events(const struct sandbox *sandbox, size_t share)
{
    const struct events_options options = {.capacity = EVENTS,
                                           .max_bytes = EVENTS_BYTES / share,
                                           .seeded = sandbox->setup->seeded,
                                           .seed = seed_of(sandbox) ^ str_hash(STR("events")),
                                           .log = sandbox->setup->event_log};
    return events_new(&options);
}

static struct observations *make_observations(size_t share)
{
    const struct observe_options options = {.max_bytes = OBSERVATIONS_BYTES / share,
                                            .max_of_principal = OBSERVATIONS_BYTES / share / 2};
    return observe_new(&options);
}

static struct sandbox *make(struct str name, const struct sandbox_setup *setup, size_t share)
{
    struct sandbox *sandbox = mem_alloc(sizeof *sandbox);
    memcpy(sandbox->name, name.p, name.n);
    atomic_store(&sandbox->references, 1);
    sandbox->setup = setup;
    sandbox->default_account = setup->accounts[0].id;
    sandbox->region = setup->region;
    sandbox->root_password = setup->root_password;
    atomic_store(&sandbox->has_closed, true);
    gate_init(&sandbox->gate);
    sandbox->views = cache_new(VIEWS / share);
    sandbox->credentials = cache_new(CREDENTIALS / share);
    sandbox->documents = cache_new(DOCUMENTS / share);
    sandbox->entities = cache_new(ENTITIES / share);
    sandbox->memberships = cache_new(MEMBERSHIPS / share);
    sandbox->resources = cache_new(RESOURCES / share);
    sandbox->access_reports = cache_new(ACCESS_REPORTS / share);
    sandbox->records = records_new(RECORDS, RECORDS_BYTES / share);
    sandbox->events = make_events(sandbox, share);
    sandbox->observations = make_observations(share);
    sandbox->last_used = last_used_new();
    sandbox->lockout = lockout_new();
    sandbox->mfa_attempts = mfa_attempts_new();
    sandbox->reports = reports_new();
    sandbox->issuers = issuers_new();
    sandbox->proofs = dpop_memory_new();
    init_rand(&sandbox->rand, setup->seeded, seed_of(sandbox));
    sealed_key(str_of(setup->accounts[0].secret), sandbox->message_key);
    apply_settings(sandbox);
    return sandbox;
}

static void destroy(struct sandbox *sandbox)
{
    cache_free(sandbox->views);
    cache_free(sandbox->credentials);
    cache_free(sandbox->documents);
    cache_free(sandbox->entities);
    cache_free(sandbox->memberships);
    cache_free(sandbox->resources);
    cache_free(sandbox->access_reports);
    records_free(sandbox->records);
    events_clear(sandbox->events); /* which ends those who follow them */
    events_release(sandbox->events);
    observe_free(sandbox->observations);
    last_used_free(sandbox->last_used);
    lockout_free(sandbox->lockout);
    mfa_attempts_free(sandbox->mfa_attempts);
    reports_free(sandbox->reports);
    issuers_free(sandbox->issuers);
    dpop_memory_free(sandbox->proofs);
    jwt_signer_free(atomic_load(&sandbox->signer));
    store_close(sandbox->store);
    rand_done(&sandbox->rand);
    gate_done(&sandbox->gate);
    mem_free(sandbox);
}

struct sandbox *sandbox_keep(struct sandbox *sandbox)
{
    atomic_fetch_add(&sandbox->references, 1);
    return sandbox;
}

void sandbox_release(struct sandbox *sandbox)
{
    if (sandbox && atomic_fetch_sub(&sandbox->references, 1) == 1)
        destroy(sandbox);
}

static const char *new_secret(const struct sandbox *sandbox, struct arena *a)
{
    struct rand source;
    unsigned char chance[SEALED_KEY_SIZE];
    struct buf secret = buf_new(a, 2 * sizeof chance + 1);
    init_rand(&source, sandbox->setup->seeded, ~seed_of(sandbox));
    rand_bytes(&source, chance, sizeof chance);
    rand_done(&source);
    buf_hex(&secret, chance, sizeof chance);
    return buf_text(&secret);
}

/* What session tokens are sealed with lives as long as the data. */
static int load_session_key(struct sandbox *sandbox, struct arena *a)
{
    struct tx tx;
    struct setting_row row = {.value = new_secret(sandbox, a)};
    const struct q_setting_get get = {.name = "session-secret"};
    if (!sandbox->kept) {
        sealed_key(str_of(row.value), sandbox->session_key);
        return OK;
    }
    TRY(store_begin(sandbox->store, true, a, &tx));
    int code = q_setting_put(&tx, &(struct q_setting_put){get.name, row.value});
    if (code == OK)
        code = q_setting_get(&tx, &get, &row);
    if (code == OK)
        sealed_key(str_of(row.value), sandbox->session_key);
    int end = store_end(&tx, code == OK);
    return code < 0 ? code : end;
}

/* Whether there is such an account, or was, until it was gone. */
static int is_known(struct sandbox *sandbox, struct arena *a, const char *account, bool *ret)
{
    struct tx tx;
    struct count_row known = {0};
    TRY(store_begin(sandbox->store, false, a, &tx));
    int code = q_account_known(&tx, &(struct q_account_known){account}, &known);
    int end = store_end(&tx, true);
    *ret = known.n > 0;
    return code < 0 ? code : end;
}

/* The default account has to be the one of the setup; of the others, those that are there stay. */
static int add_accounts(struct sandbox *sandbox, struct arena *a)
{
    const struct sandbox_setup *setup = sandbox->setup;
    for (size_t i = 0; i < setup->n_accounts; i++) {
        bool known;
        TRY(is_known(sandbox, a, setup->accounts[i].id, &known));
        int code = known ? OK : account_create(sandbox, a, &setup->accounts[i]);
        if (code < 0 && (i == 0 || code != ERR_ENTITY_ALREADY_EXISTS))
            return code;
    }
    return OK;
}

/* A root user without a password gets the one of the setup, whose hash is made later. */
static int offer_password(struct sandbox *sandbox, struct arena *a)
{
    struct tx tx;
    TRY(store_begin(sandbox->store, true, a, &tx));
    int code = q_password_offer(&tx, &(struct q_password_offer){.account = sandbox->default_account,
                                                                .now = clock_now(&sandbox->clock)});
    int end = store_end(&tx, code == OK);
    return code < 0 ? code : end;
}

/* A copy has them after a reset, too: it goes back to what it was copied from. */
static int make_accounts(struct sandbox *sandbox, struct arena *a)
{
    TRY(load_session_key(sandbox, a));
    TRY(add_accounts(sandbox, a));
    return sandbox->root_password ? offer_password(sandbox, a) : OK;
}

int sandbox_fill(struct sandbox *sandbox, struct arena *a)
{
    TRY(linked_give_all(sandbox->store, a));
    return make_accounts(sandbox, a);
}

static int open_store(struct sandbox *sandbox, struct store *from, const char *directory,
                      struct arena *a, const char **message)
{
    const struct store_options options = {
        .schema = &queries_schema,
        .directory = directory,
        .full_durability = sandbox->setup->full_durability,
        .from = from,
    };
    sandbox->kept = directory != NULL;
    return store_open(&options, a, &sandbox->store, message);
}

int sandbox_new(struct str name, const struct sandbox_setup *setup, const char *directory,
                struct arena *a, struct sandbox **ret, const char **message)
{
    struct sandbox *sandbox = make(name, setup, 1);
    int code = open_store(sandbox, NULL, directory, a, message);
    if (code < 0)
        destroy(sandbox);
    else
        *ret = sandbox;
    return code;
}

int sandbox_copy(struct sandbox *from, struct str name, const char *directory, struct arena *a,
                 struct sandbox **ret, const char **message)
{
    struct sandbox *sandbox = make(name, from->setup, COPY_SHARE);
    int code = open_store(sandbox, from->store, directory, a, message);
    if (code == OK && (code = load_session_key(sandbox, a)) < 0)
        *message = "the key of sessions cannot be written";
    if (code < 0)
        destroy(sandbox);
    else
        *ret = sandbox;
    return code;
}

bool sandbox_enter(struct sandbox *sandbox)
{
    return gate_enter(&sandbox->gate);
}

void sandbox_leave(struct sandbox *sandbox)
{
    gate_leave(&sandbox->gate);
}

int sandbox_reset(struct sandbox *sandbox, struct arena *a)
{
    int code = store_reset(sandbox->store);
    cache_clear(sandbox->credentials);
    cache_clear(sandbox->views);
    cache_clear(sandbox->entities);
    cache_clear(sandbox->memberships);
    cache_clear(sandbox->resources);
    cache_clear(sandbox->access_reports);
    TRY(code);
    last_used_clear(sandbox->last_used);
    lockout_clear(sandbox->lockout);
    mfa_attempts_clear(sandbox->mfa_attempts);
    records_clear(sandbox->records);
    events_clear(sandbox->events);
    observe_clear(sandbox->observations);
    issuers_clear(sandbox->issuers);
    dpop_memory_clear(sandbox->proofs);
    jwt_signer_free(atomic_exchange(&sandbox->signer, NULL));
    apply_settings(sandbox);
    rand_restart(&sandbox->rand, seed_of(sandbox));
    return make_accounts(sandbox, a);
}
