/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an operation needs: the actions of its row, as far as their conditions hold, on each of the
 * resources that its entries find in the request. Elements of a list are looked at one by one.
 */
#include "recognize/reading_priv.h"
#include "recognize/result_priv.h"

/* One permission of the tables while its resources are looked for. */
struct search {
    struct reading *r;
    struct result *result;
    const struct request_permission *row;
    bool found; /* some resource, whether or not the conditions hold for its element */
    const struct key_set *shared; /* by all elements of an entry; NULL: none is */
    const struct request_entry *shared_for;
};

/* Blanks and letter case are ignored; TEXT of the tables has neither. */
static bool reads_as(struct str value, const char *text, bool whole)
{
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
            continue;
        if (*text == '\0')
            return !whole;
        if (ascii_lower(c) != *text++)
            return false;
    }
    return *text == '\0';
}

static bool test_one(const struct request_condition *condition, const struct value *value)
{
    const char *text = request_text(condition->text);
    if (!value->text.p)
        return false;
    return condition->test == REQUEST_PRESENT ||
           reads_as(value->text, text, condition->test == REQUEST_EQUALS);
}

/* Whether CONDITION holds for what ASPECT is about: its element, or any of another list. */
static enum recognize_why condition_holds(struct reading *r,
                                          const struct request_condition *condition,
                                          const struct aspect *aspect, bool *ret)
{
    const struct found *all;
    READ(source_find(r, condition->source, &all));
    const struct found found = found_at(all, aspect);
    bool any = condition->test == REQUEST_PRESENT && all->any && !found_is_of(all, aspect);
    for (size_t i = 0; i < found.n && !any; i++)
        any = test_one(condition, &found.v[i]);
    *ret = any != condition->negated;
    return RECOGNIZED;
}

static enum recognize_why conditions_hold(struct reading *r, const struct request_permission *row,
                                          const struct aspect *aspect, bool *ret)
{
    *ret = true;
    for (size_t i = 0; i < row->n_conditions && *ret; i++)
        READ(condition_holds(r, &request_conditions[row->conditions + i], aspect, ret));
    return RECOGNIZED;
}

/* Keys that are the same for all elements of an entry are looked for once. */
static enum recognize_why keys_of(struct search *s, const struct aspect *aspect,
                                  const struct key_set **ret)
{
    if (s->shared && s->shared_for == aspect->entry) {
        *ret = s->shared;
        return RECOGNIZED;
    }
    struct key_set *set = NEW(s->r->arena, struct key_set);
    READ(keys_find(s->r, aspect, set));
    s->shared = set->own ? NULL : set;
    s->shared_for = aspect->entry;
    *ret = set;
    return RECOGNIZED;
}

static enum recognize_why add(struct search *s, const struct aspect *aspect)
{
    const struct key_set *set;
    struct recognize_permission permission = {
        .action = str_of(request_text(s->row->action)),
        .resource = aspect->resource,
        .type = aspect->type,
        .unnamed = s->r->unnamed,
        .element = aspect->list.n ? aspect->at[0] : SIZE_MAX,
    };
    READ(keys_of(s, aspect, &set));
    for (size_t turn = 0; turn < set->turns; turn++) {
        keys_turn(s->r, set, turn, &permission);
        if (!result_add(s->result, &permission))
            return reading_fail(s->r, RECOGNIZE_TOO_MANY,
                                "The request needs too many permissions.");
    }
    return RECOGNIZED;
}

/* One resource of ENTRY, if what it takes is there and the conditions hold for the element. */
static enum recognize_why add_resource(struct search *s, const struct request_entry *entry,
                                       const struct value *const *values, struct aspect *aspect)
{
    bool holds;
    s->r->unnamed = false;
    aspect->resource = entry_resource(s->r, entry, values);
    if (!aspect->resource.p)
        return RECOGNIZED;
    s->found = true;
    READ(conditions_hold(s->r, s->row, aspect, &holds));
    result_visit(s->result, aspect, holds);
    if (!holds)
        return RECOGNIZED;
    if (!aspect->type && s->r->row->n_tags && !str_is(aspect->resource, "*"))
        aspect->type = type_of_arn(s->r, aspect->resource);
    if (str_is(aspect->resource, "*"))
        aspect->type = NULL;
    return add(s, aspect);
}

