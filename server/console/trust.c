/* SPDX-License-Identifier: Apache-2.0 */
#include "server/console/trust.h"

#include "base/str.h"
#include "model/ids.h"

/* One statement. */
struct trust {
    struct arena *arena;
    json_t *list;
    const char *actions;
    bool conditions, denies;
};

/* Entry I of an element that is one text or a list of them; NULL: there is none. */
static const char *entry_at(const json_t *element, size_t i)
{
    if (json_is_array(element))
        return json_string_value(json_array_get(element, i));
    return i == 0 ? json_string_value(element) : NULL;
}

static const char *join(struct arena *a, const json_t *element)
{
    struct buf b = buf_new(a, 64);
    const char *entry;
    for (size_t i = 0; (entry = entry_at(element, i)); i++)
        buf_printf(&b, "%s%s", i ? ", " : "", entry);
    return buf_text(&b);
}

static bool ends(const char *text, const char *end)
{
    size_t n = strlen(text), k = strlen(end);
    return n >= k && strcmp(text + n - k, end) == 0;
}

static const char *meaning(const char *type, const char *who)
{
    if (strcmp(who, "*") == 0)
        return "everybody";
    if (strcmp(type, "Service") == 0)
        return "a service of AWS";
    if (strcmp(type, "Federated") == 0)
        return "whoever an identity provider vouches for";
    if (account_id_ok(str_of(who)) || ends(who, ":root"))
        return "users and roles of that account whose own policies allow it, and no others";
    if (!str_starts(str_of(who), STR("arn:")))
        return "a user or role that was deleted";
    return "a user, a role or a session, by itself";
}

static void add(const struct trust *t, const char *type, const char *who)
{
    json_array_append_new(t->list, json_pack("{s:s, s:s, s:s, s:b, s:b}", "who", who, "what",
                                             meaning(type, who), "actions", t->actions,
                                             "conditions", t->conditions, "denies", t->denies));
}

static void add_principals(const struct trust *t, json_t *principal)
{
    const char *type, *who;
    json_t *element;
    if (json_is_string(principal))
        add(t, "AWS", json_string_value(principal));
    json_object_foreach(principal, type, element)
    {
        for (size_t i = 0; (who = entry_at(element, i)); i++)
            add(t, type, who);
    }
}

static void add_statement(struct arena *a, json_t *list, const json_t *statement)
{
    const char *effect = json_string_value(json_object_get(statement, "Effect"));
    const json_t *action = json_object_get(statement, "Action");
    const struct trust trust = {
        .arena = a,
        .list = list,
        .actions = action ? join(a, action)
                          : arena_printf(a, "all but %s",
                                         join(a, json_object_get(statement, "NotAction"))),
        .conditions = json_object_size(json_object_get(statement, "Condition")) > 0,
        .denies = effect && strcmp(effect, "Deny") == 0,
    };
    if (json_object_get(statement, "NotPrincipal"))
        add(&trust, "AWS", "all but those of NotPrincipal");
    add_principals(&trust, json_object_get(statement, "Principal"));
}

json_t *trust_json(struct arena *a, const char *document)
{
    json_t *list = json_array(), *root = document ? json_loads(document, 0, NULL) : NULL;
    const json_t *statements = json_object_get(root, "Statement");
    if (json_is_object(statements))
        add_statement(a, list, statements);
    for (size_t i = 0; i < json_array_size(statements); i++)
        add_statement(a, list, json_array_get(statements, i));
    json_decref(root);
    return list;
}
