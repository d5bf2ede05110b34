/* SPDX-License-Identifier: Apache-2.0 */
#include "server/server.h"

#include "access/account.h"
#include "access/cache.h"
#include "access/explain.h"
#include "access/linked.h"
#include "access/mfa_attempts.h"
#include "access/sealed.h"
#include "authn/last_used.h"
#include "base/mem.h"
#include "err.h"
#include "jose/issuer.h"
#include "jose/jwt_signer.h"
#include "model/ids.h"
#include "queries.h"

/* Entries; a view of a user with a few policies is about 10 KB, an explanation 1 KB. */
enum { VIEWS = 1024, CREDENTIALS = 4096, DOCUMENTS = 1024, EXPLAINED = 1024 };

/* An explanation of policies at all their limits has up to 12 MiB (authz/report.c). */
enum { EXPLAINED_BYTES = 16 * 1024 * 1024 };

enum { ADMIN_TOKEN_BYTES = 16 };

static void sandbox_free(struct sandbox *sandbox)
{
    if (!sandbox)
        return;
    cache_free(sandbox->views);
    cache_free(sandbox->credentials);
    cache_free(sandbox->documents);
    explain_free(sandbox->explain);
    last_used_free(sandbox->last_used);
    mfa_attempts_free(sandbox->mfa_attempts);
    issuers_free(sandbox->issuers);
    jwt_signer_free(atomic_load(&sandbox->signer));
    store_close(sandbox->store);
    rand_done(&sandbox->rand);
    mem_free(sandbox);
}

static void apply_settings(struct sandbox *sandbox, const struct config *config)
{
    atomic_store(&sandbox->enforcement, (int)config->enforcement);
    for (int i = 0; i < QUOTA_COUNT; i++)
        atomic_store(&sandbox->quotas[i], config->quotas[i]);
}

static struct sandbox *sandbox_new(const char *name, const struct config *config)
{
    struct sandbox *sandbox = mem_alloc(sizeof *sandbox);
    sandbox->name = name;
    sandbox->default_account = config->account;
    sandbox->views = cache_new(VIEWS);
    sandbox->credentials = cache_new(CREDENTIALS);
    sandbox->documents = cache_new(DOCUMENTS);
    sandbox->explain = explain_new(EXPLAINED, EXPLAINED_BYTES);
    sandbox->last_used = last_used_new();
    sandbox->mfa_attempts = mfa_attempts_new();
    sandbox->issuers = issuers_new();
    if (config->seeded)
        rand_init_seeded(&sandbox->rand, config->seed);
    else
        rand_init(&sandbox->rand);
    sealed_key(str_of(config->root_secret), sandbox->message_key);
    apply_settings(sandbox, config);
    return sandbox;
}

/* What a store holds before it is served. */
struct found {
    bool any_account, default_account;
    bool root_key;       /* the default account's root user has an active key */
    bool configured_key; /* and it is the one of the configuration */
    bool well_known_key; /* the key that everybody knows opens some account */
};

static bool is_key(const struct key_row *row, const char *id, const char *secret)
{
    bool same_secret = secret_equal(str_of(row->secret), str_of(secret));
    return same_secret && strcmp(row->id, id) == 0;
}

static int look(struct tx *tx, const struct config *config, struct found *ret)
{
    struct account_row account;
    struct account_row_list first;
    struct key_row_list keys;
    int code = q_account_get(tx, &(struct q_account_get){.id = config->account}, &account);
    if (code < 0 && code != ERR_NOT_FOUND)
        return code;
    TRY(q_account_page(tx, &(struct q_account_page){.after = "", .limit = 1}, &first));
    TRY(q_key_active(tx, &(struct q_key_active){config->account, CONFIG_WELL_KNOWN_KEY_ID}, &keys));
    *ret = (struct found){.any_account = first.n > 0, .default_account = code == OK};
    for (size_t i = 0; i < keys.n; i++) {
        const struct key_row *row = &keys.v[i];
        bool of_root = strcmp(row->owner, config->account) == 0;
        ret->root_key |= of_root;
        ret->configured_key |= of_root && is_key(row, config->root_key_id, config->root_secret);
        ret->well_known_key |= is_key(row, CONFIG_WELL_KNOWN_KEY_ID, CONFIG_WELL_KNOWN_SECRET);
    }
    return OK;
}