/* The fill whose list is gone through: the one that is deepest. SIZE_MAX: none is of a list. */
static size_t leading_fill(const struct found *const *fills, size_t n)
{
    size_t leading = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        bool list = fills[i]->list.n && fills[i]->n;
        if (list && (leading == SIZE_MAX || fills[i]->v->n_at > fills[leading]->v->n_at))
            leading = i;
    }
    return leading;
}

/* Entries of two lists with the same number belong together. */
static const struct value *beside(const struct found *fill, const struct value *leader, size_t *at)
{
    if (fill->list.n == 0)
        return fill->n ? &fill->v[0] : NULL;
    while (*at < fill->n && fill->v[*at].at[0] < leader->at[0])
        ++*at;
    for (size_t i = *at; i < fill->n && fill->v[i].at[0] == leader->at[0]; i++) {
        if (value_is_at(&fill->v[i], leader->at, leader->n_at))
            return &fill->v[i];
    }
    return NULL;
}

static enum recognize_why add_elements(struct search *s, const struct request_entry *entry,
                                       const struct found *const *fills, size_t leading)
{
    size_t at[ENTRY_FILLS_MAX] = {0};
    const struct value *values[ENTRY_FILLS_MAX];
    const struct found *list = fills[leading];
    for (size_t i = 0; i < list->n; i++) {
        struct aspect aspect = {.permission = s->row,
                                .entry = entry,
                                .type = entry->type ? request_text(entry->type) : NULL,
                                .list = list->list,
                                .at = list->v[i].at,
                                .n_at = list->v[i].n_at,
                                .tagged = entry->tagged,
                                .mask = entry->keys};
        for (size_t fill = 0; fill < entry->n_fills; fill++)
            values[fill] = beside(fills[fill], &list->v[i], &at[fill]);
        READ(add_resource(s, entry, values, &aspect));
    }
    return RECOGNIZED;
}

static enum recognize_why add_entry(struct search *s, const struct request_entry *entry)
{
    const struct found *fills[ENTRY_FILLS_MAX];
    const struct value *values[ENTRY_FILLS_MAX];
    ENSURE(entry->n_fills <= ENTRY_FILLS_MAX);
    for (size_t i = 0; i < entry->n_fills; i++) {
        READ(source_find(s->r, request_fills[entry->fills + i].source, &fills[i]));
        values[i] = fills[i]->n ? &fills[i]->v[0] : NULL;
    }
    size_t leading = leading_fill(fills, entry->n_fills);
    if (leading != SIZE_MAX)
        return add_elements(s, entry, fills, leading);
    struct aspect aspect = {.permission = s->row,
                            .entry = entry,
                            .type = entry->type ? request_text(entry->type) : NULL,
                            .tagged = entry->tagged,
                            .mask = entry->keys};
    return add_resource(s, entry, values, &aspect);
}

/* Whether the conditions that are about no element hold. */
static enum recognize_why is_wanted(struct search *s, bool *ret)
{
    const struct aspect aspect = {.permission = s->row};
    *ret = true;
    for (size_t i = 0; i < s->row->n_conditions && *ret; i++) {
        const struct request_condition *condition = &request_conditions[s->row->conditions + i];
        const struct found *found;
        READ(source_find(s->r, condition->source, &found));
        if (found->list.n == 0 || found->n == 0)
            READ(condition_holds(s->r, condition, &aspect, ret));
    }
    return RECOGNIZED;
}

static enum recognize_why add_permission(struct reading *r, struct result *result,
                                         const struct request_permission *row)
{
    struct search s = {.r = r, .result = result, .row = row};
    bool wanted;
    READ(is_wanted(&s, &wanted));
    if (!wanted)
        return RECOGNIZED;
    for (size_t i = 0; i < row->n_entries; i++)
        READ(add_entry(&s, &request_entries[row->entries + i]));
    if (s.found)
        return RECOGNIZED;
    r->unnamed = false;
    struct aspect aspect = {
        .permission = row, .resource = STR("*"), .tagged = row->tagged, .mask = row->star_keys};
    READ(conditions_hold(r, row, &aspect, &wanted));
    return wanted ? add(&s, &aspect) : RECOGNIZED;
}

