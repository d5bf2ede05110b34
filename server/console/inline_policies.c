/* SPDX-License-Identifier: Apache-2.0 */
/* The inline policies of users, groups and roles, and the trust policies of roles. */
#include "console_api.h"
#include "pages.h"
#include "server/console/document.h"
#include "server/console/editor.h"
#include "server/page/show.h"

/* How IAM's operations call those who have inline policies. */
static const struct holder_words {
    const char *kind, *word, *member, *get, *put, *delete;
} holders[] = {
    {"users", "user", "UserName", "GetUserPolicy", "PutUserPolicy", "DeleteUserPolicy"},
    {"groups", "group", "GroupName", "GetGroupPolicy", "PutGroupPolicy", "DeleteGroupPolicy"},
    {"roles", "role", "RoleName", "GetRolePolicy", "PutRolePolicy", "DeleteRolePolicy"},
};

/* One inline policy; POLICY is NULL while it has no name. */
struct inline_policy {
    const struct holder_words *words;
    const char *holder, *policy;
};

static struct inline_policy inline_policy_of(const char *kind, const char *holder,
                                             const char *policy)
{
    size_t i = 0;
    while (i + 1 < ARRAY_LEN(holders) && strcmp(holders[i].kind, kind) != 0)
        i++;
    return (struct inline_policy){&holders[i], holder, policy};
}

static json_t *members_of(const struct inline_policy *p)
{
    return json_pack("{s:s, s:s}", p->words->member, p->holder, "PolicyName",
                     p->policy ? p->policy : "");
}

/* "user alice". */
static const char *owner_of(struct call *c, const struct inline_policy *p)
{
    return arena_printf(c->arena, "%s %s", p->words->word, p->holder);
}

static const char *self_of(struct call *c, const struct inline_policy *p)
{
    return p->policy ? console_path(c, p->words->kind, p->holder, "policies", p->policy, NULL)
                     : console_path(c, p->words->kind, p->holder, "new-policy", NULL);
}

static json_t *inline_data(struct call *c, const struct inline_policy *p)
{
    const char *owner = owner_of(c, p);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "title",
                     p->policy ? p->policy : arena_printf(c->arena, "New policy of %s", owner),
                     "here", "people", "back", console_path(c, p->words->kind, p->holder, NULL),
                     "back_title", p->holder, "about",
                     arena_printf(c->arena, "Inline policy of %s", owner), "deletable", 1);
}

static int show_new(struct call *c, json_t *data, const char *name, const struct asked *asked)
{
    json_object_set_new(data, "naming", json_string("policy"));
    json_object_set_new(data, "name", json_string(name ? name : ""));
    return editor_show(c, &page_new_policy, data, asked);
}

int console_get_new_inline_policy(struct call *c, const struct console_get_new_inline_policy_in *in)
{
    struct inline_policy p = inline_policy_of(in->kind, in->name, NULL);
    json_t *data = inline_data(c, &p);
    const char *text = editor_document_with(c, NULL, in->action, in->resource);
    editor_add(c, data, text, POLICY_IDENTITY, self_of(c, &p), NULL);
    return show_new(c, data, NULL, NULL);
}

/* Stores it; what happened then is in ASKED. */
static void put(struct call *c, const struct inline_policy *p, const char *text,
                struct asked *asked)
{
    json_t *members = members_of(p);
    const char *document = document_of_form(c->arena, text ? text : "");
    json_object_set_new(members, "PolicyDocument", json_string(document));
    ask(c, "iam", p->words->put, members, asked);
}

int console_post_new_inline_policy(struct call *c,
                                   const struct console_post_new_inline_policy_in *in)
{
    struct inline_policy named = inline_policy_of(in->kind, in->name, in->policy);
    const struct inline_policy unnamed = inline_policy_of(in->kind, in->name, NULL);
    struct asked asked;
    bool save = strcmp(in->choice, "save") == 0;
    if (save)
        put(c, &named, in->document, &asked);
    if (save && !asked.code)
        return page_go(c, "%s", self_of(c, &named));
    json_t *data = inline_data(c, &unnamed);
    editor_add_sent(c, data, in->document, POLICY_IDENTITY, self_of(c, &unnamed),
                    save ? &asked : NULL);
    return show_new(c, data, in->policy, save ? &asked : NULL);
}

int console_get_inline_policy(struct call *c, const struct console_get_inline_policy_in *in)
{
    struct inline_policy p = inline_policy_of(in->kind, in->name, in->policy);
    json_t *data = inline_data(c, &p);
    struct asked asked;
    ask(c, "iam", p.words->get, members_of(&p), &asked);
    const char *text = editor_document(c, asked.body, "PolicyDocument");
    if (text)
        editor_add(c, data, text, POLICY_IDENTITY, self_of(c, &p), in->at);
    else
        editor_refuse(data, "holder", &asked);
    return editor_show(c, &page_inline_policy, data, &asked);
}

int console_post_inline_policy(struct call *c, const struct console_post_inline_policy_in *in)
{
    struct inline_policy p = inline_policy_of(in->kind, in->name, in->policy);
    struct asked asked = {.code = NULL};
    bool save = strcmp(in->choice, "save") == 0, drop = strcmp(in->choice, "delete") == 0;
    if (save)
        put(c, &p, in->document, &asked);
    else if (drop)
        ask(c, "iam", p.words->delete, members_of(&p), &asked);
    if (save && !asked.code)
        return page_go(c, "%s", self_of(c, &p));
    if (drop && !asked.code)
        return page_go(c, "%s", console_path(c, p.words->kind, p.holder, NULL));
    json_t *data = inline_data(c, &p);
    if (drop) {
        editor_refuse(data, "holder", &asked);
        return editor_show(c, &page_inline_policy, data, &asked);
    }
    editor_add_sent(c, data, in->document, POLICY_IDENTITY, self_of(c, &p), save ? &asked : NULL);
    return editor_show(c, &page_inline_policy, data, &asked);
}

static json_t *trust_data(struct call *c, const char *role)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "title",
                     arena_printf(c->arena, "Trust policy of %s", role), "here", "people", "back",
                     console_path(c, "roles", role, NULL), "back_title", role, "about",
                     "Who may assume the role.");
}

int console_get_trust_policy(struct call *c, const struct console_get_trust_policy_in *in)
{
    json_t *data = trust_data(c, in->name);
    struct asked asked;
    ask(c, "iam", "GetRole", json_pack("{s:s}", "RoleName", in->name), &asked);
    const char *text =
        editor_document(c, json_object_get(asked.body, "Role"), "AssumeRolePolicyDocument");
    if (text)
        editor_add(c, data, text, POLICY_TRUST, console_path(c, "roles", in->name, "trust", NULL),
                   in->at);
    else
        editor_refuse(data, "holder", &asked);
    return editor_show(c, &page_inline_policy, data, &asked);
}

int console_post_trust_policy(struct call *c, const struct console_post_trust_policy_in *in)
{
    const char *self = console_path(c, "roles", in->name, "trust", NULL);
    const char *document = document_of_form(c->arena, in->document ? in->document : "");
    struct asked asked;
    bool save = strcmp(in->choice, "save") == 0;
    if (save) {
        ask(c, "iam", "UpdateAssumeRolePolicy",
            json_pack("{s:s, s:s}", "RoleName", in->name, "PolicyDocument", document), &asked);
    }
    if (save && !asked.code)
        return page_go(c, "%s", self);
    json_t *data = trust_data(c, in->name);
    editor_add_sent(c, data, in->document, POLICY_TRUST, self, save ? &asked : NULL);
    return editor_show(c, &page_inline_policy, data, save ? &asked : NULL);
}
