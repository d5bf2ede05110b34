/* SPDX-License-Identifier: Apache-2.0 */
/* The policy simulator as a page: what SimulatePrincipalPolicy and SimulateCustomPolicy say. */
#include "server/console/simulator.h"

#include "console_api.h"
#include "model/condition_key.h"
#include "pages.h"
#include "server/console/document.h"
#include "server/console/editor.h"
#include "server/page/show.h"

enum { EMPTY_ROWS = 3 };

/* The words of a text, which blanks and line ends part. */
static json_t *words_of(const char *text)
{
    json_t *words = json_array();
    while (text && *text) {
        size_t n = strcspn(text, " \t\r\n");
        if (n)
            json_array_append_new(words, json_stringn(text, n));
        text += n + strspn(text + n, " \t\r\n");
    }
    return words;
}

/* "user/alice": whose ARN is asked for, since his path stands in it. NULL: it is no such name. */
static const char *arn_by_name(struct call *c, const char *named, struct asked *asked)
{
    static const struct {
        const char *prefix, *op, *member, *entity;
    } kinds[] = {
        {"user/", "GetUser", "UserName", "User"},
        {"group/", "GetGroup", "GroupName", "Group"},
        {"role/", "GetRole", "RoleName", "Role"},
    };
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        size_t n = strlen(kinds[i].prefix);
        if (strncmp(named, kinds[i].prefix, n) != 0)
            continue;
        ask(c, "iam", kinds[i].op, json_pack("{s:s}", kinds[i].member, named + n), asked);
        const json_t *entity = json_object_get(asked->body, kinds[i].entity);
        return json_string_value(json_object_get(entity, "Arn"));
    }
    return named;
}

static void set_list(json_t *members, const char *name, const char *document, struct arena *a)
{
    if (document)
        json_object_set_new(members, name, json_pack("[s]", document_of_form(a, document)));
}

static void set_text(json_t *members, const char *name, const char *text)
{
    if (text)
        json_object_set_new(members, name, json_string(text));
}

/* Of a list, the values are parted by commas. */
static json_t *values_of(const char *type, const char *value)
{
    size_t n = strlen(type);
    json_t *values = json_array();
    struct str rest = str_of(value);
    if (n < 4 || strcmp(type + n - 4, "List") != 0) {
        json_array_append_new(values, json_string(value));
        return values;
    }
    while (rest.p) {
        struct str one = str_trim(str_cut(&rest, ','));
        json_array_append_new(values, json_stringn(one.p, one.n));
    }
    return values;
}

static json_t *entries_of(const struct console_simulated_key_list *context)
{
    json_t *entries = json_array();
    for (size_t i = 0; i < context->n; i++) {
        const struct console_simulated_key *row = &context->v[i];
        const char *type = row->type ? row->type : "string";
        if (row->key && row->value)
            json_array_append_new(entries, json_pack("{s:s, s:s, s:o}", "ContextKeyName", row->key,
                                                     "ContextKeyType", type, "ContextKeyValues",
                                                     values_of(type, row->value)));
    }
    return entries;
}

/* An empty list is none: forms of the API cannot have one. */
static void set_words(json_t *members, const char *name, json_t *words)
{
    if (json_array_size(words))
        json_object_set(members, name, words);
    json_decref(words);
}

static json_t *members_of(struct call *c, const struct console_post_simulator_in *in)
{
    json_t *members = json_object();
    set_words(members, "ActionNames", words_of(in->actions));
    set_words(members, "ResourceArns", words_of(in->resources));
    set_words(members, "ContextEntries", entries_of(&in->context));
    set_list(members, "PolicyInputList", in->policy, c->arena);
    set_list(members, "PermissionsBoundaryPolicyInputList", in->boundary, c->arena);
    if (in->resource_policy)
        set_text(members, "ResourcePolicy", document_of_form(c->arena, in->resource_policy));
    set_text(members, "ResourceOwner", in->resource_owner);
    set_text(members, "CallerArn", in->caller);
    return members;
}

static const char *const types[] = {"string",  "stringList",  "numeric", "numericList",
                                    "boolean", "booleanList", "ip",      "ipList",
                                    "binary",  "binaryList",  "date",    "dateList"};

