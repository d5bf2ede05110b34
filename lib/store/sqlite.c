/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <string.h>

#include "base/mem.h"
#include "err.h"
#include "store/pages.h"
#include "store/sqlite_priv.h"
#include "store/store_priv.h"

/* How long to wait for a lock: checkpoints and recovery take some, briefly. */
enum { BUSY_MS = 5000 };

/* Keeps other processes out of the file, so that its connections, all of them ours, need no system
   call for a lock. */
static const char file_vfs[] = "unix-excl";

/* The size of pages of new databases: of those in memory, too. Writes copy pages. */
_Static_assert(PAGE_SIZE == 4096, "the page size in the pragmas");
/* Before its commit, a transaction changes no file. */
static const char pragmas[] =
    "PRAGMA page_size = 4096; PRAGMA temp_store = MEMORY; PRAGMA cache_spill = OFF";
/* Pages in memory are used in place; only what a transaction changes needs the cache. */
static const char memory_pragmas[] =
    "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA mmap_size = 1099511627776; "
    "PRAGMA cache_size = 64";

enum control {
    BEGIN_READ,
    BEGIN_WRITE,
    BEGIN_PART,
    KEEP_PART,
    UNDO_PART,
    COMMIT,
    ROLLBACK,
    CONTROLS
};

static const char *const control_sql[CONTROLS] = {
    [BEGIN_READ] = "BEGIN",           [BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [BEGIN_PART] = "SAVEPOINT part",  [KEEP_PART] = "RELEASE part",
    [UNDO_PART] = "ROLLBACK TO part", [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",
};

/* The member a column goes to: of the row, or of a struct in it. */
struct column {
    const struct shape_field *outer; /* NULL: of the row */
    const struct shape_field *field;
};

struct stmt {
    sqlite3_stmt *handle; /* NULL: not yet prepared */
    size_t n_params;      /* highest number of a parameter */
    size_t n_columns;
    struct column *columns;
    const struct shape *row;
    bool readonly;
};

struct store_conn {
    sqlite3 *db;
    sqlite3_file *memory;      /* its file, when that is in memory */
    const struct pages *pages; /* the last ones it was of */
    uint64_t history;          /* of what is in SQLite's cache */
    bool writing;
    bool part;   /* what runs is not the first in the open transaction */
    int failure; /* of a statement; what runs can only be rolled back */
    struct stmt *running;
    sqlite3_stmt *control[CONTROLS];
    size_t n_stmts;
    struct stmt *stmts; /* by query number */
};

static int fail(struct store_conn *conn, int result)
{
    conn->failure = (result & 0xff) == SQLITE_FULL ? ERR_STORE_FULL : ERR_STORE;
    return conn->failure;
}

static int prepare_handle(struct store_conn *conn, const char *sql, sqlite3_stmt **ret)
{
    return sqlite3_prepare_v3(conn->db, sql, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL);
}

static int run_control(struct store_conn *conn, enum control which)
{
    int result = sqlite3_step(conn->control[which]);
    sqlite3_reset(conn->control[which]);
    return result == SQLITE_DONE ? SQLITE_OK : result;
}

/*
 * Allocation statistics cost a lock that all connections share, and memory set aside for pages and
 * small pieces is more than most connections ever use. SQLite keeps its settings per process, so
 * this is done once, and is of no effect when SQLite is already in use.
 */
static void configure(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
    sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
    sqlite3_initialize();
    memory_vfs();
}

/* At once, so that a rollback cannot fail for want of memory. */
static int prepare_controls(struct store_conn *conn)
{
    int result = SQLITE_OK;
    for (size_t i = 0; i < CONTROLS && result == SQLITE_OK; i++)
        result = prepare_handle(conn, control_sql[i], &conn->control[i]);
    return result;
}

static int set_up(sqlite3 *db, const struct conn_options *options)
{
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, BUSY_MS);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    int result = sqlite3_exec(db, pragmas, NULL, NULL, NULL);
    const char *more = !options->path             ? memory_pragmas
                       : options->full_durability ? "PRAGMA synchronous = FULL"
                                                  : "PRAGMA synchronous = NORMAL";
    return result == SQLITE_OK ? sqlite3_exec(db, more, NULL, NULL, NULL) : result;
}

static int open_memory(sqlite3 **ret, sqlite3_file **ret_file)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    int result = sqlite3_open_v2("memory", ret, flags, memory_vfs());
    if (result == SQLITE_OK)
        sqlite3_file_control(*ret, "main", SQLITE_FCNTL_FILE_POINTER, ret_file);
    return result;
}

