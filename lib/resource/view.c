/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/mem.h"
#include "err.h"
#include "model/ids.h"
#include "resource/public.h"
#include "resource/resource_priv.h"

enum { VIEW_BYTES = 512 }; /* most views are not larger */

static void destroy(struct cached *entry)
{
    struct resource_view *view = (struct resource_view *)entry;
    for (size_t i = 0; i < entry->n_parts; i++)
        cached_release(entry->parts[i]);
    arena_done(&view->arena);
    mem_free(view);
}

void resource_release(struct resource_view *view)
{
    if (view)
        cached_release(&view->base);
}

static struct resource_view *new_view(struct str arn)
{
    struct resource_view *view = mem_alloc(sizeof *view);
    arena_init_small(&view->arena, VIEW_BYTES);
    view->arn = str_dup(&view->arena, arn);
    view->base.key = str_of(view->arn);
    view->base.deps = &view->arn;
    view->base.n_deps = 1;
    view->base.destroy = destroy;
    atomic_store(&view->base.refs, 1);
    return view;
}

/* Documents of resources have another grammar than the others of the same text. */
static int find_document(struct sandbox *sandbox, struct arena *scratch, const char *text,
                         struct document **ret)
{
    struct str key = str_of(arena_printf(scratch, "resource\n%s", text));
    *ret = document_find(sandbox, key);
    return *ret ? OK : document_add(sandbox, key, POLICY_RESOURCE, str_of(text), ret);
}

/* What a key has that was made without another one (KMS Developer Guide, "Default key policy"). */
static const char *default_key_policy(struct arena *a, const struct arn *key)
{
    return arena_printf(a,
                        "{\"Version\":\"2012-10-17\",\"Id\":\"key-default-1\",\"Statement\":"
                        "[{\"Sid\":\"Enable IAM User Permissions\",\"Effect\":\"Allow\","
                        "\"Principal\":{\"AWS\":\"arn:%.*s:iam::%.*s:root\"},"
                        "\"Action\":\"kms:*\",\"Resource\":\"*\"}]}",
                        STR_FMT(key->partition), STR_FMT(key->account));
}

static int find_key_policy(struct tx *tx, const char *arn, const struct arn *key, const char *told,
                           const char **ret)
{
    struct resource_grant_row_list rows;
    TRY(q_resource_grants(tx, &(struct q_resource_grants){arn}, &rows));
    *ret = told ? told : default_key_policy(tx->arena, key);
    if (rows.n)
        *ret = grants_policy(tx->arena, *ret, &rows);
    return OK;
}

/* TOLD is NULL where none is known. */
static int add_policy(struct sandbox *sandbox, struct tx *tx, struct resource_view *view,
                      const char *told)
{
    struct arn arn;
    const char *text = told;
    if (!arn_parse(str_of(view->arn), &arn))
        return OK;
    if (str_is(arn.service, "kms") && str_starts(arn.resource, STR("key/")) &&
        account_id_ok(arn.account))
        TRY(find_key_policy(tx, view->arn, &arn, told, &text));
    if (!text)
        return OK;
    TRY(find_document(sandbox, tx->arena, text, &view->policy));
    view->parts[0] = &view->policy->base;
    view->base.parts = view->parts;
    view->base.n_parts = 1;
    view->is_public = str_is(arn.service, "s3") &&
                      policy_publicity(tx->arena, policy_text(view->policy->policy)) == IS_PUBLIC;
    return OK;
}

/* Attributes come first, by kind, and are sorted by name. */
static int add_facts(struct tx *tx, struct resource_view *view)
{
    struct arena *a = &view->arena;
    struct resource_fact_row_list rows;
    TRY(q_resource_facts(tx, &(struct q_resource_facts){view->arn}, &rows));
    struct authz_tag *tags = NEW_ARRAY(a, struct authz_tag, rows.n);
    struct resource_pair *attributes = NEW_ARRAY(a, struct resource_pair, rows.n);
    for (size_t i = 0; i < rows.n; i++) {
        const struct resource_fact_row *row = &rows.v[i];
        const char *name = arena_strdup(a, row->name), *value = arena_strdup(a, row->value);
        if (strcmp(row->kind, RESOURCE_TAG) == 0)
            tags[view->n_tags++] = (struct authz_tag){str_of(name), str_of(value)};
        else
            attributes[view->n_attributes++] = (struct resource_pair){name, value};
    }
    view->tags = tags;
    view->attributes = attributes;
    return OK;
}