/* Whether a store with these contents may be served as CONFIG says; else one line why not. */
static const char *objection(const struct found *found, const struct config *config,
                             struct arena *a)
{
    if (config->seeded && found->any_account) {
        return "--seed would give out once more the ids that are in the data directory: leave it "
               "out, or use an empty directory";
    }
    if (config->root_key_given && found->default_account && !found->configured_key) {
        return arena_printf(a,
                            "%s is no active key of the root user in data directory %s, or has "
                            "another secret there: give one that is, or leave "
                            "--root-access-key-id and --root-secret-access-key out",
                            config->root_key_id, config->data_directory);
    }
    if (found->well_known_key && config_is_exposed(config) && !config->allow_default_credentials) {
        return "other hosts could connect and the well-known default is an active access key in "
               "the data directory: delete that key, or give --allow-default-credentials";
    }
    return NULL;
}

static int add_default_account(struct sandbox *sandbox, const struct config *config,
                               struct arena *a)
{
    return account_create(sandbox, a,
                          &(struct account_spec){.id = config->account,
                                                 .email = config->root_email,
                                                 .access_key_id = config->root_key_id,
                                                 .secret = config->root_secret});
}

/* Their root users have no access keys yet. Accounts that are there already stay as they are. */
static int add_more_accounts(struct sandbox *sandbox, const struct config *config, struct arena *a)
{
    for (size_t i = 0; i < config->n_more_accounts; i++) {
        const char *id = config->more_accounts[i];
        const struct account_spec spec = {.id = id, .email = account_email(a, id)};
        int code = account_create(sandbox, a, &spec);
        if (code < 0 && code != ERR_ENTITY_ALREADY_EXISTS)
            return code;
    }
    return OK;
}

/* SIZE bytes of SOURCE as text. */
static char *random_hex(struct arena *a, struct rand *source, size_t size)
{
    unsigned char *chance = arena_alloc(a, size);
    rand_bytes(source, chance, size);
    struct buf hex = buf_new(a, 2 * size + 1);
    buf_hex(&hex, chance, size);
    return buf_text(&hex);
}

/* What own endpoints that other hosts reach are behind when no token was set. */
static void make_admin_token(struct config *config, struct arena *a)
{
    if (config->admin_token || !config_is_exposed(config))
        return;
    struct rand source;
    rand_init(&source);
    config->admin_token = random_hex(a, &source, ADMIN_TOKEN_BYTES);
    config->admin_token_made = true;
    rand_done(&source);
}

/* The secret behind session tokens, made with the data and kept with it. */
static int load_session_key(struct sandbox *sandbox, const struct config *config, struct arena *a)
{
    struct tx tx;
    struct setting_row row;
    struct rand source;
    const struct q_setting_get get = {.name = "session-secret"};
    if (config->seeded)
        rand_init_seeded(&source, ~config->seed);
    else
        rand_init(&source);
    const char *secret = random_hex(a, &source, SEALED_KEY_SIZE);
    rand_done(&source);
    TRY(store_begin(sandbox->store, true, a, &tx));
    int code = q_setting_put(&tx, &(struct q_setting_put){get.name, secret});
    if (code == OK)
        code = q_setting_get(&tx, &get, &row);
    if (code == OK)
        sealed_key(str_of(row.value), sandbox->session_key);
    int end = store_end(&tx, code == OK);
    return code < 0 ? code : end;
}

static int look_inside(struct server *server, struct arena *a, struct found *ret)
{
    struct tx tx;
    TRY(store_begin(server->sandbox->store, false, a, &tx));
    int code = look(&tx, &server->config, ret);
    int end = store_end(&tx, true);
    return code < 0 ? code : end;
}

/* Makes the default account, unless a data directory already holds it. */
static int fill_store(struct server *server, struct arena *a, const char **message)
{
    const struct config *config = &server->config;
    struct found found;
    TRY(look_inside(server, a, &found));
    const char *why_not = objection(&found, config, a);
    if (why_not) {
        *message = why_not;
        return ERR_ACCESS_DENIED;
    }
    server->guessable = found.well_known_key || config_has_well_known_secret(config);
    server->root_keys = ROOT_KEYS_CONFIGURED;
    if (found.default_account && !found.configured_key)
        server->root_keys = found.root_key ? ROOT_KEYS_STORED : ROOT_KEYS_NONE;
    TRY(linked_give_all(server->sandbox->store, a));
    TRY(found.default_account ? OK : add_default_account(server->sandbox, config, a));
    TRY(add_more_accounts(server->sandbox, config, a));
    return load_session_key(server->sandbox, config, a);
}

