/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/trusts.h"

#include "model/arn.h"
#include "model/ids.h"
#include "policy/principals.h"
#include "svc/policies.h"

/* As with inline policies, what is too large is not looked into. */
static int check_document(struct call *c, const char *document)
{
    int64_t size = (int64_t)policy_size(str_of(document));
    TRY(call_check_quota(c, QUOTA_ASSUME_ROLE_POLICY_SIZE, size));
    return policy_check_grammar(c, document, POLICY_TRUST);
}

/* The id of the user or role with this ARN, which is that of its present name and path. */
static int find_id(struct call *c, const char *account, const char *name, const char *text,
                   bool role, const char **ret)
{
    struct iam_user user;
    struct iam_role found;
    const char *key = call_fold(c, name), *arn;
    if (role) {
        TRY(q_role_get(c->tx, &(struct q_role_get){account, key}, &found));
        arn = found.arn;
        *ret = found.role_id;
    } else {
        TRY(q_user_get(c->tx, &(struct q_user_get){account, key}, &user));
        arn = user.arn;
        *ret = user.user_id;
    }
    return strcmp(arn, text) == 0 ? OK : ERR_NOT_FOUND;
}

static int no_such_principal(struct call *c, const char *text)
{
    return call_fail(c, ERR_MALFORMED_POLICY_DOCUMENT,
                     "Invalid principal in policy: \"AWS\":\"%s\"", text);
}

static int find_by_id(struct call *c, const char *id)
{
    struct iam_user user;
    struct iam_role role;
    if (str_starts(str_of(id), STR("AROA")))
        return q_role_get_by_id(c->tx, &(struct q_role_get_by_id){id}, &role);
    return q_user_get_by_id(c->tx, &(struct q_user_get_by_id){id}, &user);
}

/* The unique id of a user or role that lives is shown as its ARN; that of a deleted one cannot be
   saved again. Ids tell their account. */
static int add_id(struct call *c, struct str name, struct trusted_list *ret)
{
    char account[ACCOUNT_SIZE];
    struct account_row row;
    bool unique = str_starts(name, STR("AIDA")) || str_starts(name, STR("AROA"));
    if (!unique || memchr(name.p, ':', name.n) || !id_account(name, account))
        return OK;
    int code = q_account_get(c->tx, &(struct q_account_get){account}, &row);
    if (code == ERR_NOT_FOUND)
        return OK;
    TRY(code);
    const char *id = str_dup(c->arena, name);
    code = find_by_id(c, id);
    if (code == ERR_NOT_FOUND)
        return no_such_principal(c, id);
    TRY(code);
    ret->v[ret->n++] = (struct trusted){.arn = id, .id = id};
    return OK;
}

/*
 * Adds the user or role NAME stands for. Other principals are left as they are. AWS undocumented:
 * whether sessions of roles are looked up; here they are not.
 */
static int add(struct call *c, struct str name, struct trusted_list *ret)
{
    struct arn arn;
    struct account_row row;
    if (!arn_parse(name, &arn))
        return add_id(c, name, ret);
    if (!str_is(arn.service, "iam") || str_is(arn.resource, "root"))
        return OK;
    const char *account = str_dup(c->arena, arn.account), *text = str_dup(c->arena, name);
    int code = q_account_get(c->tx, &(struct q_account_get){account}, &row);
    if (code == ERR_NOT_FOUND)
        return OK;
    TRY(code);
    struct trusted *trusted = &ret->v[ret->n];
    const char *short_name = strrchr(text, '/') + 1;
    bool role = str_starts(arn.resource, STR("role/"));
    code = find_id(c, account, short_name, text, role, &trusted->id);
    if (code == ERR_NOT_FOUND)
        return no_such_principal(c, text);
    TRY(code);
    trusted->arn = text;
    ret->n++;
    return OK;
}

int trusts_check(struct call *c, const char *document, struct trusted_list *ret)
{
    struct str *names;
    TRY(check_document(c, document));
    size_t n = principals_named(c->arena, str_of(document), &names);
    *ret = (struct trusted_list){0, NEW_ARRAY(c->arena, struct trusted, n)};
    for (size_t i = 0; i < n; i++)
        TRY(add(c, names[i], ret));
    return OK;
}

int trusts_put(struct call *c, const char *role_id, const struct trusted_list *list)
{
    TRY(q_trust_principal_delete_all(c->tx, &(struct q_trust_principal_delete_all){role_id}));
    for (size_t i = 0; i < list->n; i++)
        TRY(q_trust_principal_put(
            c->tx, &(struct q_trust_principal_put){role_id, list->v[i].arn, list->v[i].id}));
    return OK;
}
