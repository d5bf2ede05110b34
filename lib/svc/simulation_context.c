/* SPDX-License-Identifier: Apache-2.0 */
/* The condition keys of a simulation: those given, and the few that the caller itself tells. */
#include "svc/simulation_priv.h"

static bool find(const struct policy_context *base, const struct policy_key *key,
                 struct policy_values *ret)
{
    const struct simulation_context *context = (const void *)base;
    const struct policy_values *values = map_get(&context->keys, key->folded);
    if (!values)
        return false;
    *ret = *values;
    return true;
}

/* What values of a type have to be; NULL format: anything. */
static const struct value_type {
    const char *name; /* with "List" behind it: several of them */
    const char *format;
    enum condition_key_type type;
} value_types[] = {
    {"string", NULL, CONDITION_KEY_STRING},
    {"boolean", NULL, CONDITION_KEY_BOOL},
    {"numeric", "numeric format", CONDITION_KEY_NUMERIC},
    {"date", "DateTime format", CONDITION_KEY_DATE},
    {"ip", "IP address", CONDITION_KEY_IP},
    {"binary", "base-64 encoded binary format", CONDITION_KEY_STRING},
};

/* NAME has been checked by the model. */
static const struct value_type *find_type(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(value_types); i++) {
        if (str_starts(str_of(name), str_of(value_types[i].name)))
            return &value_types[i];
    }
    return NULL;
}

static bool is_list(const char *type)
{
    size_t n = strlen(type);
    return n > 4 && strcmp(type + n - 4, "List") == 0;
}

static bool value_fits(struct arena *a, const struct value_type *type, struct str value)
{
    if (strcmp(type->name, "binary") != 0)
        return !type->format || policy_value_is(type->type, value);
    struct buf bytes = buf_new(a, value.n);
    return buf_base64_decode(&bytes, value);
}

/* AWS undocumented: the words of these refusals. */
static int check_entry(struct call *c, const struct iam_context_entry *entry)
{
    const char *name = entry->context_key_name, *type = entry->context_key_type;
    size_t n = entry->context_key_values.n;
    if (!name)
        return call_fail(c, ERR_INVALID_INPUT, "ContextKeyName cannot be null or empty.");
    if (!type)
        return call_fail(c, ERR_INVALID_INPUT, "Context key %s has invalid type null.", name);
    if (n == 0)
        return call_fail(c, ERR_INVALID_INPUT,
                         "Context values for context key %s cannot be null or empty.", name);
    if (n > 1 && !is_list(type))
        return call_fail(c, ERR_INVALID_INPUT,
                         "Context key %s expected a single value, but received %zu.", name, n);
    const struct value_type *wanted = find_type(type);
    for (size_t i = 0; i < n; i++) {
        if (!value_fits(c->arena, wanted, str_of(entry->context_key_values.v[i])))
            return call_fail(c, ERR_INVALID_INPUT, "Invalid context value for key %s: expected %s.",
                             name, wanted->format);
    }
    return OK;
}

static int add_entry(struct simulation *s, const struct iam_context_entry *entry)
{
    struct call *c = s->call;
    TRY(check_entry(c, entry));
    struct policy_values *values = NEW(c->arena, struct policy_values);
    size_t n = entry->context_key_values.n;
    struct str *v = NEW_ARRAY(c->arena, struct str, n);
    for (size_t i = 0; i < n; i++)
        v[i] = str_of(entry->context_key_values.v[i]);
    *values = (struct policy_values){v, n, is_list(entry->context_key_type)};
    if (map_put(&s->context.keys, str_of(call_fold(c, entry->context_key_name)), values))
        return call_fail(c, ERR_INVALID_INPUT, "Duplicate context key: %s.",
                         entry->context_key_name);
    return OK;
}

/* What an entry says of the key goes first. */
static void add_default(struct simulation *s, const char *folded, const char *value)
{
    if (!value || map_get(&s->context.keys, str_of(folded)))
        return;
    struct arena *a = s->call->arena;
    struct str *v = NEW(a, struct str);
    *v = str_of(value);
    struct policy_values *values = NEW(a, struct policy_values);
    *values = (struct policy_values){.v = v, .n = 1};
    map_put(&s->context.keys, str_of(folded), values);
}

/*
 * AWS undocumented: the keys that a simulation has by itself, and that aws:userid is the ARN of a
 * caller who is not the source of the policies, or these words without any caller.
 */
int simulation_read_context(struct simulation *s)
{
    const struct authz_principal *caller = &s->caller;
    const char *id = caller->id ? caller->id : caller->arn;
    s->context.base.find = find;
    for (size_t i = 0; i < s->in->context->n; i++)
        TRY(add_entry(s, &s->in->context->v[i]));
    add_default(s, "aws:principalarn", caller->arn);
    add_default(s, "aws:principalaccount", caller->account);
    add_default(s, "aws:username", caller->name);
    add_default(s, "aws:userid", id ? id : "STUB_PRINCIPAL_FOR_POLICY_SIMULATOR");
    return OK;
}
