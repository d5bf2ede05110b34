/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The persistent state of one sandbox, behind named queries. SQL lives in schema/store and
 * reaches this module through sqlgen.py, which writes one typed function per query (queries.h).
 * Thread-safe: each transaction belongs to one thread, any number may run.
 */
#pragma once

#include "shape/shape.h"

struct store;
struct store_conn;
struct store_schema;

struct store_options {
    const struct store_schema *schema; /* the generated queries_schema; outlives the store */
    const char *directory;             /* NULL: in memory */
    bool full_durability;              /* survive a power cut, not only a crash of the process */
    struct store *from;                /* in memory, of the same schema; NULL: none */
};

/*
 * Opens, locks and migrates. A new store is as FROM is at the moment, or empty. In memory it shares
 * all that is the same with FROM, which may be closed before it, and costs next to nothing until it
 * is used. Fails with ERR_STORE (unusable directory or file, in use by another
 * process) or ERR_STORE_NEWER, and one line without a full stop in *message (arena-owned).
 */
int store_open(const struct store_options *options, struct arena *a, struct store **ret,
               const char **message) MUST_USE;
void store_close(struct store *store); /* accepts NULL */

/* Deletes the files of a store that is closed, and its directory unless others use that, too. */
void store_delete(const char *directory, struct arena *a);

/*
 * What has happened to the files in the directory behind the store's back, in a few words, or NULL.
 * While that is so, writes fail with ERR_STORE_LOST. It ends when the files are back as they were.
 */
const char *store_trouble(struct store *store);
bool store_is_kept(const struct store *store); /* in a directory */
/* Whether the directory held less than the last run left in it, when it was opened: it was emptied,
   an older copy was put there, or the file was shorter. */
bool store_is_older(const struct store *store);

/* Back to the state right after its first store_open; of FROM, if that was given, in its state at
   this last store_open. No transaction may be open in the calling thread; writes of others are
   waited for. */
int store_reset(struct store *store) MUST_USE;

/* Ids of objects whose cached pictures a transaction made stale. */
struct store_touched {
    const char *id;
    struct store_touched *next;
};

struct tx {
    struct store *store;     /* NULL: it has ended */
    struct store_conn *conn; /* NULL: it has not begun */
    struct arena *arena;     /* rows and their texts go here */
    bool write;
    int64_t changes; /* rows changed by the last exec */
    struct store_touched *touched;
};

/* A read sees one state of the store, with committed writes only; a write is alone. The calling
   thread must not have another transaction open in the same store. ERR_STORE on trouble, or
   ERR_STORE_LOST, nothing open. */
int store_begin(struct store *store, bool write, struct arena *a, struct tx *ret) MUST_USE;
/* The same, with the first query, which fails if it cannot begin; without any, nothing is begun. */
void store_begin_later(struct store *store, bool write, struct arena *a, struct tx *ret);
bool store_has_begun(const struct tx *tx);
/*
 * Ends the transaction in any case. ERR_STORE or ERR_STORE_FULL: it was rolled back; so it is when
 * a statement in it has failed. ERR_STORE_LOST: the files were not where they were any more.
 */
int store_end(struct tx *tx, bool commit) MUST_USE;

/*
 * Writes of the calling thread between these two are committed together, when the batch ends. Each
 * begins and ends as ever, sees what those before it did, and is undone alone when it fails; that
 * store_end kept it is a promise only once store_batch_end returns OK. Otherwise (with the errors
 * of store_end) nothing of the batch is committed, and what any of its writes saw, even one that
 * changed nothing, may never have been. When the whole is lost on the way, as on a full disk, the
 * rest of the batch cannot begin. Reads are as ever: they see what is committed. Writes of other
 * threads wait for the end. No batch has begun when store_batch_begin fails.
 */
int store_batch_begin(struct store *store) MUST_USE;
int store_batch_end(struct store *store) MUST_USE;

/* What sqlgen.py knows about a query. */
struct store_query {
    uint16_t number; /* index into the statement cache */
    const char *name;
    const char *sql;
    const struct shape *args; /* bound in field order */
    const struct shape *row;  /* NULL: exec */
    const uint16_t *touches;  /* numbers of the fields of args that name changed objects */
    size_t n_touches;
};

struct store_migration {
    const char *name; /* "0001_init" */
    const char *sql;
};

/*
 * Everything sqlgen.py read: the queries by number, the migrations in order, and what all
 * migrations make of an empty database, as the bytes of a file. New databases begin as a copy of
 * that, which takes a tenth of the time. NULL: they begin empty.
 */
struct store_schema {
    const struct store_query *const *queries;
    size_t n_queries;
    const struct store_migration *migrations;
    size_t n_migrations;
    const unsigned char *image;
    size_t image_size;
};

/* Prepares every query, for tests. ERR_STORE: *message (arena-owned) names one that is wrong. */
int store_check(struct store *store, struct arena *a, const char **message) MUST_USE;

/*
 * Called by generated code only. After ERR_STORE or ERR_STORE_FULL the transaction does nothing
 * but end. Rows, their texts and the ids of tx->touched are owned by tx->arena.
 */
int store_exec(struct tx *tx, const struct store_query *query, const void *args) MUST_USE;
/* ERR_NOT_FOUND: no row; *row is untouched. */
int store_one(struct tx *tx, const struct store_query *query, const void *args, void *row) MUST_USE;
/* rows->v is never NULL, even without rows. */
int store_many(struct tx *tx, const struct store_query *query, const void *args,
               struct shape_list *rows) MUST_USE;