static int look_below(struct tx *tx, struct resource_view *view)
{
    struct arn arn;
    const struct holder_rule *rule =
        arn_parse(str_of(view->arn), &arn) ? holder_rule_of(&arn) : NULL;
    struct resource_arn_row_list rows;
    if (!rule)
        return OK;
    const char *begin = arena_printf(tx->arena, "%s%s", view->arn, rule->mark);
    TRY(q_resource_below(tx, &(struct q_resource_below){begin, str_prefix_end(tx->arena, begin)},
                         &rows));
    view->has_below = rows.n > 0;
    return OK;
}

static int fill(struct sandbox *sandbox, struct tx *tx, struct resource_view *view)
{
    struct resource_row row;
    TRY(look_below(tx, view));
    int code = q_resource_get(tx, &(struct q_resource_get){view->arn}, &row);
    if (code == ERR_NOT_FOUND)
        return add_policy(sandbox, tx, view, NULL);
    TRY(code);
    view->is_known = true;
    view->account = row.account ? arena_strdup(&view->arena, row.account) : NULL;
    TRY(add_policy(sandbox, tx, view, row.policy));
    return add_facts(tx, view);
}

static int read_committed(struct sandbox *sandbox, struct arena *a, struct resource_view *view)
{
    struct tx tx;
    TRY(store_begin(sandbox->store, false, a, &tx));
    int code = fill(sandbox, &tx, view);
    int end = store_end(&tx, true);
    return code < 0 ? code : end;
}

int resource_acquire(struct sandbox *sandbox, struct arena *a, struct str arn,
                     struct resource_view **ret)
{
    *ret = (struct resource_view *)cache_acquire(sandbox->resources, arn);
    if (*ret)
        return OK;
    uint64_t ticket = cache_ticket(sandbox->resources);
    struct resource_view *view = new_view(arn);
    int code = read_committed(sandbox, a, view);
    if (code < 0) {
        resource_release(view);
        return code;
    }
    view->base.size = sizeof *view + view->arena.total;
    *ret = (struct resource_view *)cache_insert(sandbox->resources, &view->base, ticket);
    return OK;
}

static int keep(struct sandbox *sandbox, struct arena *a, struct str arn,
                const struct resource_view **ret)
{
    struct resource_view *view;
    TRY(resource_acquire(sandbox, a, arn, &view));
    cached_keep(&view->base, a);
    *ret = view;
    return OK;
}

/* Whose policy decides on what has this ARN, which is not the holder's. A version or an alias of a
   function has its own; AWS undocumented: that `$LATEST` has the function's. */
static const struct resource_view *deciding(const struct arn *arn,
                                            const struct resource_known *known)
{
    static const char latest[] = ":$LATEST";
    if (str_is(arn->service, "lambda")) {
        struct str tail = {arn->resource.p + arn->resource.n - strlen(latest), strlen(latest)};
        return arn->resource.n > tail.n && str_is(tail, latest) ? known->holder : known->own;
    }
    bool own = str_is(arn->service, "secretsmanager") && known->own && known->own->is_known;
    return own ? known->own : known->holder;
}

/* What is above is asked first, and may tell that nothing is known below it. */
int resource_find(struct sandbox *sandbox, struct arena *a, struct str arn,
                  struct resource_known *ret)
{
    struct resource_known known = {0};
    struct str holder = resource_holder(a, arn);
    struct arn parts;
    TRY(keep(sandbox, a, holder, &known.holder));
    known.own = known.decides = known.holder;
    if (!str_eq(holder, arn) && arn_parse(arn, &parts)) {
        known.own = NULL;
        if (known.holder->has_below || !holder_rule_of(&parts))
            TRY(keep(sandbox, a, arn, &known.own));
        known.decides = deciding(&parts, &known);
    }
    *ret = known;
    return OK;
}

static int compare(const void *name, const void *attribute)
{
    return strcmp(name, ((const struct resource_pair *)attribute)->name);
}

const char *resource_attribute(const struct resource_view *view, const char *name)
{
    if (!view || !view->n_attributes)
        return NULL;
    const struct resource_pair *found =
        bsearch(name, view->attributes, view->n_attributes, sizeof *view->attributes, compare);
    return found ? found->value : NULL;
}
