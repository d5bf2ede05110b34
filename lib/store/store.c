/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store.h"

#include <assert.h>
#include <pthread.h>
#include <unistd.h>

#include "base/mem.h"
#include "err.h"
#include "store/store_priv.h"

enum {
    FIRST_ROWS = 8, /* that store_many makes room for */
    SPINS = 300,    /* about ten microseconds */
};

/*
 * In memory there is one connection, and every transaction holds its lock. In a directory only
 * writes do; each read has a connection of its own, taken from those that are idle.
 */
struct store {
    struct conn_options options;
    char *path;         /* options.path, owned */
    int directory_lock; /* -1: in memory */
    pthread_mutex_t main_lock;
    struct store_conn *main;
    struct store_conn *empty; /* made by the first reset, which copies it; under main_lock */
    pthread_mutex_t idle_lock;
    struct store_conn **idle;
    size_t n_idle, max_idle;
};

static int open_database(struct store *store, const char *directory, struct arena *a,
                         const char **message)
{
    if (directory) {
        char *path;
        store->directory_lock = directory_lock(directory, a, &path, message);
        TRY(store->directory_lock);
        store->path = mem_strdup(path);
        store->options.path = store->path;
    }
    TRY(conn_open(&store->options, a, &store->main, message));
    int code = migrate(store->main, store->options.schema, a, message);
    if (code < 0 && directory)
        *message = arena_printf(a, "data directory %s: %s", directory, *message);
    return code;
}

int store_open(const struct store_options *options, struct arena *a, struct store **ret,
               const char **message)
{
    struct store *store = mem_alloc(sizeof *store);
    store->options.schema = options->schema;
    store->options.full_durability = options->full_durability;
    store->directory_lock = -1;
    pthread_mutex_init(&store->main_lock, NULL);
    pthread_mutex_init(&store->idle_lock, NULL);

    int code = open_database(store, options->directory, a, message);
    if (code < 0) {
        store_close(store);
        return code;
    }
    *ret = store;
    return OK;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    for (size_t i = 0; i < store->n_idle; i++)
        conn_close(store->idle[i]);
    mem_free(store->idle);
    conn_close(store->empty);
    conn_close(store->main);
    /* Last: nobody may come in before the files are closed. */
    if (store->directory_lock >= 0)
        close(store->directory_lock);
    pthread_mutex_destroy(&store->idle_lock);
    pthread_mutex_destroy(&store->main_lock);
    mem_free(store->path);
    mem_free(store);
}

static int make_empty(struct store *store)
{
    struct arena a;
    arena_init(&a);
    const char *message;
    struct conn_options options = {.schema = store->options.schema};
    struct store_conn *empty = NULL;
    int code = conn_open(&options, &a, &empty, &message);
    if (code == OK)
        code = migrate(empty, options.schema, &a, &message);
    if (code == OK)
        store->empty = empty;
    else
        conn_close(empty);
    arena_done(&a);
    return code;
}

int store_reset(struct store *store)
{
    pthread_mutex_lock(&store->main_lock);
    int code = store->empty ? OK : make_empty(store);
    if (code == OK)
        code = conn_copy(store->empty, store->main);
    pthread_mutex_unlock(&store->main_lock);
    return code;
}

int store_check(struct store *store, struct arena *a, const char **message)
{
    const struct store_schema *schema = store->options.schema;
    pthread_mutex_lock(&store->main_lock);
    int code = OK;
    for (size_t i = 0; i < schema->n_queries && code == OK; i++)
        code = conn_check(store->main, schema->queries[i], a, message);
    pthread_mutex_unlock(&store->main_lock);
    return code;
}

static int take_idle(struct store *store, struct arena *a, struct store_conn **ret)
{
    struct store_conn *conn = NULL;
    pthread_mutex_lock(&store->idle_lock);
    if (store->n_idle > 0)
        conn = store->idle[--store->n_idle];
    pthread_mutex_unlock(&store->idle_lock);
    const char *message;
    if (!conn)
        TRY(conn_open(&store->options, a, &conn, &message));
    *ret = conn;
    return OK;
}