/* SQLite looks for changes in the header of a file, which can be the same in different files. */
void conn_enter(struct store_conn *conn, struct pages *pages)
{
    uint64_t history = memory_enter(conn->memory, pages);
    if (conn->history != history)
        sqlite3_file_control(conn->db, "main", SQLITE_FCNTL_RESET_CACHE, NULL);
    conn->history = history;
    conn->pages = pages;
}

bool conn_was_of(const struct store_conn *conn, const struct pages *pages)
{
    return conn->pages == pages;
}

void conn_exit(struct store_conn *conn)
{
    memory_leave(conn->memory);
}

int conn_open(const struct conn_options *options, struct arena *a, struct store_conn **ret,
              const char **message)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, configure);

    struct store_conn *conn = mem_alloc(sizeof *conn);
    conn->n_stmts = options->schema->n_queries;
    conn->stmts = mem_alloc(sizeof *conn->stmts * conn->n_stmts);

    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    int result = options->path ? sqlite3_open_v2(options->path, &conn->db, flags, file_vfs)
                               : open_memory(&conn->db, &conn->memory);
    if (conn->memory)
        conn_enter(conn, options->pages);
    if (result == SQLITE_OK)
        result = set_up(conn->db, options);
    if (result == SQLITE_OK)
        result = prepare_controls(conn);
    if (result != SQLITE_OK) {
        *message = arena_printf(a, "cannot open %s: %s", options->path ? options->path : "memory",
                                sqlite3_errmsg(conn->db));
        int code = fail(conn, result);
        if (conn->memory)
            conn_exit(conn);
        conn_close(conn);
        return code;
    }
    *ret = conn;
    return OK;
}

void conn_close(struct store_conn *conn)
{
    if (!conn)
        return;
    for (size_t i = 0; i < CONTROLS; i++)
        sqlite3_finalize(conn->control[i]);
    for (size_t i = 0; i < conn->n_stmts; i++) {
        sqlite3_finalize(conn->stmts[i].handle);
        mem_free(conn->stmts[i].columns);
    }
    sqlite3_close(conn->db);
    mem_free(conn->stmts);
    mem_free(conn);
}

