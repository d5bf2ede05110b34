/* SPDX-License-Identifier: Apache-2.0 */
#include "resource/change.h"

#include "access/view.h"
#include "err.h"
#include "resource/resource_priv.h"

enum { BELOW = 1000 }; /* that are forgotten at once */

/* The change of one resource. */
struct writing {
    struct call *call;
    const struct resource_change *change;
    const char *holder;
    struct resource_row row; /* as it is, and then as it is to be */
    bool is_new;
};

static int delete_facts(struct tx *tx, const char *arn)
{
    TRY(q_resource_fact_delete_kind(tx, &(struct q_resource_fact_delete_kind){arn, RESOURCE_TAG}));
    TRY(q_resource_fact_delete_kind(
        tx, &(struct q_resource_fact_delete_kind){arn, RESOURCE_ATTRIBUTE}));
    return q_resource_grant_delete_all(tx, &(struct q_resource_grant_delete_all){arn});
}

static const char *holder_of(struct arena *a, const char *arn)
{
    return str_dup(a, resource_holder(a, str_of(arn)));
}

static int delete_one(struct tx *tx, const char *arn)
{
    TRY(delete_facts(tx, arn));
    return q_resource_delete(tx, &(struct q_resource_delete){arn, holder_of(tx->arena, arn)});
}

static int delete_below(struct tx *tx, const char *arn)
{
    struct arn parts;
    const struct holder_rule *rule = arn_parse(str_of(arn), &parts) ? holder_rule_of(&parts) : NULL;
    struct resource_row_list rows = {.n = rule != NULL};
    while (rows.n) {
        const char *begin = arena_printf(tx->arena, "%s%s", arn, rule->mark);
        struct q_resource_page page = {begin, str_prefix_end(tx->arena, begin), "", BELOW};
        TRY(q_resource_page(tx, &page, &rows));
        for (size_t i = 0; i < rows.n; i++)
            TRY(delete_one(tx, rows.v[i].arn));
    }
    return OK;
}

int resource_forget(struct call *c, const char *arn)
{
    TRY(delete_below(c->tx, arn));
    TRY(delete_one(c->tx, arn));
    return c->tx->changes ? OK : ERR_NOT_FOUND;
}

enum { PART = 64 }; /* of all goes at once, since it takes a while to find what goes */

/* The resources that were learned first make room. */
static int make_room(struct call *c)
{
    struct count_row count;
    struct resource_arn_row_list rows;
    int64_t most = call_quota(c, QUOTA_RESOURCES);
    TRY(q_resource_count(c->tx, &count));
    while (count.n >= most) {
        struct q_resource_oldest_learned few = {count.n - most + 1 + most / PART};
        TRY(q_resource_oldest_learned(c->tx, &few, &rows));
        if (!rows.n)
            return call_check_quota(c, QUOTA_RESOURCES, count.n + 1);
        for (size_t i = 0; i < rows.n; i++)
            TRY(delete_one(c->tx, rows.v[i].arn));
        count.n -= (int64_t)rows.n;
    }
    return OK;
}

/* Whose it is when nobody says: the ARN tells, or what is above it. */
static int find_account(struct writing *w)
{
    struct arn arn;
    struct resource_row above = {.account = NULL};
    if (w->row.account)
        return OK;
    if (arn_parse(str_of(w->change->arn), &arn) && arn.account.n)
        w->row.account = str_dup(w->call->arena, arn.account);
    else if (strcmp(w->holder, w->change->arn) != 0) {
        int code = q_resource_get(w->call->tx, &(struct q_resource_get){w->holder}, &above);
        w->row.account = above.account;
        return code == ERR_NOT_FOUND ? OK : code;
    }
    return OK;
}

static int put_row(struct writing *w)
{
    struct call *c = w->call;
    struct count_row next;
    TRY(find_account(w));
    if (w->is_new)
        TRY(make_room(c));
    TRY(q_resource_next_change(c->tx, &next));
    return q_resource_put(c->tx,
                          &(struct q_resource_put){w->change->arn, w->row.account, w->row.policy,
                                                   w->row.told, next.n, w->holder});
}

static int put_facts(struct call *c, const char *arn, const char *kind,
                     const struct resource_pair *facts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct q_resource_fact_put put = {arn, kind, facts[i].name, facts[i].value};
        TRY(q_resource_fact_put(c->tx, &put));
    }
    return OK;
}

static int delete_names(struct call *c, const char *arn, const char *kind,
                        const struct str_list *names)
{
    for (size_t i = 0; i < names->n; i++) {
        struct q_resource_fact_delete wanted = {arn, kind, names->v[i]};
        TRY(q_resource_fact_delete(c->tx, &wanted));
    }
    return OK;
}

static int check_count(struct call *c, const char *arn, const char *kind, enum quota quota)
{
    struct count_row count;
    TRY(q_resource_fact_count(c->tx, &(struct q_resource_fact_count){arn, kind}, &count));
    return call_check_quota(c, quota, count.n);
}

