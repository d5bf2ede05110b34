/* SPDX-License-Identifier: Apache-2.0 */
/* From what a simulation calls a policy to the page that has it: "user_alice_NAME" is an inline
   policy, and NAME alone one that is attached to the principal or to a group of his. */
#include "console_api.h"
#include "model/arn.h"
#include "server/console/editor.h"
#include "server/page/show.h"

/* Who has policies, as IAM's operations and our pages call it. */
struct holder {
    const char *word, *folder, *member, *attached;
    const char *name;
};

static struct holder holder_of(const char *word, const char *name)
{
    if (strcmp(word, "user") == 0)
        return (struct holder){"user", "users", "UserName", "ListAttachedUserPolicies", name};
    if (strcmp(word, "role") == 0)
        return (struct holder){"role", "roles", "RoleName", "ListAttachedRolePolicies", name};
    return (struct holder){"group", "groups", "GroupName", "ListAttachedGroupPolicies", name};
}

/* The name of the inline policy that ID means if it is the holder's; NULL: it cannot be. */
static const char *inline_name(struct call *c, const struct holder *h, const char *id)
{
    const char *prefix = arena_printf(c->arena, "%s_%s_", h->word, h->name);
    size_t n = strlen(prefix);
    return strncmp(id, prefix, n) == 0 ? id + n : NULL;
}

static const char *attached_arn(struct call *c, const struct holder *h, const char *name)
{
    struct asked asked;
    ask(c, "iam", h->attached, json_pack("{s:s, s:i}", h->member, h->name, "MaxItems", 1000),
        &asked);
    const json_t *list = json_object_get(asked.body, "AttachedPolicies");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *policy = json_array_get(list, i);
        const char *its = json_string_value(json_object_get(policy, "PolicyName"));
        if (its && strcmp(its, name) == 0)
            return json_string_value(json_object_get(policy, "PolicyArn"));
    }
    return NULL;
}

/* The page of the policy; NULL: this one does not have it. */
static const char *page_of(struct call *c, const struct holder *h, const char *id)
{
    const char *name = inline_name(c, h, id);
    if (name)
        return console_path(c, h->folder, h->name, "policies", name, NULL);
    const char *arn = attached_arn(c, h, id);
    return arn ? console_path(c, "policies", arn, NULL) : NULL;
}

static const char *page_by_groups(struct call *c, const char *user, const char *id)
{
    struct asked asked;
    const char *page = NULL;
    ask(c, "iam", "ListGroupsForUser", json_pack("{s:s}", "UserName", user), &asked);
    const json_t *groups = json_object_get(asked.body, "Groups");
    for (size_t i = 0; i < json_array_size(groups) && !page; i++) {
        const json_t *group = json_array_get(groups, i);
        struct holder holder =
            holder_of("group", json_string_value(json_object_get(group, "GroupName")));
        page = page_of(c, &holder, id);
    }
    return page;
}

int console_get_statement(struct call *c, const struct console_get_statement_in *in)
{
    struct arn arn;
    struct str kind, name;
    if (!arn_parse(str_of(in->of), &arn) || !arn_entity(&arn, &kind, &name))
        return call_fail(c, ERR_VALIDATION_ERROR, "That is not the ARN of a user, group or role.");
    struct holder holder = holder_of(str_dup(c->arena, kind), str_dup(c->arena, name));
    const char *page = page_of(c, &holder, in->policy);
    if (!page && strcmp(holder.word, "user") == 0)
        page = page_by_groups(c, holder.name, in->policy);
    if (!page)
        return call_fail(c, ERR_NO_SUCH_ENTITY,
                         "No policy of that name is found, or you may not see whose it is.");
    struct buf end = buf_new(c->arena, 32);
    buf_pct_encode(&end, str_of(in->end), "");
    return page_go(c, "%s?at=%s#chosen", page, buf_text(&end));
}
