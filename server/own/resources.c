/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of resources of other services. */
#include <jansson.h>

#include "call/call.h"
#include "own_api.h"
#include "queries.h"
#include "resource/change.h"

static const struct resource_pair *entries(struct arena *a,
                                           const struct own_resource_entry_list *list)
{
    struct resource_pair *v = NEW_ARRAY(a, struct resource_pair, list->n);
    for (size_t i = 0; i < list->n; i++)
        v[i] = (struct resource_pair){list->v[i].key, list->v[i].value};
    return v;
}

static const struct resource_grant *grants(struct arena *a,
                                           const struct own_resource_grant_list *list)
{
    struct resource_grant *v = NEW_ARRAY(a, struct resource_grant, list->n);
    for (size_t i = 0; i < list->n; i++) {
        const struct own_resource_grant *grant = &list->v[i];
        v[i] = (struct resource_grant){
            .id = grant->id,
            .grantee = grant->grantee,
            .retiring = grant->retiring,
            .operations = grant->operations,
            .equal = entries(a, &grant->context_equals),
            .n_equal = grant->context_equals.n,
            .subset = entries(a, &grant->context_subset),
            .n_subset = grant->context_subset.n,
        };
    }
    return v;
}

static int fail(struct call *c, int code)
{
    return code == ERR_NOT_FOUND ? call_fail(c, ERR_NO_SUCH_ENTITY, "Nothing is known of it.")
                                 : code;
}

static void show_facts(struct call *c, const struct resource_fact_row_list *rows,
                       struct own_resource *ret)
{
    ret->tags.v = NEW_ARRAY(c->arena, struct own_resource_entry, rows->n);
    ret->attributes.v = NEW_ARRAY(c->arena, struct own_resource_entry, rows->n);
    for (size_t i = 0; i < rows->n; i++) {
        bool tag = strcmp(rows->v[i].kind, "tag") == 0;
        struct own_resource_entry_list *list = tag ? &ret->tags : &ret->attributes;
        list->v[list->n++] = (struct own_resource_entry){rows->v[i].name, rows->v[i].value};
    }
}

static struct str_list read_words(struct arena *a, const char *text)
{
    struct str rest = str_of(text);
    const char **v = NEW_ARRAY(a, const char *, rest.n + 1);
    size_t n = 0;
    while (rest.p)
        v[n++] = str_dup(a, str_cut(&rest, ' '));
    return (struct str_list){n, v};
}

static struct own_resource_entry_list read_entries(struct arena *a, const char *text)
{
    json_t *json = json_loads(text, 0, NULL), *value;
    const char *key;
    struct own_resource_entry_list list = {
        .v = NEW_ARRAY(a, struct own_resource_entry, json_object_size(json))};
    json_object_foreach(json, key, value) list.v[list.n++] = (struct own_resource_entry){
        arena_strdup(a, key), arena_strdup(a, json_string_value(value))};
    json_decref(json);
    if (!list.n)
        list.v = NULL;
    return list;
}

static int show_grants(struct call *c, const char *arn, struct own_resource *ret)
{
    struct resource_grant_row_list rows;
    TRY(q_resource_grants(c->tx, &(struct q_resource_grants){arn}, &rows));
    if (!rows.n)
        return OK;
    ret->grants.v = NEW_ARRAY(c->arena, struct own_resource_grant, rows.n);
    for (size_t i = 0; i < rows.n; i++) {
        const struct resource_grant_row *row = &rows.v[i];
        ret->grants.v[ret->grants.n++] = (struct own_resource_grant){
            .id = row->id,
            .grantee = row->grantee,
            .retiring = row->retiring,
            .operations = read_words(c->arena, row->operations),
            .context_equals = read_entries(c->arena, row->context_equals),
            .context_subset = read_entries(c->arena, row->context_subset),
        };
    }
    return OK;
}

static int show(struct call *c, const struct resource_row *row, struct own_resource *ret)
{
    struct resource_fact_row_list facts;
    *ret = (struct own_resource){
        .arn = row->arn, .account = row->account, .policy = row->policy, .learned = !row->told};
    TRY(q_resource_facts(c->tx, &(struct q_resource_facts){row->arn}, &facts));
    show_facts(c, &facts, ret);
    return show_grants(c, row->arn, ret);
}

static int show_one(struct call *c, const char *arn, struct own_resource **ret)
{
    struct resource_row row;
    *ret = NEW(c->arena, struct own_resource);
    TRY(q_resource_get(c->tx, &(struct q_resource_get){arn}, &row));
    return show(c, &row, *ret);
}

int own_list_resources(struct call *c, const struct own_list_resources_in *in,
                       struct own_list_resources_out *out)
{
    struct resource_row_list rows;
    struct q_resource_page page = {in->prefix, str_prefix_end(c->arena, in->prefix),
                                   in->after ? in->after : "", in->limit + 1};
    TRY(q_resource_page(c->tx, &page, &rows));
    out->resources.v = NEW_ARRAY(c->arena, struct own_resource, rows.n);
    for (size_t i = 0; i < rows.n && i < (size_t)in->limit; i++)
        TRY(show(c, &rows.v[i], &out->resources.v[out->resources.n++]));
    if (rows.n > (size_t)in->limit)
        out->next = rows.v[in->limit - 1].arn;
    return OK;
}

int own_get_resource(struct call *c, const struct own_get_resource_in *in,
                     struct own_get_resource_out *out)
{
    return fail(c, show_one(c, in->arn, &out->resource));
}

/* Some have policies as a text in JSON, as most of AWS's operations take them. */
static const char *policy_text_of(struct arena *a, const char *document)
{
    json_t *json = document ? json_loads(document, JSON_DECODE_ANY, NULL) : NULL;
    const char *text = json_is_string(json)                 ? json_string_value(json)
                       : json_is_null(json) || json == NULL ? NULL
                                                            : document;
    text = text ? arena_strdup(a, text) : NULL;
    json_decref(json);
    return text;
}

int own_put_resource(struct call *c, const struct own_put_resource_in *in,
                     struct own_put_resource_out *out)
{
    const struct resource_change change = {
        .arn = in->arn,
        .account = in->account,
        .policy = policy_text_of(c->arena, in->policy),
        .tags = entries(c->arena, &in->tags),
        .n_tags = in->tags.n,
        .attributes = entries(c->arena, &in->attributes),
        .n_attributes = in->attributes.n,
        .grants = grants(c->arena, &in->grants),
        .n_grants = in->grants.n,
    };
    const char *wrong = resource_check(c->arena, &change);
    if (wrong)
        return call_fail(c, ERR_VALIDATION_ERROR, "%s", wrong);
    TRY(resource_tell(c, &change));
    return show_one(c, in->arn, &out->resource);
}

int own_delete_resource(struct call *c, const struct own_delete_resource_in *in,
                        struct own_delete_resource_out *out)
{
    out->arn = in->arn;
    return fail(c, resource_forget(c, in->arn));
}