static int change_tags(struct call *c, const struct resource_change *change)
{
    if (change->all_tags)
        TRY(q_resource_fact_delete_kind(
            c->tx, &(struct q_resource_fact_delete_kind){change->arn, RESOURCE_TAG}));
    TRY(delete_names(c, change->arn, RESOURCE_TAG, &change->untagged));
    TRY(put_facts(c, change->arn, RESOURCE_TAG, change->tags, change->n_tags));
    return check_count(c, change->arn, RESOURCE_TAG, QUOTA_TAGS_PER_RESOURCE);
}

static int change_attributes(struct call *c, const struct resource_change *change)
{
    TRY(delete_names(c, change->arn, RESOURCE_ATTRIBUTE, &change->without));
    TRY(put_facts(c, change->arn, RESOURCE_ATTRIBUTE, change->attributes, change->n_attributes));
    return check_count(c, change->arn, RESOURCE_ATTRIBUTE, QUOTA_ATTRIBUTES_PER_RESOURCE);
}

static int delete_grant(struct call *c, const struct resource_change *change)
{
    if (!change->without_grant)
        return OK;
    TRY(q_resource_grant_delete(
        c->tx, &(struct q_resource_grant_delete){change->arn, change->without_grant}));
    return c->tx->changes ? OK
                          : q_resource_grant_delete_learned(
                                c->tx, &(struct q_resource_grant_delete_learned){change->arn});
}

static int change_grants(struct call *c, const struct resource_change *change)
{
    struct resource_grant_row_list rows;
    TRY(delete_grant(c, change));
    for (size_t i = 0; i < change->n_grants; i++) {
        struct resource_grant_row row = grant_row(c->arena, &change->grants[i]);
        struct q_resource_grant_put put = {
            change->arn,  row.id,         row.told,           row.grantee,
            row.retiring, row.operations, row.context_equals, row.context_subset};
        TRY(q_resource_grant_put(c->tx, &put));
    }
    if (!change->n_grants)
        return OK;
    TRY(q_resource_grants(c->tx, &(struct q_resource_grants){change->arn}, &rows));
    return call_check_quota(c, QUOTA_GRANTS_PER_KEY, (int64_t)rows.n);
}

static int change_rest(struct call *c, const struct resource_change *change)
{
    TRY(change_tags(c, change));
    TRY(change_attributes(c, change));
    return change_grants(c, change);
}

static int begin(struct call *c, const struct resource_change *change, struct writing *ret)
{
    *ret = (struct writing){.call = c, .change = change};
    ret->holder = holder_of(c->arena, change->arn);
    int code = q_resource_get(c->tx, &(struct q_resource_get){change->arn}, &ret->row);
    ret->is_new = code == ERR_NOT_FOUND;
    return code == ERR_NOT_FOUND ? OK : code;
}

int resource_tell(struct call *c, const struct resource_change *change)
{
    struct writing w;
    TRY(begin(c, change, &w));
    TRY(delete_facts(c->tx, change->arn));
    w.row =
        (struct resource_row){.account = change->account, .policy = change->policy, .told = true};
    TRY(put_row(&w));
    return change_rest(c, change);
}

/* What was told stays so: a request that changes some of it makes it none that was learned. */
static int learn_one(struct call *c, const struct resource_change *change)
{
    struct writing w;
    if (change->forget) {
        int code = resource_forget(c, change->arn);
        return code == ERR_NOT_FOUND ? OK : code;
    }
    TRY(begin(c, change, &w));
    if (!w.row.account)
        w.row.account = change->account;
    if (change->policy)
        w.row.policy = *change->policy ? change->policy : NULL;
    if (change->without_sid)
        w.row.policy = policy_without(c->arena, w.row.policy, change->without_sid);
    if (change->statement)
        w.row.policy = policy_with(c->arena, w.row.policy, change->statement, change->sid);
    const struct resource_change whole = {.arn = change->arn, .policy = w.row.policy};
    if (resource_check(c->arena, &whole))
        return ERR_LIMIT_EXCEEDED;
    TRY(put_row(&w));
    return change_rest(c, change);
}

static int learn(struct call *c, const struct resource_change *change, const char **ret_note)
{
    const char *wrong = change->forget ? NULL : resource_check(c->arena, change);
    struct tx tx;
    if (wrong) {
        *ret_note = arena_printf(c->arena, "Nothing was learned about %s: %s", change->arn, wrong);
        return OK;
    }
    TRY(store_begin(c->sandbox->store, true, c->arena, &tx));
    c->tx = &tx;
    int code = learn_one(c, change);
    c->tx = NULL;
    int end = store_end(&tx, code == OK);
    if (code == ERR_LIMIT_EXCEEDED) {
        *ret_note = arena_printf(c->arena, "Nothing was learned about %s: there is no room for it.",
                                 change->arn);
        c->message = NULL;
        return OK;
    }
    TRY(code);
    TRY(end);
    view_publish(c->sandbox, tx.touched);
    return OK;
}

int resource_learn(struct call *c, const struct resource_change *changes, size_t n,
                   const char **ret_note)
{
    struct tx *own = c->tx;
    int code = OK;
    *ret_note = NULL;
    for (size_t i = 0; i < n && code == OK; i++)
        code = learn(c, &changes[i], ret_note);
    c->tx = own;
    return code;
}
