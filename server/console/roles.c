/* SPDX-License-Identifier: Apache-2.0 */
#include "console_api.h"
#include "pages.h"
#include "server/console/editor.h"
#include "server/console/parts.h"
#include "server/console/trust.h"

static const struct people_change changes[] = {
    {"attach-policy", "AttachRolePolicy", {"PolicyArn"}},
    {"detach-policy", "DetachRolePolicy", {"PolicyArn"}},
    {"put-boundary", "PutRolePermissionsBoundary", {"PermissionsBoundary"}},
    {"delete-boundary", "DeleteRolePermissionsBoundary", {NULL}},
    {"update", "UpdateRole", {"Description", "MaxSessionDuration"}},
    {"tag", "TagRole", {"Tags"}},
    {"untag", "UntagRole", {"TagKeys"}},
    {"delete", "DeleteRole", {NULL}},
};

int console_get_roles(struct call *c, const struct console_get_roles_in *in)
{
    const struct people_search search = {in->prefix, in->path, in->marker};
    return people_list(c, &people_roles, &search, NULL);
}

/* Users and roles of the account itself. */
static const char *trust_of_account(struct call *c)
{
    return arena_printf(c->arena,
                        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
                        "\"Principal\":{\"AWS\":\"arn:aws:iam::%s:root\"},"
                        "\"Action\":\"sts:AssumeRole\"}]}",
                        c->account);
}

int console_post_roles(struct call *c, const struct console_post_roles_in *in)
{
    const struct people_search all = {NULL, NULL, NULL};
    const char *trust = in->assume_role_policy_document;
    json_t *role = json_object();
    people_set(role, "Path", in->path);
    people_set(role, "Description", in->description);
    people_set(role, "AssumeRolePolicyDocument", trust ? trust : trust_of_account(c));
    struct asked asked = people_ask(c, "CreateRole", "RoleName", in->role_name, role);
    return asked.body ? people_go(c, &people_roles, in->role_name)
                      : people_list(c, &people_roles, &all, &asked);
}

/* A role may be in all instance profiles of the account. */
static void add_profiles(struct call *c, json_t *data, const char *name)
{
    json_t *in = json_pack("{s:i}", "MaxItems", PEOPLE_ROWS);
    struct asked asked = people_ask(c, "ListInstanceProfilesForRole", "RoleName", name, in);
    json_object_set_new(data, "profiles", asked_json(&asked));
}

static int show(struct call *c, const char *name, const struct permissions_choice *choice,
                const struct asked *failed)
{
    json_t *data = parts_begin(c, &people_roles, name);
    bool told = people_add(c, data, "role", "GetRole", "RoleName", name);
    const json_t *role = json_object_get(json_object_get(data, "role"), "Role");
    const char *document = role ? editor_document(c, role, "AssumeRolePolicyDocument") : NULL;
    json_object_set_new(data, "trust", trust_json(c->arena, document));
    people_set(data, "document", document);
    told &= parts_policies(c, data, "Role", name);
    add_profiles(c, data, name);
    TRY(parts_permissions(c, data, told, role, choice));
    return parts_show(c, &page_role, data, failed);
}

int console_get_role(struct call *c, const struct console_get_role_in *in)
{
    const struct permissions_choice choice = {in->service, in->services, in->from};
    return show(c, people_name(c, in->name), &choice, NULL);
}

static json_t *form_of(const struct console_post_role_in *in)
{
    json_t *form = parts_tags(in->key, in->value);
    people_set(form, "PolicyArn", in->policy_arn);
    people_set(form, "PermissionsBoundary", in->permissions_boundary);
    people_set(form, "Description", in->description);
    if (in->has_max_session_duration)
        json_object_set_new(form, "MaxSessionDuration", json_integer(in->max_session_duration));
    return form;
}

int console_post_role(struct call *c, const struct console_post_role_in *in)
{
    const struct permissions_choice all = {NULL, NULL, NULL};
    const char *name = people_name(c, in->name);
    struct asked asked;
    const struct people_form sent = {changes, ARRAY_LEN(changes), in->change, "RoleName", name};
    TRY(people_do(c, &sent, form_of(in), &asked));
    if (!asked.body)
        return show(c, name, &all, &asked);
    return people_go(c, &people_roles, strcmp(in->change, "delete") == 0 ? NULL : name);
}
