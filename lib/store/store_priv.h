/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of this folder share. A connection belongs to one thread at a time, which
 * store.c sees to; sqlite.c implements it and is the only file that knows SQLite.
 */
#pragma once

#include "store/store.h"

struct conn_options {
    const struct store_schema *schema;
    const char *path; /* NULL: a database in memory, of this connection alone */
    bool full_durability;
};

/* Like store_open. */
int conn_open(const struct conn_options *options, struct arena *a, struct store_conn **ret,
              const char **message) MUST_USE;
void conn_close(struct store_conn *conn); /* accepts NULL */

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

/* Binds ARGS to the query's statement, to be followed by conn_next and conn_finish. */
int conn_start(struct store_conn *conn, const struct store_query *query, const void *args) MUST_USE;
/* 1: *row is filled, unless ROW is NULL; 0: no more rows. */
int conn_next(struct store_conn *conn, struct arena *a, void *row) MUST_USE;
void conn_finish(struct store_conn *conn);
int64_t conn_changes(const struct store_conn *conn); /* of the last exec */

/* Is the query fit to run? *message says why not. */
int conn_check(struct store_conn *conn, const struct store_query *query, struct arena *a,
               const char **message) MUST_USE;

/* Outside of queries: statements without parameters and results, and one number. */
int conn_script(struct store_conn *conn, const char *sql) MUST_USE;
int conn_number(struct store_conn *conn, const char *sql, int64_t *ret) MUST_USE;
const char *conn_trouble(const struct store_conn *conn); /* SQLite's words for the last failure */

/* Makes TO an exact copy of FROM. No transaction is open on either. */
int conn_copy(struct store_conn *from, struct store_conn *to) MUST_USE;
/* Makes CONN, an empty database, an exact copy of the SIZE bytes of a database. */
int conn_load(struct store_conn *conn, const unsigned char *image, size_t size) MUST_USE;

/* Applies what is missing of the schema's migrations. */
int migrate(struct store_conn *conn, const struct store_schema *schema, struct arena *a,
            const char **message) MUST_USE;

/* Makes the directory if need be and locks it against other processes: a descriptor that holds
   the lock until it is closed. *ret_path is the path of the database file, which exists. */
int directory_lock(const char *directory, struct arena *a, char **ret_path,
                   const char **message) MUST_USE;
