/* SPDX-License-Identifier: Apache-2.0 */
#include "access/trust.h"

#include "base/cache.h"
#include "base/mem.h"
#include "err.h"
#include "policy/principals.h"
#include "queries.h"

/* Users and roles are named by ARN or unique id. What is escaped is not looked at. */
static bool names_any(const char *document)
{
    static const char *const parts[] = {"user/", "role/", "AIDA", "AROA", "\\"};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (strstr(document, parts[i]))
            return true;
    }
    return false;
}

int trust_shown(struct tx *tx, const char *role_id, const char *document, const char **ret)
{
    struct trust_row_list rows;
    *ret = document;
    if (!names_any(document))
        return OK;
    TRY(q_trust_principals(tx, &(struct q_trust_principals){role_id}, &rows));
    struct principal_name *names = NEW_ARRAY(tx->arena, struct principal_name, rows.n);
    size_t n = 0;
    for (size_t i = 0; i < rows.n; i++) {
        const struct trust_row *row = &rows.v[i];
        if (!row->now || strcmp(row->now, row->arn) != 0)
            names[n++] = (struct principal_name){row->arn, row->now ? row->now : row->principal};
    }
    if (n)
        *ret = principals_rename(tx->arena, str_of(document), names, n);
    return OK;
}

/* All that the compiled document is made of. No identity policy begins like it. */
static struct str key_of(struct arena *a, const char *document, const struct trust_row_list *rows)
{
    struct buf key = buf_new(a, 1024);
    buf_add(&key, STR("trust"));
    for (size_t i = 0; i < rows->n; i++)
        buf_printf(&key, " %s %s", rows->v[i].arn, rows->v[i].principal);
    buf_add_char(&key, '\n');
    buf_add_text(&key, document);
    return buf_str(&key);
}

static int compile(struct sandbox *sandbox, struct tx *tx, const char *role_id,
                   struct document **ret)
{
    struct document_row row;
    struct trust_row_list rows;
    TRY(q_trust_document(tx, &(struct q_trust_document){role_id}, &row));
    TRY(q_trust_principals(tx, &(struct q_trust_principals){role_id}, &rows));
    struct str key = key_of(tx->arena, row.document, &rows);
    *ret = document_find(sandbox, key);
    if (*ret)
        return OK;
    struct principal_name *names = NEW_ARRAY(tx->arena, struct principal_name, rows.n);
    for (size_t i = 0; i < rows.n; i++)
        names[i] = (struct principal_name){rows.v[i].arn, rows.v[i].principal};
    const char *text = principals_rename(tx->arena, str_of(row.document), names, rows.n);
    return document_add(sandbox, key, POLICY_TRUST, str_of(text), ret);
}

/* Which document is the trust policy of a role. */
struct trust {
    struct cached base;
    struct document *document;
    const char *deps[1];
    char key[];
};

static void destroy(struct cached *entry)
{
    struct trust *trust = (struct trust *)entry;
    document_release(trust->document);
    mem_free(trust);
}

/* Takes the reference to the document. KEY ends with the role. */
static struct trust *new_trust(const char *key, const char *role_id, struct document *document)
{
    size_t n = strlen(key) + 1;
    struct trust *trust = mem_alloc(sizeof *trust + n);
    memcpy(trust->key, key, n);
    trust->document = document;
    trust->deps[0] = trust->key + n - 1 - strlen(role_id);
    trust->base.key = str_of(trust->key);
    trust->base.size = sizeof *trust + n;
    trust->base.deps = trust->deps;
    trust->base.n_deps = 1;
    trust->base.destroy = destroy;
    atomic_store(&trust->base.refs, 1);
    return trust;
}

/* What is kept is only what the transaction has begun with, as in entity/rows.c. */
static int add_trust(struct sandbox *sandbox, struct tx *tx, const char *key, const char *role_id,
                     struct cached **ret)
{
    bool begins = !tx->write && !store_has_begun(tx);
    uint64_t ticket = cache_ticket(sandbox->entities);
    struct document *document;
    TRY(compile(sandbox, tx, role_id, &document));
    *ret = &new_trust(key, role_id, document)->base;
    if (begins)
        *ret = cache_insert(sandbox->entities, *ret, ticket);
    return OK;
}

int trust_acquire(struct sandbox *sandbox, struct tx *tx, const char *role_id,
                  struct document **ret)
{
    const char *key = arena_printf(tx->arena, "trust %s", role_id);
    struct cached *entry = tx->write ? NULL : cache_acquire(sandbox->entities, str_of(key));
    if (!entry)
        TRY(add_trust(sandbox, tx, key, role_id, &entry));
    *ret = ((struct trust *)entry)->document;
    cached_hold(&(*ret)->base);
    cached_release(entry);
    return OK;
}