void conn_leave_log(struct store_conn *conn)
{
    sqlite3_db_config(conn->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}

bool conn_is_open(const struct store_conn *conn)
{
    return !sqlite3_get_autocommit(conn->db);
}

int conn_begin(struct store_conn *conn, bool write)
{
    conn->failure = OK;
    conn->writing = write;
    conn->part = conn_is_open(conn);
    /* A database in memory stays at one version until conn_exit. */
    if (conn->memory && !write)
        return OK;
    int result = run_control(conn, conn->part ? BEGIN_PART : write ? BEGIN_WRITE : BEGIN_READ);
    return result == SQLITE_OK ? OK : fail(conn, result);
}

/* Better to die than to commit with the next write what was to be undone. */
static void roll_back(struct store_conn *conn)
{
    run_control(conn, ROLLBACK);
    ENSURE(!conn_is_open(conn));
}

/* A part that cannot be undone takes the whole transaction with it. */
static void undo_part(struct store_conn *conn)
{
    int result = run_control(conn, UNDO_PART);
    if (result == SQLITE_OK)
        result = run_control(conn, KEEP_PART);
    if (result == SQLITE_OK)
        return;
    fail(conn, result);
    if (conn_is_open(conn))
        roll_back(conn);
}

int conn_leave(struct store_conn *conn, bool keep)
{
    conn->writing = false;
    if (keep && conn->failure == OK) {
        int result = conn->part ? run_control(conn, KEEP_PART) : SQLITE_OK;
        if (result == SQLITE_OK)
            return OK;
        fail(conn, result);
    }
    /* Some failures end the transaction by themselves. */
    if (!conn_is_open(conn))
        return conn->failure;
    if (conn->part)
        undo_part(conn);
    else
        roll_back(conn);
    return conn->failure;
}

void conn_undo(struct store_conn *conn)
{
    if (conn_is_open(conn))
        roll_back(conn);
}

int conn_commit(struct store_conn *conn)
{
    if (!conn_is_open(conn))
        return conn->failure;
    int result = run_control(conn, COMMIT);
    if (result == SQLITE_OK)
        return OK;
    conn_undo(conn);
    return fail(conn, result);
}

int conn_end(struct store_conn *conn, bool commit)
{
    int code = conn_leave(conn, commit);
    if (!commit)
        return OK;
    return code < 0 ? code : conn_commit(conn);
}

static const struct shape_field *find_field(const struct shape *row, struct str name)
{
    for (size_t i = 0; i < row->n; i++) {
        if (str_is(name, row->fields[i].name))
            return &row->fields[i];
    }
    return NULL;
}

/* "Member", or "Struct.Member" for a member of a struct of the row. */
static bool find_column(const struct shape *row, const char *alias, struct column *ret)
{
    struct str inner = str_of(alias);
    struct column found = {NULL, find_field(row, str_cut(&inner, '.'))};
    if (inner.p && found.field && found.field->kind == SHAPE_STRUCT)
        found = (struct column){found.field, find_field(found.field->shape, inner)};
    else if (inner.p)
        return false;
    *ret = found;
    return found.field && found.field->kind <= SHAPE_TIME;
}

/* The first column that no member of ROW takes. */
static const char *stray_column(sqlite3_stmt *handle, const struct shape *row)
{
    for (int i = 0; i < sqlite3_column_count(handle); i++) {
        const char *name = sqlite3_column_name(handle, i);
        struct column column;
        if (!row || !find_column(row, name, &column))
            return name;
    }
    return NULL;
}

static void describe(struct stmt *stmt, const struct store_query *query)
{
    stmt->n_params = (size_t)sqlite3_bind_parameter_count(stmt->handle);
    stmt->readonly = sqlite3_stmt_readonly(stmt->handle);
    stmt->row = query->row;
    stmt->n_columns = (size_t)sqlite3_column_count(stmt->handle);
    if (stmt->n_columns == 0)
        return;
    stmt->columns = mem_alloc(sizeof *stmt->columns * stmt->n_columns);
    for (size_t i = 0; i < stmt->n_columns; i++)
        find_column(query->row, sqlite3_column_name(stmt->handle, (int)i), &stmt->columns[i]);
}

int conn_check(struct store_conn *conn, const struct store_query *query, struct arena *a,
               const char **message)
{
    sqlite3_stmt *handle = NULL;
    int result = prepare_handle(conn, query->sql, &handle);
    const char *stray = result == SQLITE_OK ? stray_column(handle, query->row) : NULL;
    if (result != SQLITE_OK)
        *message = arena_printf(a, "query %s: %s", query->name, sqlite3_errmsg(conn->db));
    else if (stray)
        *message = arena_printf(a, "query %s: no member for column %s", query->name, stray);
    sqlite3_finalize(handle);
    return result == SQLITE_OK && !stray ? OK : ERR_STORE;
}

static int prepare(struct store_conn *conn, const struct store_query *query, struct stmt *stmt)
{
    sqlite3_stmt *handle = NULL;
    int result = prepare_handle(conn, query->sql, &handle);
    if (result != SQLITE_OK || stray_column(handle, query->row)) {
        sqlite3_finalize(handle);
        return fail(conn, result);
    }
    stmt->handle = handle;
    describe(stmt, query);
    return OK;
}

/* SQLite reads the text when the statement runs, so ARGS must outlive it. */
static int bind_field(sqlite3_stmt *handle, int at, const struct shape_field *field,
                      const char *args)
{
    const void *value = args + field->off;
    if (field->has_off && !*(const bool *)(args + field->has_off))
        return sqlite3_bind_null(handle, at);
    if (field->kind == SHAPE_BOOL)
        return sqlite3_bind_int(handle, at, *(const bool *)value);
    if (field->kind != SHAPE_STR)
        return sqlite3_bind_int64(handle, at, *(const int64_t *)value);
    const char *text = *(const char *const *)value;
    ENSURE(text || !field->required);
    return sqlite3_bind_text(handle, at, text, -1, SQLITE_STATIC);
}

int conn_start(struct store_conn *conn, const struct store_query *query, const void *args)
{
    if (conn->failure != OK)
        return conn->failure;
    ENSURE(!conn->running && query->number < conn->n_stmts);
    struct stmt *stmt = &conn->stmts[query->number];
    if (!stmt->handle)
        TRY(prepare(conn, query, stmt));
    if (!stmt->readonly && !conn->writing)
        return fail(conn, SQLITE_READONLY);
    /* Arguments behind the last parameter are there for `touches` only. */
    for (size_t i = 0; i < stmt->n_params; i++) {
        int result = bind_field(stmt->handle, (int)i + 1, &query->args->fields[i], args);
        if (result != SQLITE_OK)
            return fail(conn, result);
    }
    conn->running = stmt;
    return OK;
}

static void read_field(sqlite3_stmt *handle, int column, const struct shape_field *field,
                       struct arena *a, char *row)
{
    void *value = row + field->off;
    if (field->kind == SHAPE_STR) {
        const unsigned char *text = sqlite3_column_text(handle, column);
        size_t n = (size_t)sqlite3_column_bytes(handle, column);
        *(char **)value = text ? arena_strndup(a, (const char *)text, n) : NULL;
        return;
    }
    if (field->has_off)
        *(bool *)(row + field->has_off) = sqlite3_column_type(handle, column) != SQLITE_NULL;
    int64_t number = sqlite3_column_int64(handle, column);
    if (field->kind == SHAPE_BOOL)
        *(bool *)value = number != 0;
    else
        *(int64_t *)value = number;
}

/* A struct in the row is there when one of its columns is not NULL. */
static void read_column(sqlite3_stmt *handle, int number, const struct column *column,
                        struct arena *a, char *row)
{
    if (column->outer) {
        if (sqlite3_column_type(handle, number) == SQLITE_NULL)
            return;
        char **inner = (char **)(void *)(row + column->outer->off);
        if (!*inner)
            *inner = arena_zalloc(a, column->outer->shape->size);
        row = *inner;
    }
    read_field(handle, number, column->field, a, row);
}

int conn_next(struct store_conn *conn, struct arena *a, void *row)
{
    struct stmt *stmt = conn->running;
    int result = sqlite3_step(stmt->handle);
    if (result == SQLITE_DONE)
        return 0;
    if (result != SQLITE_ROW)
        return fail(conn, result);
    if (row) {
        memset(row, 0, stmt->row->size);
        for (size_t i = 0; i < stmt->n_columns; i++)
            read_column(stmt->handle, (int)i, &stmt->columns[i], a, row);
    }
    return 1;
}

void conn_finish(struct store_conn *conn)
{
    sqlite3_reset(conn->running->handle);
    conn->running = NULL;
}

int64_t conn_changes(const struct store_conn *conn)
{
    return sqlite3_changes64(conn->db);
}

bool conn_has_changed(const struct store_conn *conn)
{
    return sqlite3_total_changes64(conn->db) > 0;
}

int conn_script(struct store_conn *conn, const char *sql)
{
    int result = sqlite3_exec(conn->db, sql, NULL, NULL, NULL);
    return result == SQLITE_OK ? OK : fail(conn, result);
}

int conn_number(struct store_conn *conn, const char *sql, int64_t *ret)
{
    sqlite3_stmt *handle = NULL;
    int result = sqlite3_prepare_v2(conn->db, sql, -1, &handle, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_step(handle);
    if (result == SQLITE_ROW)
        *ret = sqlite3_column_int64(handle, 0);
    sqlite3_finalize(handle);
    return result == SQLITE_ROW ? OK : fail(conn, result);
}

const char *conn_trouble(const struct store_conn *conn)
{
    return sqlite3_errmsg(conn->db);
}

int conn_load(struct store_conn *conn, struct pages *pages)
{
    sqlite3 *from;
    sqlite3_file *file = NULL;
    int result = open_memory(&from, &file);
    if (result == SQLITE_OK) {
        memory_enter(file, pages);
        sqlite3_backup *backup = sqlite3_backup_init(conn->db, "main", from, "main");
        sqlite3_backup_step(backup, -1);
        result = sqlite3_backup_finish(backup);
        memory_leave(file);
    }
    sqlite3_close(from);
    return result == SQLITE_OK ? OK : fail(conn, result);
}
