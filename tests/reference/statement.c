/* SPDX-License-Identifier: Apache-2.0 */
/* Action, Resource and Condition of one statement: "IAM JSON policy elements reference". */
#include <string.h>

#include "evaluator.h"

json_t *ref_list(json_t *value)
{
    return json_is_array(value) ? json_incref(value) : json_pack("[O]", value);
}

static bool is_stars(const char *s)
{
    return *s && s[strspn(s, "*")] == '\0';
}

static bool action_matches(const struct ref_scope *scope, const char *entry)
{
    struct text pattern, action;
    /* Stars for both sides of the colon need no colon. */
    return is_stars(entry) || span_matches(text_pattern(&pattern, entry),
                                           text_plain(&action, scope->request->action), true);
}

/*
 * The entry as one pattern. Wildcards in front of the last field stand for no colon, except a star
 * that is the last of its field; variables are in the last field only.
 */
static bool read_entry(const struct ref_scope *scope, const char *entry, struct text *ret)
{
    size_t fields = 1;
    ret->n = 0;
    entry = strchr(entry, ':'); /* the first field is "arn", whatever is written */
    for (; *entry && fields < ARN_FIELDS; entry++) {
        bool last = entry[1] == ':' || entry[1] == '\0';
        text_append(ret, entry, 1, true);
        struct glyph *glyph = &ret->at[ret->n - 1];
        glyph->bound = glyph->wild && !(*entry == '*' && last);
        fields += *entry == ':';
    }
    struct text name;
    if (!scope->variables)
        text_pattern(&name, entry);
    else if (!ref_expand(scope->request, entry, &name))
        return false;
    for (size_t i = 0; i < name.n; i++)
        ret->at[ret->n++] = name.at[i];
    return true;
}

static bool resource_matches(const struct ref_scope *scope, const char *entry)
{
    struct text pattern, resource;
    struct span fields[ARN_FIELDS];
    if (!strcmp(entry, "*"))
        return true;
    struct span value = text_plain(&resource, scope->request->resource);
    if (span_arn(value, fields) != ARN_FIELDS || !read_entry(scope, entry, &pattern))
        return false;
    const struct glyph *name = fields[ARN_FIELDS - 1].at;
    value = (struct span){fields[1].at - 1, value.n - fields[0].n};
    /* What is left out is where a star is at the end of a field, or else behind the last one. */
    size_t written = span_arn(text_all(&pattern), fields), folded = (size_t)(name - value.at);
    if (span_matches_from(text_all(&pattern), value, folded))
        return true;
    for (; written < ARN_FIELDS && scope->short_names; written++)
        text_append(&pattern, ":*", 2, true);
    return span_matches_from(text_all(&pattern), value, folded);
}

static bool some_entry(const struct ref_scope *scope, json_t *value,
                       bool (*matches)(const struct ref_scope *, const char *))
{
    json_t *list = ref_list(value), *entry;
    size_t i;
    bool some = false;
    json_array_foreach(list, i, entry) some = some || matches(scope, json_string_value(entry));
    json_decref(list);
    return some;
}

/* NAME has an entry that matches, or NOT_NAME has none; a statement with neither is about all. */
static bool element_matches(const struct ref_scope *scope, json_t *statement, const char *name,
                            const char *not_name,
                            bool (*matches)(const struct ref_scope *, const char *))
{
    json_t *value = json_object_get(statement, name);
    json_t *excluded = json_object_get(statement, not_name);
    if (value)
        return some_entry(scope, value, matches);
    return !excluded || !some_entry(scope, excluded, matches);
}

bool ref_statement_matches(const struct ref_scope *scope, json_t *statement)
{
    return element_matches(scope, statement, "Action", "NotAction", action_matches) &&
           element_matches(scope, statement, "Resource", "NotResource", resource_matches) &&
           ref_condition_holds(scope, json_object_get(statement, "Condition"));
}
