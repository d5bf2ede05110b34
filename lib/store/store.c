/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/rand.h"
#include "err.h"
#include "store/pages.h"
#include "store/store_priv.h"

enum {
    FIRST_ROWS = 8, /* that store_many makes room for */
    SPINS = 300,    /* about ten microseconds */
};

/*
 * Each read has a connection of its own. The one that writes holds the lock, which may be taken
 * again by the thread that holds it: the writes of a batch do. They leave the transaction open for
 * the next one, until the batch ends.
 */
struct store {
    struct conn_options options;
    struct directory directory; /* without a path: in memory */
    int64_t mark;               /* for the directory, of this run; 0: not yet opened */
    int64_t found_mark;         /* that it had before */
    bool marked;                /* with the one of this run */
    bool older;                 /* store_is_older */
    struct pages *pages;        /* what is stored; of a directory: what it begins with */
    struct idle *idle;
    pthread_mutex_t main_lock;
    struct store_conn *main; /* for writes, under main_lock; in memory NULL between them */
    bool in_batch;           /* under main_lock, as are the next two */
    size_t kept;             /* writes in the open transaction of a batch */
    int lost;                /* why that is open no more, with all that was kept; OK: it is */
};

static int write_mark(struct store *store)
{
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA application_id = %" PRId64, store->mark);
    return conn_script(store->main, sql);
}

/* From now on the record is of this run. */
static void note_mark(struct store *store)
{
    store->marked = true;
    directory_record(&store->directory, store->mark, 0);
}

/* Compares what is there with what the last run left. */
static int look_first(struct store *store, struct arena *a, const char **message)
{
    struct directory *d = &store->directory;
    struct rand chance;
    uint32_t number;
    rand_init(&chance);
    rand_bytes(&chance, (unsigned char *)&number, sizeof number);
    rand_done(&chance);
    int code = conn_number(store->main, "PRAGMA application_id", &store->found_mark);
    if (code == OK) /* of a log that a crash has left */
        code = conn_script(store->main, "PRAGMA wal_checkpoint(TRUNCATE)");
    if (code < 0 || !directory_look(d)) {
        *message = arena_printf(a, "cannot write: %s", conn_trouble(store->main));
        return code < 0 ? code : ERR_STORE;
    }
    store->mark = number % INT32_MAX + 1;
    store->older =
        d->left_mark && (store->found_mark != d->left_mark || d->found_size < d->left_size);
    return OK;
}

static int name_directory(int code, const char *directory, struct arena *a, const char **message)
{
    if (code < 0 && directory)
        *message = arena_printf(a, "data directory %s: %s", directory, *message);
    return code;
}

static int open_directory(struct store *store, const char *directory, struct arena *a,
                          const char **message)
{
    TRY(directory_open(directory, a, &store->directory, message));
    store->options.path = store->directory.path;
    TRY(conn_open(&store->options, a, &store->main, message));
    int code = migrate(store->main, store->options.schema, store->pages, a, message);
    if (code == OK)
        code = look_first(store, a, message);
    return name_directory(code, directory, a, message);
}

/* What a new database of the schema consists of. Without an image, all migrations are applied. */
static int make_pages(struct store *store, struct arena *a, const char **message)
{
    const struct store_schema *schema = store->options.schema;
    uint32_t count = schema->image ? (uint32_t)(schema->image_size / PAGE_SIZE) : 0;
    struct pages *pages = pages_new(schema->image, count, idle_history(store->idle));
    store->pages = pages;
    if (!schema->image) {
        struct store_conn *conn;
        struct conn_options options = {.schema = schema, .pages = pages};
        TRY(conn_open(&options, a, &conn, message));
        int code = migrate(conn, schema, NULL, a, message);
        conn_exit(conn);
        conn_close(conn);
        TRY(code);
    }
    store->pages = pages_fork(pages, idle_history(store->idle));
    pages_free(pages);
    return OK;
}

static int open_database(struct store *store, const struct store_options *options, struct arena *a,
                         const char **message)
{
    struct store *from = options->from;
    ENSURE(!from || !from->options.path);
    store->idle = from && !options->directory ? idle_share(from->idle) : idle_new();
    if (from)
        store->pages = pages_fork(from->pages, idle_history(store->idle));
    else
        TRY(name_directory(make_pages(store, a, message), options->directory, a, message));
    store->options.pages = store->pages;
    return options->directory ? open_directory(store, options->directory, a, message) : OK;
}

