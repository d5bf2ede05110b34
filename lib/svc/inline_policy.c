/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/inline_policy.h"

#include <inttypes.h>

#include "svc/policies.h"

static int check_size(struct call *c, const struct policy_owner *owner, int64_t size)
{
    int64_t quota = call_quota(c, owner->quota);
    if (size > quota)
        return call_fail(c, ERR_LIMIT_EXCEEDED,
                         "Maximum policy size of %" PRId64 " bytes exceeded for %s %s", quota,
                         owner->kind, owner->name);
    return OK;
}

/* With the owner's other policies. */
static int check_total(struct call *c, const struct policy_owner *owner, const char *name_key,
                       int64_t size)
{
    struct policy_size_row others;
    TRY(q_policy_size_of_others(
        c->tx, &(struct q_policy_size_of_others){.owner = owner->id, .name_key = name_key},
        &others));
    return check_size(c, owner, others.size + size);
}

/*
 * AWS undocumented: whether the size or the content comes first. A document that is too large by
 * itself is not looked into, so that it costs nothing; otherwise what is wrong with it is told
 * before that there is no room for it.
 */
int inline_policy_put(struct call *c, const struct policy_owner *owner, const char *name,
                      const char *document)
{
    int64_t size = (int64_t)policy_size(str_of(document));
    const char *name_key = call_fold(c, name);
    TRY(check_size(c, owner, size));
    TRY(policy_check_grammar(c, document, POLICY_IDENTITY));
    TRY(check_total(c, owner, name_key, size));
    return q_policy_put(c->tx, &(struct q_policy_put){.owner = owner->id,
                                                      .name = name,
                                                      .name_key = name_key,
                                                      .document = document,
                                                      .size = size});
}

static int no_such_policy(struct call *c, const struct policy_owner *owner, const char *name)
{
    return call_fail(c, ERR_NO_SUCH_ENTITY, "The %s policy with name %s cannot be found.",
                     owner->kind, name);
}

int inline_policy_get(struct call *c, const struct policy_owner *owner, const char *name,
                      struct policy_row *ret)
{
    int code = q_policy_get(
        c->tx, &(struct q_policy_get){.owner = owner->id, .name_key = call_fold(c, name)}, ret);
    return code == ERR_NOT_FOUND ? no_such_policy(c, owner, name) : code;
}

int inline_policy_delete(struct call *c, const struct policy_owner *owner, const char *name)
{
    TRY(q_policy_delete(
        c->tx, &(struct q_policy_delete){.owner = owner->id, .name_key = call_fold(c, name)}));
    return c->tx->changes == 0 ? no_such_policy(c, owner, name) : OK;
}

int inline_policy_page(struct call *c, const struct policy_owner *owner, const char *marker,
                       int64_t limit, struct str_list *ret)
{
    const char *after;
    struct policy_name_row_list rows;
    TRY(page_after(c, marker, &after));
    TRY(q_policy_page(
        c->tx, &(struct q_policy_page){.owner = owner->id, .after = after, .limit = limit + 1},
        &rows));
    ret->n = rows.n;
    ret->v = NEW_ARRAY(c->arena, const char *, rows.n);
    for (size_t i = 0; i < rows.n; i++)
        ret->v[i] = rows.v[i].name;
    return OK;
}
