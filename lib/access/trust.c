/* SPDX-License-Identifier: Apache-2.0 */
#include "access/trust.h"

#include "err.h"
#include "policy/principals.h"
#include "queries.h"

int trust_shown(struct tx *tx, const char *role_id, const char *document, const char **ret)
{
    struct trust_row_list rows;
    TRY(q_trust_principals(tx, &(struct q_trust_principals){role_id}, &rows));
    struct principal_name *names = NEW_ARRAY(tx->arena, struct principal_name, rows.n);
    size_t n = 0;
    for (size_t i = 0; i < rows.n; i++) {
        const struct trust_row *row = &rows.v[i];
        if (!row->now || strcmp(row->now, row->arn) != 0)
            names[n++] = (struct principal_name){row->arn, row->now ? row->now : row->principal};
    }
    *ret = n ? principals_rename(tx->arena, str_of(document), names, n) : document;
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

int trust_acquire(struct sandbox *sandbox, struct tx *tx, const char *role_id,
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
