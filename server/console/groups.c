/* SPDX-License-Identifier: Apache-2.0 */
#include "console_api.h"
#include "pages.h"
#include "server/console/editor.h"
#include "server/console/parts.h"

static const struct people_change changes[] = {
    {"add-user", "AddUserToGroup", {"UserName"}},
    {"remove-user", "RemoveUserFromGroup", {"UserName"}},
    {"attach-policy", "AttachGroupPolicy", {"PolicyArn"}},
    {"detach-policy", "DetachGroupPolicy", {"PolicyArn"}},
    {"delete", "DeleteGroup", {NULL}},
};

int console_get_groups(struct call *c, const struct console_get_groups_in *in)
{
    const struct people_search search = {in->prefix, in->path, in->marker};
    return people_list(c, &people_groups, &search, NULL);
}

int console_post_groups(struct call *c, const struct console_post_groups_in *in)
{
    const struct people_search all = {NULL, NULL, NULL};
    json_t *group = json_object();
    people_set(group, "Path", in->path);
    struct asked asked = people_ask(c, "CreateGroup", "GroupName", in->group_name, group);
    return asked.body ? people_go(c, &people_groups, in->group_name)
                      : people_list(c, &people_groups, &all, &asked);
}

/* The group with a page of its members. Whether it was told. */
static bool add_group(struct call *c, json_t *data, const char *name, const char *marker)
{
    json_t *in = json_pack("{s:i}", "MaxItems", PEOPLE_ROWS);
    people_set(in, "Marker", marker);
    struct asked asked = people_ask(c, "GetGroup", "GroupName", name, in);
    const char *next = json_string_value(json_object_get(asked.body, "Marker"));
    struct buf path = buf_new(c->arena, 128);
    buf_printf(&path, "%s?marker=", console_path(c, "groups", name, NULL));
    buf_pct_encode(&path, str_of(next ? next : ""), "");
    people_set(data, "next", next ? buf_text(&path) : NULL);
    json_object_set_new(data, "group", asked_json(&asked));
    return asked.body != NULL;
}

static int show(struct call *c, const char *name, const char *marker,
                const struct permissions_choice *choice, const struct asked *failed)
{
    json_t *data = parts_begin(c, &people_groups, name);
    bool told = add_group(c, data, name, marker);
    const json_t *group = json_object_get(json_object_get(data, "group"), "Group");
    told &= parts_policies(c, data, "Group", name);
    TRY(parts_permissions(c, data, told, group, choice));
    return parts_show(c, &page_group, data, failed);
}

int console_get_group(struct call *c, const struct console_get_group_in *in)
{
    const struct permissions_choice choice = {in->service, in->services, in->from};
    return show(c, people_name(c, in->name), in->marker, &choice, NULL);
}

int console_post_group(struct call *c, const struct console_post_group_in *in)
{
    const struct permissions_choice all = {NULL, NULL, NULL};
    const char *name = people_name(c, in->name);
    struct asked asked;
    json_t *form = json_object();
    people_set(form, "UserName", in->user_name);
    people_set(form, "PolicyArn", in->policy_arn);
    const struct people_form sent = {changes, ARRAY_LEN(changes), in->change, "GroupName", name};
    TRY(people_do(c, &sent, form, &asked));
    if (!asked.body)
        return show(c, name, NULL, &all, &asked);
    return people_go(c, &people_groups, strcmp(in->change, "delete") == 0 ? NULL : name);
}
