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

int trust_policy(struct tx *tx, const char *role_id, const struct policy **ret)
{
    struct document_row row;
    struct trust_row_list rows;
    struct policy_error error;
    TRY(q_trust_document(tx, &(struct q_trust_document){role_id}, &row));
    TRY(q_trust_principals(tx, &(struct q_trust_principals){role_id}, &rows));
    struct principal_name *names = NEW_ARRAY(tx->arena, struct principal_name, rows.n);
    for (size_t i = 0; i < rows.n; i++)
        names[i] = (struct principal_name){rows.v[i].arn, rows.v[i].principal};
    const char *text = principals_rename(tx->arena, str_of(row.document), names, rows.n);
    return policy_compile(tx->arena, str_of(text), POLICY_TRUST, ret, &error);
}
