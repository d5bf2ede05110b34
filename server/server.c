/* SPDX-License-Identifier: Apache-2.0 */
#include "server/server.h"

#include "access/account.h"
#include "access/cache.h"
#include "access/explain.h"
#include "authn/last_used.h"
#include "base/mem.h"
#include "err.h"
#include "model/ids.h"
#include "queries.h"

/* Entries; a view of a user with a few policies is about 10 KB, an explanation 1 KB. */
enum { VIEWS = 1024, CREDENTIALS = 4096, DOCUMENTS = 1024, EXPLAINED = 1024 };

/* Policies and requests at their limits make explanations of 400 KB. */
enum { EXPLAINED_BYTES = 16 * 1024 * 1024 };

static void sandbox_free(struct sandbox *sandbox)
{
    if (!sandbox)
        return;
    cache_free(sandbox->views);
    cache_free(sandbox->credentials);
    cache_free(sandbox->documents);
    explain_free(sandbox->explain);
    last_used_free(sandbox->last_used);
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
    if (config->seeded)
        rand_init_seeded(&sandbox->rand, config->seed);
    else
        rand_init(&sandbox->rand);
    apply_settings(sandbox, config);
    return sandbox;
}

/* Makes the default account, unless a data directory already holds it. */
static int add_default_account(struct sandbox *sandbox, const struct config *config,
                               struct arena *a)
{
    struct account_row row;
    struct tx tx;
    TRY(store_begin(sandbox->store, false, a, &tx));
    int code = q_account_get(&tx, &(struct q_account_get){.id = config->account}, &row);
    int end = store_end(&tx, true);
    if (code != ERR_NOT_FOUND)
        return code < 0 ? code : end;
    return account_create(sandbox, a,
                          &(struct account_spec){.id = config->account,
                                                 .email = config->root_email,
                                                 .access_key_id = config->root_key_id,
                                                 .secret = config->root_secret});
}

static int fill_sandbox(struct sandbox *sandbox, const struct config *config, struct arena *a,
                        const char **message)
{
    struct store_options options = {&queries_schema, config->data_directory,
                                    config->full_durability};
    TRY(store_open(&options, a, &sandbox->store, message));
    int code = add_default_account(sandbox, config, a);
    if (code == ERR_ENTITY_ALREADY_EXISTS) {
        *message = arena_printf(a,
                                "root access key %s belongs to another account of the data "
                                "directory",
                                config->root_key_id);
    } else if (code < 0) {
        const char *reason = code == ERR_STORE_FULL
                                 ? "the disk is full"
                                 : "the default account cannot be read or written";
        *message = config->data_directory
                       ? arena_printf(a, "data directory %s: %s", config->data_directory, reason)
                       : reason;
    }
    return code;
}

int server_new(const struct config *config, struct arena *a, struct server **ret,
               const char **message)
{
    struct server *server = mem_alloc(sizeof *server);
    server->config = *config;
    server->log = config->log;
    server->started_ms = clock_monotonic_ms();
    server->sandbox = sandbox_new("default", config);
    int code = fill_sandbox(server->sandbox, config, a, message);
    if (code < 0) {
        sandbox_free(server->sandbox);
        mem_free(server);
        return code;
    }
    *ret = server;
    return OK;
}

void server_tick(struct server *server)
{
    struct arena arena;
    arena_init(&arena);
    struct sandbox *sandbox = server->sandbox;
    if (last_used_flush(sandbox->last_used, sandbox->store, &arena) < 0)
        LOG(&server->log, LOG_WARN, "last use of access keys could not be stored",
            {"sandbox", sandbox->name});
    arena_done(&arena);
}

void server_free(struct server *server)
{
    if (!server)
        return;
    server_tick(server);
    sandbox_free(server->sandbox);
    mem_free(server);
}

int server_reset(struct server *server, struct arena *a)
{
    struct sandbox *sandbox = server->sandbox;
    TRY(store_reset(sandbox->store));
    last_used_clear(sandbox->last_used);
    explain_clear(sandbox->explain);
    apply_settings(sandbox, &server->config);
    rand_restart(&sandbox->rand, server->config.seed);
    int code = add_default_account(sandbox, &server->config, a);
    cache_clear(sandbox->credentials);
    cache_clear(sandbox->views);
    return code;
}
