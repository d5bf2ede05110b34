/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "err.h"
#include "store/store_priv.h"

static int fail(struct store_conn *conn, int code, const char *what, struct arena *a,
                const char **message)
{
    *message = arena_printf(a, "%s: %s", what, conn_trouble(conn));
    return code;
}

/* A database with other tables than ours is somebody else's, and is left as it is. */
static int check_owner(struct store_conn *conn, struct arena *a, bool *ret_new,
                       const char **message)
{
    int64_t objects = 0;
    int64_t ours = 0;
    int code = conn_number(conn, "SELECT count(*) FROM sqlite_schema", &objects);
    if (code == OK)
        code = conn_number(conn, "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_version'",
                           &ours);
    if (code < 0)
        return fail(conn, code, "cannot read the database", a, message);
    if (objects > 0 && ours == 0) {
        *message = "the database was made by another program";
        return ERR_STORE;
    }
    *ret_new = objects == 0;
    return OK;
}

/* The first to write into the file. Readers beside a writer need the write-ahead log. */
static int read_version(struct store_conn *conn, struct pages *from, int64_t *ret)
{
    TRY(conn_script(conn, "PRAGMA journal_mode = WAL"));
    if (from)
        TRY(conn_load(conn, from));
    TRY(conn_script(conn, "CREATE TABLE IF NOT EXISTS schema_version ("
                          "version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL)"));
    return conn_number(conn, "SELECT coalesce(max(version), 0) FROM schema_version", ret);
}

static int apply(struct store_conn *conn, const struct store_migration *migration, size_t number,
                 struct arena *a, const char **message)
{
    int code = conn_begin(conn, true);
    if (code == OK)
        code = conn_script(conn, migration->sql);
    if (code == OK)
        code = conn_script(conn, arena_printf(a, "INSERT INTO schema_version VALUES (%zu, '%s')",
                                              number, migration->name));
    if (code < 0)
        fail(conn, code, migration->name, a, message);
    int end = conn_end(conn, code == OK);
    if (code == OK && end < 0)
        return fail(conn, end, migration->name, a, message);
    return code;
}

int migrate(struct store_conn *conn, const struct store_schema *schema, struct pages *from,
            struct arena *a, const char **message)
{
    bool is_new = false;
    TRY(check_owner(conn, a, &is_new, message));
    int64_t version = 0;
    int code = read_version(conn, is_new ? from : NULL, &version);
    if (code < 0)
        return fail(conn, code, "cannot use the database", a, message);
    if (version > (int64_t)schema->n_migrations) {
        *message = arena_printf(a,
                                "the database has version %" PRId64 ", newer than %zu, the "
                                "last one this program knows",
                                version, schema->n_migrations);
        return ERR_STORE_NEWER;
    }
    for (size_t i = (size_t)version; i < schema->n_migrations; i++)
        TRY(apply(conn, &schema->migrations[i], i + 1, a, message));
    return OK;
}
