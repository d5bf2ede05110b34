/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/rand.h"
#include "err.h"
#include "store/store_priv.h"

enum {
    FIRST_ROWS = 8, /* that store_many makes room for */
    SPINS = 300,    /* about ten microseconds */
};

/* A write that is done and waits for its commit, which sets the last two under settle_lock. */
struct pending {
    struct pending *next;
    bool settled;
    int code;
};

/*
 * In memory there is one connection, and every transaction holds its lock. In a directory only
 * writes do; each read has a connection of its own, taken from those that are idle.
 *
 * A write in a directory that ends while others wait for the lock leaves the transaction open for
 * them, and waits until the last of them commits it. So a batch has one write of a thread at most.
 */
struct store {
    struct conn_options options;
    struct directory directory; /* without a path: in memory */
    int64_t mark;               /* of the directory, in this run; 0: not yet opened */
    bool older;                 /* store_is_older */
    pthread_mutex_t main_lock;
    struct store_conn *main;
    struct store_conn *empty; /* made by the first reset, which copies it; under main_lock */
    _Atomic unsigned waiting; /* writes about to take main_lock; 0 in memory */
    struct pending *batch;    /* done in the open transaction; under main_lock */
    pthread_mutex_t settle_lock;
    pthread_cond_t settled;
    pthread_mutex_t idle_lock;
    struct store_conn **idle;
    size_t n_idle, max_idle;
};

static int write_mark(struct store *store)
{
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA application_id = %" PRId64, store->mark);
    return conn_script(store->main, sql);
}

/* Compares what is there with what the last run left, and begins a record of this one. */
static int mark_directory(struct store *store, struct arena *a, const char **message)
{
    struct directory *d = &store->directory;
    struct rand chance;
    uint32_t number;
    int64_t found = 0;
    rand_init(&chance);
    rand_bytes(&chance, (unsigned char *)&number, sizeof number);
    rand_done(&chance);
    store->mark = number % INT32_MAX + 1;
    int code = conn_number(store->main, "PRAGMA application_id", &found);
    if (code == OK)
        code = write_mark(store);
    if (code == OK)
        code = conn_script(store->main, "PRAGMA wal_checkpoint(TRUNCATE)");
    if (code < 0 || !directory_look(d)) {
        *message = arena_printf(a, "cannot write: %s", conn_trouble(store->main));
        return code < 0 ? code : ERR_STORE;
    }
    store->older = d->left_mark && (found != d->left_mark || d->found_size < d->left_size);
    directory_record(d, store->mark, 0);
    return OK;
}

static int open_database(struct store *store, const char *directory, struct arena *a,
                         const char **message)
{
    if (directory) {
        TRY(directory_open(directory, a, &store->directory, message));
        store->options.path = store->directory.path;
    }
    TRY(conn_open(&store->options, a, &store->main, message));
    int code = migrate(store->main, store->options.schema, a, message);
    if (code == OK && directory)
        code = mark_directory(store, a, message);
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
    pthread_mutex_init(&store->main_lock, NULL);
    pthread_mutex_init(&store->settle_lock, NULL);
    pthread_cond_init(&store->settled, NULL);
    pthread_mutex_init(&store->idle_lock, NULL);

    int code = open_database(store, options->directory, a, message);
    if (code < 0 && store->directory.found_size < store->directory.left_size)
        *message = arena_printf(a, "%s (it is shorter than the last run left it)", *message);
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
    bool whole = store->mark && !directory_trouble(&store->directory);
    if (store->mark && directory_log_is_cut(&store->directory))
        conn_leave_log(store->main);
    for (size_t i = 0; i < store->n_idle; i++)
        conn_close(store->idle[i]);
    mem_free(store->idle);
    conn_close(store->empty);
    conn_close(store->main);
    if (whole)
        directory_record(&store->directory, store->mark, directory_size(&store->directory));
    /* Last: nobody may come in before the files are closed. */
    directory_close(&store->directory);
    pthread_mutex_destroy(&store->idle_lock);
    pthread_cond_destroy(&store->settled);
    pthread_mutex_destroy(&store->settle_lock);
    pthread_mutex_destroy(&store->main_lock);
    mem_free(store);
}

