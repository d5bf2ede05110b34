/* SPDX-License-Identifier: Apache-2.0 */
#include "server/server.h"

#include "access/account.h"
#include "access/account_purge.h"
#include "authn/last_used.h"
#include "authn/password.h"
#include "base/mem.h"
#include "err.h"
#include "queries.h"
#include "sandbox/sandbox.h"
#include "server/event_log.h"

enum { ADMIN_TOKEN_BYTES = 16 };

#define SANDBOX_BYTES (UINT64_C(4) << 30) /* beyond it, no more of them are made */

/* What a store holds before it is served. */
struct found {
    bool any_account, default_account;
    bool default_gone;   /* it was, and a start must not make it anew */
    bool root_key;       /* the default account's root user has an active key */
    bool configured_key; /* and it is the one of the configuration */
    bool well_known_key; /* the key that everybody knows opens some account */
    bool email_taken;    /* another account has the address of the configuration */
};

static bool is_key(const struct key_row *row, const char *id, const char *secret)
{
    bool same_secret = secret_equal(str_of(row->secret), str_of(secret));
    return same_secret && strcmp(row->id, id) == 0;
}

static int look_for_email(struct tx *tx, const struct config *config, struct found *found)
{
    bool is_free;
    TRY(account_email_free(tx, config->root_email, config->account, &is_free));
    found->email_taken = !is_free;
    return OK;
}

static int look(struct tx *tx, const struct config *config, struct found *ret)
{
    struct account_row account;
    struct account_page_row_list first;
    struct key_row_list keys;
    struct count_row known;
    int code = q_account_get(tx, &(struct q_account_get){.id = config->account}, &account);
    if (code < 0 && code != ERR_NOT_FOUND)
        return code;
    TRY(q_account_page(tx, &(struct q_account_page){.after = "", .limit = 1}, &first));
    TRY(q_key_active(tx, &(struct q_key_active){config->account, CONFIG_WELL_KNOWN_KEY_ID}, &keys));
    TRY(q_account_known(tx, &(struct q_account_known){config->account}, &known));
    *ret = (struct found){.any_account = first.n > 0,
                          .default_account = code == OK,
                          .default_gone = code != OK && known.n > 0};
    for (size_t i = 0; i < keys.n; i++) {
        const struct key_row *row = &keys.v[i];
        bool of_root = strcmp(row->owner, config->account) == 0;
        ret->root_key |= of_root;
        ret->configured_key |= of_root && is_key(row, config->root_key_id, config->root_secret);
        ret->well_known_key |= is_key(row, CONFIG_WELL_KNOWN_KEY_ID, CONFIG_WELL_KNOWN_SECRET);
    }
    return look_for_email(tx, config, ret);
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
    if (found->email_taken && config->root_email_given && !found->default_account) {
        return arena_printf(a,
                            "the address %s is another account's: give another --root-email, or "
                            "the --account that has it",
                            config->root_email);
    }
    if (found->well_known_key && config_is_exposed(config) && !config->allow_default_credentials) {
        return "other hosts could connect and the well-known default is an active access key in "
               "the data directory: delete that key, or give --allow-default-credentials";
    }
    return NULL;
}

/* What own endpoints that other hosts reach are behind when no token was set. */
static void make_admin_token(struct config *config, struct arena *a)
{
    if (config->admin_token || !config_is_exposed(config))
        return;
    struct rand source;
    unsigned char chance[ADMIN_TOKEN_BYTES];
    struct buf token = buf_new(a, 2 * sizeof chance + 1);
    rand_init(&source);
    rand_bytes(&source, chance, sizeof chance);
    rand_done(&source);
    buf_hex(&token, chance, sizeof chance);
    config->admin_token = buf_text(&token);
    config->admin_token_made = true;
}

