/* SPDX-License-Identifier: Apache-2.0 */
#include "console_api.h"
#include "pages.h"
#include "server/console/parts.h"
#include "server/console/people.h"
#include "server/console/permissions.h"

static const struct people_change changes[] = {
    {"add-to-group", "AddUserToGroup", {"GroupName"}},
    {"remove-from-group", "RemoveUserFromGroup", {"GroupName"}},
    {"attach-policy", "AttachUserPolicy", {"PolicyArn"}},
    {"detach-policy", "DetachUserPolicy", {"PolicyArn"}},
    {"put-boundary", "PutUserPermissionsBoundary", {"PermissionsBoundary"}},
    {"delete-boundary", "DeleteUserPermissionsBoundary", {NULL}},
    {"create-key", "CreateAccessKey", {NULL}},
    {"update-key", "UpdateAccessKey", {"AccessKeyId", "Status"}},
    {"delete-key", "DeleteAccessKey", {"AccessKeyId"}},
    {"create-password", "CreateLoginProfile", {"Password", "PasswordResetRequired"}},
    {"update-password", "UpdateLoginProfile", {"Password", "PasswordResetRequired"}},
    {"delete-password", "DeleteLoginProfile", {NULL}},
    {"deactivate-mfa", "DeactivateMFADevice", {"SerialNumber"}},
    {"tag", "TagUser", {"Tags"}},
    {"untag", "UntagUser", {"TagKeys"}},
    {"delete", "DeleteUser", {NULL}},
};

int console_get_users(struct call *c, const struct console_get_users_in *in)
{
    const struct people_search search = {in->prefix, in->path, in->marker};
    return people_list(c, &people_users, &search, NULL);
}

int console_post_users(struct call *c, const struct console_post_users_in *in)
{
    const struct people_search all = {NULL, NULL, NULL};
    json_t *user = json_object();
    people_set(user, "Path", in->path);
    struct asked asked = people_ask(c, "CreateUser", "UserName", in->user_name, user);
    return asked.body ? people_go(c, &people_users, in->user_name)
                      : people_list(c, &people_users, &all, &asked);
}

/* When and where a key was used last. */
static void add_use(struct call *c, json_t *key)
{
    const char *id = json_string_value(json_object_get(key, "AccessKeyId"));
    people_add(c, key, "use", "GetAccessKeyLastUsed", "AccessKeyId", id);
}

static void add_keys(struct call *c, json_t *data, const char *name)
{
    size_t i;
    json_t *key;
    if (!people_add(c, data, "keys", "ListAccessKeys", "UserName", name))
        return;
    json_t *keys = json_object_get(json_object_get(data, "keys"), "AccessKeyMetadata");
    json_array_foreach(keys, i, key)
    {
        add_use(c, key);
    }
}

/* A user without a password is no refusal. */
static void add_password(struct call *c, json_t *data, const char *name)
{
    struct asked asked = people_ask(c, "GetLoginProfile", "UserName", name, NULL);
    if (asked.body || strcmp(asked.code, "NoSuchEntity") != 0)
        json_object_set_new(data, "password", asked_json(&asked));
    else
        json_object_set_new(data, "password", json_pack("{s:b}", "none", 1));
}

/* The policies of each group. Whether all were told. */
static bool add_groups(struct call *c, json_t *data, const char *name)
{
    size_t i;
    json_t *group;
    bool told = people_add(c, data, "groups", "ListGroupsForUser", "UserName", name);
    json_t *groups = json_object_get(json_object_get(data, "groups"), "Groups");
    json_array_foreach(groups, i, group)
    {
        const char *its = json_string_value(json_object_get(group, "GroupName"));
        told &= parts_policies(c, group, "Group", its);
    }
    return told;
}

/* Everything about the user; FAILED as for people_list. */
static int show(struct call *c, const char *name, const struct permissions_choice *choice,
                const struct asked *failed)
{
    json_t *data = parts_begin(c, &people_users, name);
    bool told = people_add(c, data, "user", "GetUser", "UserName", name);
    const json_t *user = json_object_get(json_object_get(data, "user"), "User");
    told &= parts_policies(c, data, "User", name);
    told &= add_groups(c, data, name);
    add_keys(c, data, name);
    add_password(c, data, name);
    people_add(c, data, "mfa", "ListMFADevices", "UserName", name);
    TRY(parts_permissions(c, data, told, user, choice));
    return parts_show(c, &page_user, data, failed);
}

int console_get_user(struct call *c, const struct console_get_user_in *in)
{
    const struct permissions_choice choice = {in->service, in->services, in->from};
    return show(c, people_name(c, in->name), &choice, NULL);
}

static json_t *form_of(const struct console_post_user_in *in)
{
    json_t *form = parts_tags(in->key, in->value);
    people_set(form, "GroupName", in->group_name);
    people_set(form, "PolicyArn", in->policy_arn);
    people_set(form, "PermissionsBoundary", in->permissions_boundary);
    people_set(form, "AccessKeyId", in->access_key_id);
    people_set(form, "Status", in->status);
    people_set(form, "Password", in->password);
    people_set(form, "SerialNumber", in->serial_number);
    json_object_set_new(form, "PasswordResetRequired", json_boolean(in->password_reset_required));
    return form;
}

int console_post_user(struct call *c, const struct console_post_user_in *in)
{
    const struct permissions_choice all = {NULL, NULL, NULL};
    const char *name = people_name(c, in->name);
    struct asked asked;
    const struct people_form sent = {changes, ARRAY_LEN(changes), in->change, "UserName", name};
    TRY(people_do(c, &sent, form_of(in), &asked));
    if (!asked.body)
        return show(c, name, &all, &asked);
    if (strcmp(in->change, "create-key") == 0)
        return page_show(c, &page_access_key,
                         json_pack("{s:s, s:s, s:O}", "title", "Access key", "here", "people",
                                   "key", json_object_get(asked.body, "AccessKey")));
    return people_go(c, &people_users, strcmp(in->change, "delete") == 0 ? NULL : name);
}