static void give_idle(struct store *store, struct store_conn *conn)
{
    pthread_mutex_lock(&store->idle_lock);
    if (store->n_idle == store->max_idle) {
        store->max_idle = store->max_idle ? store->max_idle * 2 : 4;
        store->idle = mem_realloc(store->idle, sizeof *store->idle * store->max_idle);
    }
    store->idle[store->n_idle++] = conn;
    pthread_mutex_unlock(&store->idle_lock);
}

static void release(struct store *store, struct store_conn *conn)
{
    if (conn == store->main)
        pthread_mutex_unlock(&store->main_lock);
    else
        give_idle(store, conn);
}

/* A hint to the processor that this is a wait, where there is one. */
static void spin_pause(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/*
 * Transactions in memory take a few microseconds, less than it costs to put a thread to sleep and
 * wake it up: wait for about as long before sleeping.
 */
static void lock_memory(struct store *store)
{
    for (int i = 0; i < SPINS; i++) {
        if (pthread_mutex_trylock(&store->main_lock) == 0)
            return;
        spin_pause();
    }
    pthread_mutex_lock(&store->main_lock);
}

int store_begin(struct store *store, bool write, struct arena *a, struct tx *ret)
{
    struct store_conn *conn;
    if (!store->options.path) {
        lock_memory(store);
        conn = store->main;
    } else if (write) {
        pthread_mutex_lock(&store->main_lock);
        conn = store->main;
    } else {
        TRY(take_idle(store, a, &conn));
    }
    int code = conn_begin(conn, write);
    if (code < 0) {
        release(store, conn);
        return code;
    }
    *ret = (struct tx){.store = store, .conn = conn, .arena = a, .write = write};
    return OK;
}

int store_end(struct tx *tx, bool commit)
{
    assert(tx->conn);
    int code = conn_end(tx->conn, commit);
    release(tx->store, tx->conn);
    tx->conn = NULL;
    return code;
}

static void note_touched(struct tx *tx, const struct store_query *query, const void *args)
{
    for (size_t i = 0; i < query->n_touches; i++) {
        const struct shape_field *field = &query->args->fields[query->touches[i]];
        const char *id = *(const char *const *)((const char *)args + field->off);
        if (!id)
            continue;
        struct store_touched *touched = NEW(tx->arena, struct store_touched);
        touched->id = arena_strdup(tx->arena, id);
        touched->next = tx->touched;
        tx->touched = touched;
    }
}

int store_exec(struct tx *tx, const struct store_query *query, const void *args)
{
    TRY(conn_start(tx->conn, query, args));
    int code = conn_next(tx->conn, tx->arena, NULL);
    conn_finish(tx->conn);
    TRY(code);
    tx->changes = conn_changes(tx->conn);
    if (tx->changes > 0)
        note_touched(tx, query, args);
    return OK;
}

int store_one(struct tx *tx, const struct store_query *query, const void *args, void *row)
{
    TRY(conn_start(tx->conn, query, args));
    int code = conn_next(tx->conn, tx->arena, row);
    conn_finish(tx->conn);
    TRY(code);
    if (code == 0)
        return ERR_NOT_FOUND;
    note_touched(tx, query, args);
    return OK;
}

int store_many(struct tx *tx, const struct store_query *query, const void *args,
               struct shape_list *rows)
{
    TRY(conn_start(tx->conn, query, args));
    size_t size = query->row->size;
    size_t max = FIRST_ROWS;
    struct shape_list list = {.v = arena_alloc(tx->arena, max * size)};
    int code;
    while ((code = conn_next(tx->conn, tx->arena, (char *)list.v + list.n * size)) > 0) {
        if (++list.n == max) {
            list.v = arena_grow(tx->arena, list.v, max * size, 2 * max * size);
            max *= 2;
        }
    }
    conn_finish(tx->conn);
    TRY(code);
    if (list.n > 0)
        note_touched(tx, query, args);
    *rows = list;
    return OK;
}
