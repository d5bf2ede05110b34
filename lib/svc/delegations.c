/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/delegations.h"

#include "entities.h"
#include "policy/json.h"

int64_t delegation_expiry(const char *state, int64_t now)
{
    enum { DAY = 24 * 3600, WEEK = 7 * DAY };
    return now + (strcmp(state, "UNASSIGNED") == 0 ? DAY : WEEK);
}

const char *delegation_purpose(struct arena *a, const char *requestor)
{
    return arena_printf(a, "delegation %s", requestor);
}

int delegation_find(struct call *c, const char *id, struct delegation_row *ret)
{
    struct delegation_row *row;
    TRY(entity_find_delegation_request(c, id, &row));
    bool foreign = row->owner_account && strcmp(row->owner_account, c->account) != 0;
    if (foreign || c->now >= row->expires + DELEGATION_SEEN_FOR)
        return entity_missing(c, RESOURCE_DELEGATION_REQUEST, id);
    *ret = *row;
    if (c->now >= row->expires)
        ret->state = "EXPIRED";
    return OK;
}

static struct str_list texts_of(struct arena *a, const struct node *list)
{
    size_t n = list ? list->n : 0, i = 0;
    const char **v = NEW_ARRAY(a, const char *, n);
    for (const struct node *item = list ? list->first : NULL; item; item = item->next)
        v[i++] = str_dup(a, item->text);
    return (struct str_list){n, v};
}

/* What a column that holds JSON says; it was written here. */
static const struct node *read_json(struct arena *a, const char *text)
{
    const struct node *root;
    size_t bad;
    bool good = node_read(a, str_of(text), &root, &bad);
    ENSURE(good);
    return root;
}

static void show_parameters(struct arena *a, const char *text,
                            struct iam_policy_parameter_list *ret)
{
    const struct node *list = read_json(a, text);
    ret->v = NEW_ARRAY(a, struct iam_policy_parameter, list->n);
    for (const struct node *item = list->first; item; item = item->next) {
        struct iam_policy_parameter *to = &ret->v[ret->n++];
        to->name = str_dup(a, node_get(item, "Name")->text);
        to->type = str_dup(a, node_get(item, "Type")->text);
        to->values = texts_of(a, node_get(item, "Values"));
    }
}

void delegation_show(struct call *c, const struct delegation_row *row,
                     struct iam_delegation_request *ret)
{
    struct arena *a = c->arena;
    struct iam_delegation_permission *permissions = NEW(a, struct iam_delegation_permission);
    permissions->policy_template_arn = row->template;
    show_parameters(a, row->parameters, &permissions->parameters);
    *ret = (struct iam_delegation_request){
        .delegation_request_id = row->id,
        .owner_account_id = row->owner_account,
        .description = row->description,
        .request_message = row->message,
        .permissions = permissions,
        .permission_policy = row->policy,
        .role_permission_restriction_arns = texts_of(a, read_json(a, row->restrictions)),
        .owner_id = row->owner,
        .approver_id = row->approver,
        .state = row->state,
        .expiration_time = row->expires,
        .has_expiration_time = true,
        .requestor_id = row->requestor,
        .requestor_name = row->requestor_name,
        .create_date = row->created,
        .has_create_date = true,
        .session_duration = row->duration,
        .has_session_duration = true,
        .redirect_url = row->redirect,
        .notes = row->notes,
        .rejection_reason = row->rejection,
        .only_send_by_owner = row->only_by_owner,
        .has_only_send_by_owner = true,
        .updated_time = row->changed,
        .has_updated_time = true,
    };
}
