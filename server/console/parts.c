/* SPDX-License-Identifier: Apache-2.0 */
#include "server/console/parts.h"

#include "server/console/editor.h"

json_t *parts_begin(struct call *c, const struct people_kind *kind, const char *name)
{
    json_t *data = json_pack("{s:s, s:s, s:s}", "here", "people", "folder", kind->folder,
                             "self_path", console_path(c, kind->folder, name, NULL));
    bool group = kind == &people_groups;
    people_set(data, "permissions_title",
               group ? "What it gives its members"
                     : arena_printf(c->arena, "What %s may do", name));
    people_set(data, "title", name);
    people_set(data, "name", name);
    return data;
}

bool parts_policies(struct call *c, json_t *data, const char *kind, const char *name)
{
    struct arena *a = c->arena;
    const char *member = arena_printf(a, "%sName", kind);
    bool attached = people_add(c, data, "attached", arena_printf(a, "ListAttached%sPolicies", kind),
                               member, name);
    return people_add(c, data, "inline", arena_printf(a, "List%sPolicies", kind), member, name) &&
           attached;
}

/* Of DATA itself and of the groups in it. */
static json_t *find_refusal(const json_t *data)
{
    static const char *const members[] = {"user", "role", "group", "groups", "attached", "inline"};
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        json_t *part = json_object_get(data, members[i]), *group, *found;
        size_t k;
        if (json_object_get(part, "refused"))
            return part;
        json_array_foreach(json_object_get(part, "Groups"), k, group)
        {
            found = find_refusal(group);
            if (found)
                return found;
        }
    }
    return NULL;
}

int parts_permissions(struct call *c, json_t *data, bool told, const json_t *entity,
                      const struct permissions_choice *choice)
{
    const char *arn = json_string_value(json_object_get(entity, "Arn"));
    json_t *permissions;
    if (!told || !arn) {
        json_object_set(data, "permissions", find_refusal(data));
        return OK;
    }
    TRY(permissions_of_other(c, arn, choice, &permissions));
    json_object_set_new(data, "permissions", permissions);
    return OK;
}

json_t *parts_tags(const char *key, const char *value)
{
    json_t *form = json_object(), *text = key ? json_string(key) : NULL;
    if (!text)
        return form;
    json_object_set_new(form, "TagKeys", json_pack("[O]", text));
    json_object_set_new(form, "Tags",
                        json_pack("[{s:o, s:s}]", "Key", text, "Value", value ? value : ""));
    return form;
}

static bool is_missing(const json_t *data)
{
    static const char *const members[] = {"user", "role", "group"};
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        const json_t *refused = json_object_get(json_object_get(data, members[i]), "refused");
        const char *code = json_string_value(json_object_get(refused, "code"));
        if (code && strcmp(code, "NoSuchEntity") == 0)
            return true;
    }
    return false;
}

int parts_show(struct call *c, const struct page *page, json_t *data, const struct asked *failed)
{
    int status = is_missing(data) ? 404 : 200;
    if (failed) {
        json_object_set_new(data, "failed", asked_json(failed));
        status = failed->status;
    }
    return page_show_status(c, status, page, data);
}