/* What every sandbox begins with. */
static struct sandbox_setup setup_of(const struct config *config, struct arena *a)
{
    struct account_spec *accounts =
        arena_alloc(a, (config->n_more_accounts + 1) * sizeof *accounts);
    accounts[0] = (struct account_spec){.id = config->account,
                                        .email = config->root_email,
                                        .email_if_free = !config->root_email_given,
                                        .access_key_id = config->root_key_id,
                                        .secret = config->root_secret};
    for (size_t i = 0; i < config->n_more_accounts; i++) {
        const char *id = config->more_accounts[i];
        accounts[i + 1] = (struct account_spec){.id = id};
    }
    struct sandbox_setup setup = {.accounts = accounts,
                                  .n_accounts = config->n_more_accounts + 1,
                                  .region = config->region,
                                  .root_password = config->root_password,
                                  .enforcement = config->enforcement,
                                  .seeded = config->seeded,
                                  .seed = config->seed,
                                  .full_durability = config->full_durability};
    memcpy(setup.quotas, config->quotas, sizeof setup.quotas);
    memcpy(setup.settings, config->settings, sizeof setup.settings);
    return setup;
}

/* Of a sandbox that has a name for those who read the log. */
static const char *log_name(const struct server *server, const struct sandbox *sandbox)
{
    return sandbox == server->sandbox ? NULL : sandbox->name;
}

static int look_inside(const struct sandbox *sandbox, const struct config *config, struct arena *a,
                       struct found *ret)
{
    struct tx tx;
    TRY(store_begin(sandbox->store, false, a, &tx));
    int code = look(&tx, config, ret);
    int end = store_end(&tx, true);
    return code < 0 ? code : end;
}

static const char *trouble(const struct sandbox *sandbox, const struct config *config,
                           struct arena *a, int code)
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
    return sandbox->kept ? arena_printf(a, "data directory %s: %s", config->data_directory, reason)
                         : reason;
}

/* Makes the accounts, unless the store may not be served. */
static int fill(struct server *server, struct sandbox *sandbox, struct arena *a,
                const char **message)
{
    const struct config *config = &server->config;
    struct found found = {.any_account = false};
    if (store_is_older(sandbox->store))
        LOG(&server->log, LOG_WARN, "the data directory holds less than the last run left in it",
            {"directory", config->data_directory}, {"sandbox", log_name(server, sandbox)});
    int code = look_inside(sandbox, config, a, &found);
    const char *why_not = code == OK ? objection(&found, config, a) : NULL;
    if (why_not) {
        *message = why_not;
        return ERR_ACCESS_DENIED;
    }
    server->guessable |= found.well_known_key;
    if (sandbox == server->sandbox && found.default_account && !found.configured_key)
        server->root_keys = found.root_key ? ROOT_KEYS_STORED : ROOT_KEYS_NONE;
    if (sandbox == server->sandbox && found.default_gone)
        server->root_keys = ROOT_KEYS_GONE;
    if (code == OK)
        code = sandbox_fill(sandbox, a);
    if (code < 0)
        *message = trouble(sandbox, config, a, code);
    return code;
}

/* A line about a sandbox that was kept says so; the default one is not named. */
static const char *named(const struct server *server, const struct sandbox *sandbox,
                         struct arena *a, const char *message)
{
    return sandbox == server->sandbox ? message
                                      : arena_printf(a, "sandbox %s: %s", sandbox->name, message);
}

static int open_sandboxes(struct server *server, struct arena *a, const char **message)
{
    const struct config *config = &server->config;
    struct sandbox **all;
    int code = OK;
    const struct sandboxes_limits limits = {config->max_sandboxes, SANDBOX_BYTES};
    TRY(sandboxes_open(&server->setup, config->data_directory, &limits, a, &server->sandboxes,
                       message));
    server->sandbox = sandboxes_find(server->sandboxes, STR("default"));
    server->guessable = config_has_well_known_secret(config);
    size_t n = sandboxes_list(server->sandboxes, a, &all);
    for (size_t i = 0; i < n; i++) {
        if (code == OK && (code = fill(server, all[i], a, message)) < 0)
            *message = named(server, all[i], a, *message);
        sandbox_release(all[i]);
    }
    return code;
}

static void destroy(struct server *server)
{
    sandbox_release(server->sandbox);
    sandboxes_free(server->sandboxes);
    event_log_close(server->event_log);
    mem_free(server);
}