static const char *trouble(const struct config *config, struct arena *a, int code)
{
    if (code == ERR_ENTITY_ALREADY_EXISTS) {
        return arena_printf(a,
                            "root access key %s belongs to another account of the data "
                            "directory: give the --account that the directory was made with, "
                            "or another --root-access-key-id",
                            config->root_key_id);
    }
    const char *reason =
        code == ERR_STORE_FULL ? "the disk is full" : "the accounts cannot be read or written";
    return config->data_directory
               ? arena_printf(a, "data directory %s: %s", config->data_directory, reason)
               : reason;
}

static int open_store(struct server *server, struct arena *a, const char **message)
{
    const struct config *config = &server->config;
    struct store_options options = {&queries_schema, config->data_directory,
                                    config->full_durability};
    TRY(store_open(&options, a, &server->sandbox->store, message));
    if (store_is_older(server->sandbox->store))
        LOG(&server->log, LOG_WARN, "the data directory holds less than the last run left in it",
            {"directory", config->data_directory});
    int code = fill_store(server, a, message);
    if (code < 0 && code != ERR_ACCESS_DENIED)
        *message = trouble(config, a, code);
    return code;
}

/* Resets come first, or a busy server would never let one in. */
static void init_reset_lock(pthread_rwlock_t *lock)
{
    pthread_rwlockattr_t attributes;
    pthread_rwlockattr_init(&attributes);
    pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(lock, &attributes);
    pthread_rwlockattr_destroy(&attributes);
}

static void destroy(struct server *server)
{
    sandbox_free(server->sandbox);
    pthread_rwlock_destroy(&server->reset_lock);
    mem_free(server);
}

int server_new(const struct config *config, struct arena *a, struct server **ret,
               const char **message)
{
    struct server *server = mem_alloc(sizeof *server);
    server->config = *config;
    make_admin_token(&server->config, a);
    server->log = config->log;
    server->started_ms = clock_monotonic_ms();
    init_reset_lock(&server->reset_lock);
    server->sandbox = sandbox_new("default", config);
    int code = open_store(server, a, message);
    if (code < 0) {
        destroy(server);
        return code;
    }
    *ret = server;
    return OK;
}

void server_enter(struct server *server)
{
    pthread_rwlock_rdlock(&server->reset_lock);
}

void server_leave(struct server *server)
{
    pthread_rwlock_unlock(&server->reset_lock);
}

const char *server_trouble(struct server *server)
{
    const char *trouble = store_trouble(server->sandbox->store);
    bool before = atomic_exchange(&server->troubled, trouble != NULL);
    if (trouble && !before)
        LOG(&server->log, LOG_ERROR, "writes are refused until the data directory is as it was",
            {"directory", server->config.data_directory}, {"reason", trouble});
    else if (!trouble && before)
        LOG(&server->log, LOG_WARN, "the data directory is as it was: writes are served again",
            {"directory", server->config.data_directory});
    return trouble;
}

void server_tick(struct server *server)
{
    struct arena arena;
    arena_init(&arena);
    struct sandbox *sandbox = server->sandbox;
    server_enter(server);
    int code = last_used_flush(sandbox->last_used, sandbox->store, &arena);
    server_leave(server);
    if (!server_trouble(server) && code < 0)
        LOG(&server->log, LOG_WARN, "last use of access keys could not be stored",
            {"sandbox", sandbox->name});
    arena_done(&arena);
}

void server_free(struct server *server)
{
    if (!server)
        return;
    server_tick(server);
    destroy(server);
}

static int reset_sandbox(struct sandbox *sandbox, const struct config *config, struct arena *a)
{
    TRY(store_reset(sandbox->store));
    last_used_clear(sandbox->last_used);
    mfa_attempts_clear(sandbox->mfa_attempts);
    explain_clear(sandbox->explain);
    issuers_clear(sandbox->issuers);
    jwt_signer_free(atomic_exchange(&sandbox->signer, NULL));
    apply_settings(sandbox, config);
    rand_restart(&sandbox->rand, config->seed);
    int code = load_session_key(sandbox, config, a);
    if (code == OK)
        code = add_default_account(sandbox, config, a);
    if (code == OK)
        code = add_more_accounts(sandbox, config, a);
    cache_clear(sandbox->credentials);
    cache_clear(sandbox->views);
    return code;
}

int server_reset(struct server *server, struct arena *a)
{
    pthread_rwlock_wrlock(&server->reset_lock);
    int code = reset_sandbox(server->sandbox, &server->config, a);
    pthread_rwlock_unlock(&server->reset_lock);
    if (code == ERR_STORE_LOST)
        server_trouble(server);
    else if (code < 0)
        LOG(&server->log, LOG_ERROR, "reset failed: the root user may be missing",
            {"sandbox", server->sandbox->name}, {"error", err_face(code)->name});
    return code;
}
