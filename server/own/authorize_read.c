/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked, from JSON. */
#include "model/arn.h"
#include "policy/json.h"
#include "server/own/authorize_priv.h"

enum { KEYS_MAX = 1024 }; /* they are compared one by one */

#define MEMBERS_OF_ASK "principal, action, resource and context"

struct reading {
    struct call *call;
    const struct node *object;
};

static int wrong(struct reading *r, const char *name, const char *expected)
{
    return call_fail(r->call, ERR_VALIDATION_ERROR, "%s: expected %s.", name, expected);
}

/* NULL stays what it is: the member is not there. */
static int read_text(struct reading *r, const char *name, const char *expected, struct str *ret)
{
    const struct node *node = node_get(r->object, name);
    *ret = (struct str){NULL, 0};
    if (!node)
        return OK;
    if (node->kind != NODE_STRING || node->text.n == 0)
        return wrong(r, name, expected);
    *ret = node->text;
    return OK;
}

static int check_names(struct reading *r, const char *const *names, const char *expected)
{
    for (const struct node *e = r->object->first; e; e = e->next) {
        const char *const *name = names;
        while (*name && !str_is(e->key, *name))
            name++;
        if (!*name)
            return call_fail(r->call, ERR_VALIDATION_ERROR, "There is no member %.*s: expected %s.",
                             STR_FMT(e->key), expected);
    }
    return OK;
}

static bool is_scalar(const struct node *node)
{
    return node->kind == NODE_STRING || node->kind == NODE_NUMBER || node->kind == NODE_BOOL;
}

static int read_values(struct reading *r, const struct node *member, struct authz_key_value *ret)
{
    struct arena *a = r->call->arena;
    ret->name = str_dup(a, member->key);
    if (is_scalar(member)) {
        ret->value = member->text;
        return OK;
    }
    struct str *list = NEW_ARRAY(a, struct str, member->n + 1);
    for (const struct node *e = member->first; member->kind == NODE_ARRAY && e; e = e->next) {
        if (!is_scalar(e))
            break;
        list[ret->n++] = e->text;
    }
    ret->list = list;
    return member->kind == NODE_ARRAY && ret->n == member->n
               ? OK
               : call_fail(r->call, ERR_VALIDATION_ERROR,
                           "context: expected %s to be a text, a number, true or false, or a list "
                           "of those.",
                           ret->name);
}

/* Two spellings of one key would be two answers to one question. */
static int check_repeats(struct reading *r, const struct authz_key_value *keys, size_t n)
{
    struct named *names = NEW_ARRAY(r->call->arena, struct named, n);
    for (size_t i = 0; i < n; i++) {
        struct str name = str_of(keys[i].name);
        names[i] = (struct named){{str_fold(r->call->arena, name), name.n}, i};
    }
    size_t again = named_repeats(names, n);
    return again == SIZE_MAX ? OK
                             : call_fail(r->call, ERR_VALIDATION_ERROR,
                                         "context: %s is there twice.", keys[again].name);
}

static int read_context(struct reading *r, struct guard_ask *ret)
{
    const struct node *context = node_get(r->object, "context");
    size_t n = 0;
    if (!context)
        return OK;
    if (context->kind != NODE_OBJECT || context->n > KEYS_MAX)
        return wrong(r, "context", "an object of at most 1024 condition keys");
    struct authz_key_value *keys = NEW_ARRAY(r->call->arena, struct authz_key_value, context->n);
    for (const struct node *e = context->first; e; e = e->next)
        TRY(read_values(r, e, &keys[n++]));
    ret->given = keys;
    ret->n_given = n;
    return check_repeats(r, keys, n);
}

static bool is_action(struct str action)
{
    struct str name = action, service = str_cut(&name, ':');
    return service.n && name.n && !entry_has_wildcard(action);
}

static int read_ask(struct reading *r, struct guard_ask *ret)
{
    static const char *const names[] = {"principal", "action", "resource", "context", NULL};
    struct str principal;
    struct arn arn;
    TRY(check_names(r, names, MEMBERS_OF_ASK));
    TRY(read_text(r, "principal", "the ARN of one", &principal));
    TRY(read_text(r, "action", "a text", &ret->action));
    TRY(read_text(r, "resource", "an ARN or \"*\"", &ret->resource));
    if (!is_action(ret->action))
        return wrong(r, "action", "the name of one action, such as s3:GetObject");
    if (!ret->resource.p)
        ret->resource = STR("*");
    if (!str_is(ret->resource, "*") && !arn_parse(ret->resource, &arn))
        return wrong(r, "resource", "an ARN or \"*\"");
    ret->principal = str_dup(r->call->arena, principal);
    return read_context(r, ret);
}

int authorize_read(struct call *c, struct authorize_input *ret)
{
    struct reading r = {.call = c};
    size_t bad;
    *ret = (struct authorize_input){.question = {.learn = true}};
    if (!node_read(c->arena, c->rq->body, &r.object, &bad))
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "The body is no JSON, or has a name twice, at byte %zu.", bad);
    if (r.object->kind != NODE_OBJECT || !node_get(r.object, "principal"))
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "Expected a JSON object with " MEMBERS_OF_ASK ".");
    return read_ask(&r, &ret->ask);
}
