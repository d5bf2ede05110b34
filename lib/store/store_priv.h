/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of this folder share. A connection belongs to one thread at a time, which
 * store.c sees to; sqlite.c implements it.
 */
#pragma once

#include <sys/types.h>
#include <time.h>

#include "store/store.h"

struct pages;

struct conn_options {
    const struct store_schema *schema;
    const char *path;    /* NULL: in memory, and conn_enter has been called */
    struct pages *pages; /* in memory */
    bool full_durability;
};

/* Like store_open. */
int conn_open(const struct conn_options *options, struct arena *a, struct store_conn **ret,
              const char **message) MUST_USE;
void conn_close(struct store_conn *conn);                                   /* accepts NULL */
bool conn_was_of(const struct store_conn *conn, const struct pages *pages); /* a hint */
/* When it is closed, the log is left as it is: the next start reads it up to what is damaged. */
void conn_leave_log(struct store_conn *conn);

/*
 * Transactions in memory are between these two: reads see the pages as they were at the first, and
 * a write is of the one thread that writes.
 */
void conn_enter(struct store_conn *conn, struct pages *pages);
void conn_exit(struct store_conn *conn);

/*
 * A transaction is what lies between conn_begin and conn_end, or several of conn_begin and
 * conn_leave before one conn_commit: the second and later ones are parts that can be undone
 * without the others.
 */
int conn_begin(struct store_conn *conn, bool write) MUST_USE;
int conn_end(struct store_conn *conn, bool commit) MUST_USE; /* like store_end */
/* Keeps or undoes what has been done since conn_begin. The failure of a statement, in which case
   it was undone. A bad one, such as a full disk, may undo the whole transaction. */
int conn_leave(struct store_conn *conn, bool keep) MUST_USE;
/* Whether there is something to commit. */
bool conn_is_open(const struct store_conn *conn);
/* After a failure nothing is open, and all of it is undone. */
int conn_commit(struct store_conn *conn) MUST_USE;
void conn_undo(struct store_conn *conn); /* all that is not committed */

/* Binds ARGS to the query's statement, to be followed by conn_next and conn_finish. */
int conn_start(struct store_conn *conn, const struct store_query *query, const void *args) MUST_USE;
/* 1: *row is filled, unless ROW is NULL; 0: no more rows. */
int conn_next(struct store_conn *conn, struct arena *a, void *row) MUST_USE;
void conn_finish(struct store_conn *conn);
int64_t conn_changes(const struct store_conn *conn);  /* of the last exec */
bool conn_has_changed(const struct store_conn *conn); /* any rows, since it was opened */

/* Is the query fit to run? *message says why not. */
int conn_check(struct store_conn *conn, const struct store_query *query, struct arena *a,
               const char **message) MUST_USE;

/* Outside of queries: statements without parameters and results, and one number. */
int conn_script(struct store_conn *conn, const char *sql) MUST_USE;
int conn_number(struct store_conn *conn, const char *sql, int64_t *ret) MUST_USE;
const char *conn_trouble(const struct store_conn *conn); /* SQLite's words for the last failure */

/* Makes CONN an exact copy of a database in memory. No transaction is open on it. */
int conn_load(struct store_conn *conn, struct pages *pages) MUST_USE;

/* Connections that nobody uses at the moment. Those in memory serve all stores that share pages. */
struct idle;

struct idle *idle_new(void);
struct idle *idle_share(struct idle *idle);
void idle_free(struct idle *idle);        /* by the last that shares it; accepts NULL */
uint64_t idle_history(struct idle *idle); /* another number each time */
/* One that was used for PAGES, or else another one; NULL: there is none. */
struct store_conn *idle_take(struct idle *idle, const struct pages *pages);
void idle_give(struct idle *idle, struct store_conn *conn);

/* Applies what is missing of the schema's migrations. A new database begins as a copy of FROM,
   which may be NULL. */
int migrate(struct store_conn *conn, const struct store_schema *schema, struct pages *from,
            struct arena *a, const char **message) MUST_USE;

struct file_seen {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec changed; /* only a hint that the header may be another one */
};

/*
 * A directory that is locked against other processes, and what was last seen of its files: nobody
 * else has anything to do in there. The mark is a number in the header of the database, another one
 * after each run that changed something, which tells it from its copies.
 */
struct directory {
    int lock;          /* the file iam-local.lock, with a record of mark and size */
    int database;      /* not to be closed before SQLite's own descriptors of it */
    char *path, *log;  /* of the database, which exists, and its write-ahead log; path NULL: none */
    int64_t left_mark; /* of the record, as the last run left it; 0: there was none */
    int64_t left_size; /* of the database after an ordered end; 0: it did not end like that */
    int64_t found_size; /* of the database when the directory was opened */
    struct file_seen seen_database, seen_log;
    int log_file;              /* open once the log has been seen */
    unsigned char header[100]; /* SQLite's, of the database */
    ssize_t header_size;
};

/* Makes the directory if need be. */
int directory_open(const char *directory, struct arena *a, struct directory *ret,
                   const char **message) MUST_USE;
void directory_close(struct directory *d); /* accepts one that was never opened */
void directory_record(const struct directory *d, int64_t mark, int64_t size);
int64_t directory_size(const struct directory *d); /* of the database */

/* Looks at the files after a change of our own. False: they are not where they were. */
bool directory_look(struct directory *d);
/* The log is still there, and not as it was left. */
bool directory_log_is_cut(const struct directory *d);
/* What has happened to the files since, or NULL. A few microseconds. */
const char *directory_trouble(const struct directory *d);
/* Whether the files are where they were, whatever they hold; for any thread. */
bool directory_is_ours(const struct directory *d);