static int open_event_log(struct server *server, struct arena *a, const char **message)
{
    const char *path = server->config.event_log;
    if (!path)
        return OK;
    server->event_log = event_log_open(path, &server->log, a, message);
    if (!server->event_log)
        return ERR_STORE;
    server->setup.event_log = event_log_queue(server->event_log);
    return OK;
}

int server_new(const struct config *config, struct arena *a, struct server **ret,
               const char **message)
{
    struct server *server = mem_alloc(sizeof *server);
    server->config = *config;
    make_admin_token(&server->config, a);
    server->log = config->log;
    server->started_ms = clock_monotonic_ms();
    server->setup = setup_of(config, a);
    int code = open_event_log(server, a, message);
    if (code == OK)
        code = open_sandboxes(server, a, message);
    if (code < 0) {
        destroy(server);
        return code;
    }
    *ret = server;
    return OK;
}

const char *server_trouble(struct server *server, struct sandbox *sandbox)
{
    const char *trouble = store_trouble(sandbox->store);
    bool before = atomic_exchange(&sandbox->troubled, trouble != NULL);
    if (trouble && !before) {
        LOG(&server->log, LOG_ERROR, "writes are refused until the data directory is as it was",
            {"directory", server->config.data_directory}, {"sandbox", log_name(server, sandbox)},
            {"reason", trouble});
    } else if (!trouble && before) {
        LOG(&server->log, LOG_WARN, "the data directory is as it was: writes are served again",
            {"directory", server->config.data_directory}, {"sandbox", log_name(server, sandbox)});
    }
    return trouble;
}

static void tick(struct server *server, struct sandbox *sandbox, struct arena *a)
{
    if (!sandbox_enter(sandbox))
        return;
    int code = last_used_flush(sandbox->last_used, sandbox->store, sandbox->entities, a);
    int settled = password_settle(sandbox, a);
    int purged = account_purge(sandbox, a);
    bool troubled = server_trouble(server, sandbox) != NULL;
    if (!troubled && code < 0)
        LOG(&server->log, LOG_WARN, "last use of access keys could not be stored",
            {"sandbox", sandbox->name});
    if (!troubled && settled < 0)
        LOG(&server->log, LOG_WARN, "the root user's password could not be stored",
            {"sandbox", sandbox->name});
    if (!troubled && purged < 0)
        LOG(&server->log, LOG_WARN, "what closed accounts have left could not be deleted",
            {"sandbox", sandbox->name});
    sandbox_leave(sandbox);
}

void server_tick(struct server *server)
{
    struct arena arena;
    struct sandbox **all;
    arena_init(&arena);
    size_t n = sandboxes_list(server->sandboxes, &arena, &all);
    for (size_t i = 0; i < n; i++) {
        tick(server, all[i], &arena);
        sandbox_release(all[i]);
    }
    arena_done(&arena);
}

void server_stop(struct server *server)
{
    struct arena arena;
    struct sandbox **all;
    arena_init(&arena);
    size_t n = sandboxes_list(server->sandboxes, &arena, &all);
    for (size_t i = 0; i < n; i++) {
        atomic_store(&all[i]->stopping, true);
        sandbox_release(all[i]);
    }
    arena_done(&arena);
}

void server_free(struct server *server)
{
    if (!server)
        return;
    server_tick(server);
    destroy(server);
}

int server_reset_alone(struct server *server, struct sandbox *sandbox, struct arena *a)
{
    int code = sandbox_reset(sandbox, a);
    if (code == ERR_STORE_LOST)
        server_trouble(server, sandbox);
    else if (code < 0)
        LOG(&server->log, LOG_ERROR, "reset failed: the root user may be missing",
            {"sandbox", sandbox->name}, {"error", err_face(code)->name});
    return code;
}

int server_reset(struct server *server, struct sandbox *sandbox, struct arena *a)
{
    if (!gate_close(&sandbox->gate))
        return ERR_NO_SUCH_ENTITY;
    int code = server_reset_alone(server, sandbox, a);
    gate_open(&sandbox->gate);
    return code;
}