/*
 * IAM User Guide, "Grant a user permissions to pass a role to an AWS service": PassRole is about
 * the role, and iam:AssociatedResourceArn about what will have it.
 */
static enum recognize_why add_role(struct reading *r, struct result *result,
                                   const struct request_role *role)
{
    const struct found *found;
    READ(source_find(r, role->source, &found));
    struct str resource = result_first(result);
    for (size_t i = 0; i < found->n; i++) {
        struct str text = found->v[i].text;
        if (text.n == 0)
            continue;
        if (!text_is_arn(text))
            text = reading_role_arn(r, text);
        struct authz_key_value *keys = NEW_ARRAY(r->arena, struct authz_key_value, 2);
        struct recognize_permission permission = {.action = STR("iam:PassRole"),
                                                  .resource = text,
                                                  .type = "role",
                                                  .keys = keys,
                                                  .element = SIZE_MAX,
                                                  .is_hint = role->is_hint};
        keys[0] = (struct authz_key_value){.name = "iam:PassedToService",
                                           .value = str_of(request_text(role->principal))};
        keys[1] = (struct authz_key_value){.name = "iam:AssociatedResourceArn", .value = resource};
        permission.n_keys = resource.p ? 2 : 1;
        if (!result_add(result, &permission))
            return reading_fail(r, RECOGNIZE_TOO_MANY, "The request needs too many permissions.");
    }
    return RECOGNIZED;
}

static enum recognize_why find_all(struct reading *r, struct result *result)
{
    const struct request_op *row = r->row;
    for (size_t i = 0; i < row->n_permissions; i++) {
        const struct request_permission *permission = &request_permissions[row->permissions + i];
        result->always |= permission->n_conditions == 0;
    }
    for (size_t i = 0; i < row->n_permissions; i++)
        READ(add_permission(r, result, &request_permissions[row->permissions + i]));
    if (row->n_permissions && !result_is_complete(result))
        return reading_fail(r, RECOGNIZE_NOT_IN_DATA,
                            "What the request asks for is none of what is known of the operation.");
    for (size_t i = 0; i < row->n_roles; i++)
        READ(add_role(r, result, &request_roles[row->roles + i]));
    return RECOGNIZED;
}

static struct reading *reading_new(struct arena *a, const struct request *rq,
                                   const struct recognized *op,
                                   const struct recognize_caller *caller, bool body)
{
    const struct request_service *service = &request_services[op->service - 1];
    bool as_query = op->protocol == RECOGNIZE_QUERY && service->protocol != RECOGNIZE_QUERY;
    struct reading *r = NEW(a, struct reading);
    r->arena = a;
    r->rq = rq;
    r->op = op;
    r->row = &request_ops[op->op - 1];
    r->service = service;
    r->caller = caller;
    r->members = members_new(a, rq, op->protocol, as_query, body);
    for (size_t i = 0; i < rq->n_headers; i++)
        r->header_lengths |= UINT64_C(1) << rq->headers[i].name.n % LENGTHS;
    return r;
}

enum recognize_why recognize_permissions(struct arena *a, const struct request *rq,
                                         const struct recognized *op,
                                         const struct recognize_caller *caller, bool body,
                                         struct recognize_permissions *ret)
{
    ENSURE(op->op && op->service);
    struct reading *r = reading_new(a, rq, op, caller, body);
    struct result result = {.arena = a};
    enum recognize_why why = region_check(r);
    if (why == RECOGNIZED && !op->is_free)
        why = find_all(r, &result);
    *ret = (struct recognize_permissions){.reason = r->reason};
    if (why == RECOGNIZED)
        *ret = (struct recognize_permissions){result.v, result.n, NULL};
    return why;
}
