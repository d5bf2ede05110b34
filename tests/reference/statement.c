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

/* The last field of an entry is the one that takes variables. */
static bool name_matches(const struct ref_scope *scope, const char *entry, struct span name)
{
    struct text pattern;
    for (size_t colons = 0; colons < ARN_FIELDS - 1; colons++)
        entry = strchr(entry, ':') + 1;
    if (!scope->variables)
        text_pattern(&pattern, entry);
    else if (!ref_expand(scope->request, entry, &pattern))
        return false;
    return span_matches(text_all(&pattern), name, false);
}

static bool resource_matches(const struct ref_scope *scope, const char *entry)
{
    struct text written, resource;
    struct span want[ARN_FIELDS], have[ARN_FIELDS];
    if (!strcmp(entry, "*"))
        return true;
    size_t fields = span_arn(text_pattern(&written, entry), want);
    if (span_arn(text_plain(&resource, scope->request->resource), have) != ARN_FIELDS)
        return false;
    /* The first field is "arn" in each of them. */
    for (size_t i = 1; i < ARN_FIELDS; i++) {
        if (i >= fields && scope->short_names)
            return true;
        bool matches = i >= fields          ? have[i].n == 0
                       : i < ARN_FIELDS - 1 ? span_matches(want[i], have[i], true)
                                            : name_matches(scope, entry, have[i]);
        if (!matches)
            return false;
    }
    return true;
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