/* The type that a key of all services has. */
static const char *type_of(struct arena *a, const char *name)
{
    static const char *const names[][2] = {
        [CONDITION_KEY_STRING] = {"string", "stringList"},
        [CONDITION_KEY_ARN] = {"string", "stringList"},
        [CONDITION_KEY_BOOL] = {"boolean", "booleanList"},
        [CONDITION_KEY_DATE] = {"date", "dateList"},
        [CONDITION_KEY_IP] = {"ip", "ipList"},
        [CONDITION_KEY_NUMERIC] = {"numeric", "numericList"},
    };
    const struct condition_key *key = condition_key_find(str_of(str_fold(a, str_of(name))));
    return key ? names[key->type][key->multivalued] : types[0];
}

static void add_row(json_t *rows, const char *key, const char *type, const char *value)
{
    json_t *choices = json_array();
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        json_array_append_new(choices, json_pack("{s:s, s:b}", "type", types[i], "chosen",
                                                 strcmp(type, types[i]) == 0));
    json_array_append_new(rows, json_pack("{s:I, s:s, s:s, s:o}", "number",
                                          (json_int_t)json_array_size(rows) + 1, "key", key,
                                          "value", value, "types", choices));
}

/* Rows of the form: what was sent, what was missing, and some to fill in. */
static json_t *context_rows(struct arena *a, const struct console_post_simulator_in *in,
                            const json_t *missing)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < in->context.n; i++) {
        const struct console_simulated_key *sent = &in->context.v[i];
        if (sent->key && sent->value)
            add_row(rows, sent->key, sent->type ? sent->type : types[0], sent->value);
    }
    for (size_t i = 0; i < json_array_size(missing); i++) {
        const char *key = json_string_value(json_array_get(missing, i));
        add_row(rows, key, type_of(a, key), "");
    }
    for (int i = 0; i < EMPTY_ROWS; i++)
        add_row(rows, "", types[0], "");
    return rows;
}

static void set_field(json_t *data, const char *name, const char *value)
{
    json_object_set_new(data, name, json_string(value ? value : ""));
}

/* The form, as it was filled in. */
static json_t *form_data(struct call *c, const struct console_post_simulator_in *in,
                         const json_t *missing)
{
    json_t *data = json_pack("{s:s, s:s, s:o}", "title", "Simulator", "here", "policies", "context",
                             context_rows(c->arena, in, missing));
    set_field(data, "principal", in->principal);
    set_field(data, "policy", in->policy);
    set_field(data, "actions", in->actions);
    set_field(data, "resources", in->resources);
    set_field(data, "caller", in->caller);
    set_field(data, "boundary", in->boundary);
    set_field(data, "resource_policy", in->resource_policy);
    set_field(data, "resource_owner", in->resource_owner);
    json_object_set_new(data, "more",
                        json_boolean(in->caller || in->boundary || in->resource_policy ||
                                     in->resource_owner || in->policy));
    return data;
}

int console_get_simulator(struct call *c, const struct console_get_simulator_in *in)
{
    const struct console_post_simulator_in form = {
        .principal = in->principal, .actions = in->actions, .resources = in->resources};
    return page_show(c, &page_simulator, form_data(c, &form, NULL));
}

int console_post_simulator(struct call *c, const struct console_post_simulator_in *in)
{
    struct asked asked = {.code = NULL};
    const char *arn = in->principal ? arn_by_name(c, in->principal, &asked) : NULL;
    if (!asked.code) {
        json_t *members = members_of(c, in);
        if (arn)
            json_object_set_new(members, "PolicySourceArn", json_string(arn));
        ask(c, "iam", arn ? "SimulatePrincipalPolicy" : "SimulateCustomPolicy", members, &asked);
    }
    json_t *missing = simulator_missing(asked.body);
    json_t *data = form_data(c, in, missing);
    json_decref(missing);
    if (asked.code) {
        editor_refuse(data, NULL, &asked);
        return editor_show(c, &page_simulator, data, &asked);
    }
    bool all;
    json_object_set_new(data, "rows", simulator_rows(c, asked.body, arn, &all));
    bool truncated = !all || json_is_true(json_object_get(asked.body, "IsTruncated"));
    json_object_set_new(data, "truncated", json_boolean(truncated));
    return page_show(c, &page_simulator, data);
}