static int take_idle(struct store *store, struct arena *a, struct store_conn **ret)
{
    struct store_conn *conn = NULL;
    pthread_mutex_lock(&store->idle_lock);
    if (store->n_idle > 0)
        conn = store->idle[--store->n_idle];
    pthread_mutex_unlock(&store->idle_lock);
    const char *message;
    if (!conn && !directory_is_ours(&store->directory))
        return ERR_STORE_LOST;
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

static void lock_main(struct store *store)
{
    if (!store->options.path) {
        lock_memory(store);
        return;
    }
    atomic_fetch_add(&store->waiting, 1);
    pthread_mutex_lock(&store->main_lock);
    atomic_fetch_sub(&store->waiting, 1);
}

/* Leaves the open transaction and main_lock to a write that waits; the result of the commit. */
static int hand_on(struct store *store)
{
    struct pending self = {.next = store->batch};
    store->batch = &self;
    pthread_mutex_unlock(&store->main_lock);

    pthread_mutex_lock(&store->settle_lock);
    while (!self.settled)
        pthread_cond_wait(&store->settled, &store->settle_lock);
    pthread_mutex_unlock(&store->settle_lock);
    return self.code;
}

/* Commits the open transaction, if it has not been lost, and tells the writes in it. What went into
   files that are not where they were is as good as lost. */
static int commit(struct store *store)
{
    const struct directory *d = &store->directory;
    bool lost = store->options.path && conn_is_open(store->main) && directory_trouble(d);
    if (lost) { /* and what is there is not looked at, which would take it for right */
        conn_undo(store->main);
        return ERR_STORE_LOST;
    }
    int code = conn_commit(store->main);
    bool found = !store->options.path || directory_look(&store->directory);
    return found ? code : ERR_STORE_LOST;
}

static int settle(struct store *store)
{
    int code = commit(store);
    pthread_mutex_lock(&store->settle_lock);
    for (struct pending *write = store->batch; write; write = write->next) {
        write->code = code;
        write->settled = true;
    }
    store->batch = NULL;
    pthread_cond_broadcast(&store->settled);
    pthread_mutex_unlock(&store->settle_lock);
    return code;
}

/* Returns when what has been done is committed, or lost. */
static int unlock_main(struct store *store)
{
    bool open = conn_is_open(store->main);
    if (open && atomic_load(&store->waiting) > 0)
        return hand_on(store);
    int code = OK;
    if (open || store->batch)
        code = settle(store);
    else if (store->options.path && !directory_look(&store->directory)) /* also of a rollback */
        code = ERR_STORE_LOST;
    pthread_mutex_unlock(&store->main_lock);
    return code;
}

/* Under main_lock. While a transaction is open its writes change the files. */
static const char *find_trouble(const struct store *store)
{
    bool idle = store->options.path && !store->batch && !conn_is_open(store->main);
    return idle ? directory_trouble(&store->directory) : NULL;
}

const char *store_trouble(struct store *store)
{
    if (!store->options.path)
        return NULL;
    lock_main(store);
    const char *trouble = find_trouble(store);
    if (trouble) /* and not unlock_main, which would take what is there for right */
        pthread_mutex_unlock(&store->main_lock);
    else if (unlock_main(store) == ERR_STORE_LOST)
        trouble = "its files are not where they were";
    return trouble;
}

bool store_is_older(const struct store *store)
{
    return store->older;
}

int store_begin(struct store *store, bool write, struct arena *a, struct tx *ret)
{
    struct store_conn *conn = store->main;
    if (write || !store->options.path)
        lock_main(store);
    else
        TRY(take_idle(store, a, &conn));
    if (write && find_trouble(store)) {
        pthread_mutex_unlock(&store->main_lock);
        return ERR_STORE_LOST;
    }
    int code = conn_begin(conn, write);
    if (code < 0) {
        if (conn == store->main)
            unlock_main(store);
        else
            give_idle(store, conn);
        return code;
    }
    *ret = (struct tx){.store = store, .conn = conn, .arena = a, .write = write};
    return OK;
}

int store_end(struct tx *tx, bool commit)
{
    ENSURE(tx->conn);
    struct store *store = tx->store;
    int code;
    int shared = OK;
    if (tx->conn == store->main) {
        code = conn_leave(tx->conn, commit);
        shared = unlock_main(store);
    } else {
        code = conn_end(tx->conn, commit);
        give_idle(store, tx->conn);
    }
    tx->conn = NULL;
    return code < 0 && commit ? code : shared;
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
    lock_main(store);
    if (store->batch)
        settle(store);
    if (find_trouble(store)) {
        pthread_mutex_unlock(&store->main_lock);
        return ERR_STORE_LOST;
    }
    int code = store->empty ? OK : make_empty(store);
    if (code == OK)
        code = conn_copy(store->empty, store->main);
    if (code == OK && store->mark)
        code = write_mark(store);
    int end = unlock_main(store);
    return code < 0 ? code : end;
}

int store_check(struct store *store, struct arena *a, const char **message)
{
    const struct store_schema *schema = store->options.schema;
    lock_main(store);
    int code = OK;
    for (size_t i = 0; i < schema->n_queries && code == OK; i++)
        code = conn_check(store->main, schema->queries[i], a, message);
    unlock_main(store);
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