static void init_main_lock(struct store *store)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&store->main_lock, &attributes);
    pthread_mutexattr_destroy(&attributes);
}

int store_open(const struct store_options *options, struct arena *a, struct store **ret,
               const char **message)
{
    struct store *store = mem_alloc(sizeof *store);
    store->options.schema = options->schema;
    store->options.full_durability = options->full_durability;
    init_main_lock(store);

    int code = open_database(store, options, a, message);
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
    idle_free(store->idle);
    conn_close(store->main);
    pages_free(store->pages);
    if (whole)
        directory_record(&store->directory, store->marked ? store->mark : store->found_mark,
                         directory_size(&store->directory));
    /* Last: nobody may come in before the files are closed. */
    directory_close(&store->directory);
    pthread_mutex_destroy(&store->main_lock);
    mem_free(store);
}

static int take(struct store *store, struct arena *a, struct store_conn **ret)
{
    const char *message;
    struct store_conn *conn = idle_take(store->idle, store->pages);
    if (!conn && store->options.path && !directory_is_ours(&store->directory))
        return ERR_STORE_LOST;
    if (!conn)
        TRY(conn_open(&store->options, a, &conn, &message));
    else if (!store->options.path)
        conn_enter(conn, store->pages);
    *ret = conn;
    return OK;
}

static void give(struct store *store, struct store_conn *conn)
{
    if (!store->options.path)
        conn_exit(conn);
    idle_give(store->idle, conn);
}

static bool is_open(const struct store *store)
{
    return store->main && conn_is_open(store->main);
}

/* With the first change: a run that makes none leaves what it found, and no start waits for the
   disk. While it is not known which mark is there, the record holds none. */
static int commit_mark(struct store *store)
{
    directory_record(&store->directory, 0, 0);
    int code = write_mark(store);
    if (code < 0) {
        conn_undo(store->main);
        return code;
    }
    TRY(conn_commit(store->main));
    note_mark(store);
    return OK;
}

/* Commits the open transaction, if it has not been lost. What went into files that are not where
   they were is as good as lost. */
static int commit(struct store *store)
{
    const struct directory *d = &store->directory;
    bool lost = store->options.path && directory_trouble(d);
    if (lost) { /* and what is there is not looked at, which would take it for right */
        conn_undo(store->main);
        return ERR_STORE_LOST;
    }
    bool first = store->options.path && !store->marked && conn_has_changed(store->main);
    int code = first ? commit_mark(store) : conn_commit(store->main);
    bool found = !store->options.path || directory_look(&store->directory);
    return found ? code : ERR_STORE_LOST;
}

/* Returns when what has been done is committed, or lost; in a batch, at once. */
static int unlock_main(struct store *store)
{
    int code = OK;
    if (!store->in_batch && is_open(store))
        code = commit(store);
    else if (!store->in_batch && store->options.path && !directory_look(&store->directory))
        code = ERR_STORE_LOST; /* also of a rollback */
    if (!store->in_batch && !store->options.path && store->main) {
        give(store, store->main);
        store->main = NULL;
    }
    pthread_mutex_unlock(&store->main_lock);
    return code;
}

/* Under main_lock. While a transaction is open its writes change the files. */
static const char *find_trouble(const struct store *store)
{
    bool idle = store->options.path && !store->in_batch && !is_open(store);
    return idle ? directory_trouble(&store->directory) : NULL;
}

const char *store_trouble(struct store *store)
{
    if (!store->options.path)
        return NULL;
    pthread_mutex_lock(&store->main_lock);
    const char *trouble = find_trouble(store);
    if (trouble) /* and not unlock_main, which would take what is there for right */
        pthread_mutex_unlock(&store->main_lock);
    else if (unlock_main(store) == ERR_STORE_LOST)
        trouble = "its files are not where they were";
    return trouble;
}

bool store_is_kept(const struct store *store)
{
    return store->options.path != NULL;
}

bool store_is_older(const struct store *store)
{
    return store->older;
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
 * A write in memory takes about ten microseconds, less than it costs to put a thread to sleep and
 * wake it up: it is waited for about as long before sleeping.
 */
static void lock_main(struct store *store)
{
    for (int i = 0; i < SPINS && !store->options.path; i++) {
        if (pthread_mutex_trylock(&store->main_lock) == 0)
            return;
        spin_pause();
    }
    pthread_mutex_lock(&store->main_lock);
}

/* For a write: OK, and then main_lock is held. */
static int lock_sound(struct store *store)
{
    lock_main(store);
    int code = store->in_batch ? store->lost : find_trouble(store) ? ERR_STORE_LOST : OK;
    if (code < 0)
        pthread_mutex_unlock(&store->main_lock);
    return code;
}

int store_batch_begin(struct store *store)
{
    TRY(lock_sound(store));
    ENSURE(!store->in_batch);
    store->in_batch = true;
    store->kept = 0;
    store->lost = OK;
    return OK;
}

int store_batch_end(struct store *store)
{
    int lost = store->lost;
    store->in_batch = false;
    store->lost = OK;
    int code = unlock_main(store);
    return lost < 0 ? lost : code;
}

/* A bad failure may have taken with it what others of the batch had done before. */
static int leave_main(const struct tx *tx, bool commit)
{
    struct store *store = tx->store;
    int code = conn_leave(store->main, commit);
    if (!store->in_batch)
        return code;
    if (store->kept > 0 && !conn_is_open(store->main))
        store->lost = code < 0 ? code : ERR_STORE;
    else if (commit && code == OK)
        store->kept++;
    return code;
}

static int begin_write(struct store *store, struct arena *a)
{
    TRY(lock_sound(store));
    int code = store->main ? OK : take(store, a, &store->main);
    if (code == OK)
        code = conn_begin(store->main, true);
    if (code < 0)
        unlock_main(store);
    return code;
}

static int begin_read(struct store *store, struct arena *a, struct store_conn **ret)
{
    TRY(take(store, a, ret));
    int code = conn_begin(*ret, false);
    if (code < 0)
        give(store, *ret);
    return code;
}

int store_begin(struct store *store, bool write, struct arena *a, struct tx *ret)
{
    struct store_conn *conn;
    TRY(write ? begin_write(store, a) : begin_read(store, a, &conn));
    *ret =
        (struct tx){.store = store, .conn = write ? store->main : conn, .arena = a, .write = write};
    return OK;
}

void store_begin_later(struct store *store, bool write, struct arena *a, struct tx *ret)
{
    *ret = (struct tx){.store = store, .arena = a, .write = write};
}

bool store_has_begun(const struct tx *tx)
{
    return tx->conn != NULL;
}

static int begin_if_needed(struct tx *tx)
{
    return tx->conn ? OK : store_begin(tx->store, tx->write, tx->arena, tx);
}

int store_end(struct tx *tx, bool commit)
{
    ENSURE(tx->store);
    struct store *store = tx->store;
    int code;
    int shared = OK;
    if (!tx->conn) {
        tx->store = NULL;
        return OK;
    }
    if (tx->write) {
        code = leave_main(tx, commit);
        shared = unlock_main(store);
    } else {
        code = conn_end(tx->conn, commit);
        give(store, tx->conn);
    }
    tx->conn = NULL;
    tx->store = NULL;
    return code < 0 && commit ? code : shared;
}

static int reset_directory(struct store *store)
{
    TRY(conn_load(store->main, store->pages));
    TRY(write_mark(store));
    note_mark(store);
    return OK;
}

int store_reset(struct store *store)
{
    TRY(lock_sound(store));
    ENSURE(!store->in_batch);
    int code = OK;
    if (store->options.path) {
        code = reset_directory(store);
    } else {
        pages_restore(store->pages, idle_history(store->idle));
        pages_publish(store->pages);
    }
    int end = unlock_main(store);
    return code < 0 ? code : end;
}

int store_check(struct store *store, struct arena *a, const char **message)
{
    const struct store_schema *schema = store->options.schema;
    struct store_conn *conn;
    TRY(take(store, a, &conn));
    int code = OK;
    for (size_t i = 0; i < schema->n_queries && code == OK; i++)
        code = conn_check(conn, schema->queries[i], a, message);
    give(store, conn);
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
    TRY(begin_if_needed(tx));
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
    TRY(begin_if_needed(tx));
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
    TRY(begin_if_needed(tx));
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
