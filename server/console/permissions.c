/* SPDX-License-Identifier: Apache-2.0 */
#include "server/console/permissions.h"

#include "server/console/editor.h"

enum { ROWS = 50, FEW = 12 };

static bool begins(const char *text, const char *find)
{
    size_t n = strlen(find);
    return strlen(text) >= n && str_same_fold(text, find, n);
}

/* "Amazon S3" is found by its second word, too. */
static bool is_wanted(const struct authz_service_permissions *s, const char *find)
{
    if (!find || begins(s->service, find) || begins(s->title, find))
        return true;
    const char *word = strchr(s->title, ' ');
    return word && begins(word + 1, find);
}

static json_t *tally_json(const char *name, const struct authz_tally *tally)
{
    size_t given = tally->all + tally->some;
    const char *grant = tally->all == tally->n ? "all" : given ? "some" : "none";
    return json_pack("{s:s, s:s, s:I, s:I, s:I}", "name", name, "grant", grant, "n",
                     (json_int_t)tally->n, "given", (json_int_t)given, "depends",
                     (json_int_t)tally->some);
}

static const char *const titles[] = {"List", "Read", "Write", "Permissions", "Tagging"};

static json_t *levels_json(const struct authz_service_permissions *s)
{
    json_t *levels = json_array();
    for (size_t i = 0; i < REFERENCE_ACCESS_COUNT; i++)
        json_array_append_new(
            levels, tally_json(reference_access_name((enum reference_access)i), &s->levels[i]));
    return levels;
}

static json_t *label_json(const struct authz_service_permissions *s)
{
    return json_pack("{s:s, s:s}", "service", s->service, "title", s->title);
}

static json_t *row_json(const struct authz_service_permissions *s)
{
    json_t *row = label_json(s);
    json_object_set_new(row, "levels", levels_json(s));
    return row;
}

/* Up to ROWS of those with some permissions; the first that does not fit is `more`. */
static json_t *some_json(const struct authz_permissions *p, const struct permissions_choice *choice,
                         const char **ret_more)
{
    json_t *rows = json_array();
    *ret_more = NULL;
    for (size_t i = 0; i < p->n && !*ret_more; i++) {
        const struct authz_service_permissions *s = &p->services[i];
        if (s->grant != AUTHZ_GRANT_SOME || !is_wanted(s, choice->find) ||
            (choice->from && strcmp(s->service, choice->from) < 0))
            continue;
        if (json_array_size(rows) == ROWS)
            *ret_more = s->service;
        else
            json_array_append_new(rows, row_json(s));
    }
    return rows;
}

static json_t *labels_json(const struct authz_permissions *p, enum authz_grant grant,
                           const char *find)
{
    json_t *list = json_array();
    for (size_t i = 0; i < p->n; i++) {
        if (p->services[i].grant == grant && is_wanted(&p->services[i], find))
            json_array_append_new(list, label_json(&p->services[i]));
    }
    return list;
}

static json_t *counts_json(const struct authz_permissions *p)
{
    return json_pack("{s:I, s:I, s:I}", "all", (json_int_t)p->counts[AUTHZ_GRANT_ALL], "some",
                     (json_int_t)p->counts[AUTHZ_GRANT_SOME], "none",
                     (json_int_t)p->counts[AUTHZ_GRANT_NONE]);
}

static json_t *overview_json(const struct permissions *p, const struct permissions_choice *choice)
{
    const char *more;
    json_t *some = some_json(&p->sum, choice, &more);
    json_t *find = choice->find ? json_string(choice->find) : NULL;
    bool few = p->sum.counts[AUTHZ_GRANT_ALL] <= FEW;
    return json_pack("{s:b, s:b, s:o, s:o, s:o, s:o, s:s*, s:o*}", "unfinished", p->sum.unfinished,
                     "few", few, "counts", counts_json(&p->sum), "all",
                     labels_json(&p->sum, AUTHZ_GRANT_ALL, choice->find), "some", some, "none",
                     labels_json(&p->sum, AUTHZ_GRANT_NONE, choice->find), "more", more, "find",
                     find);
}

/* Names with commas between them. */
static const char *names_of(struct arena *a, const struct authz_service_permissions *s,
                            enum reference_access access, enum authz_grant grant)
{
    struct buf b = buf_new(a, 256);
    for (size_t i = 0; i < s->total.n; i++) {
        const struct authz_permission *p = &s->actions[i];
        if (p->action.access != access || p->grant != grant)
            continue;
        buf_add_text(&b, b.n ? ", " : "");
        buf_add(&b, p->action.name);
    }
    return buf_text(&b);
}

static json_t *actions_json(struct arena *a, const struct authz_service_permissions *s)
{
    json_t *levels = json_array();
    for (size_t i = 0; i < REFERENCE_ACCESS_COUNT; i++) {
        enum reference_access access = (enum reference_access)i;
        if (!s->levels[i].n)
            continue;
        json_t *level = tally_json(titles[i], &s->levels[i]);
        for (size_t grant = 0; grant <= AUTHZ_GRANT_ALL; grant++)
            json_object_set_new(level, authz_grant_name((enum authz_grant)grant),
                                json_string(names_of(a, s, access, (enum authz_grant)grant)));
        json_array_append_new(levels, level);
    }
    return levels;
}

/* Where a policy of the account stands: "user alice" has inline ones. NULL: no page has it. */
static const char *link_to(struct call *c, const struct authz_policy *policy)
{
    struct str holder = policy->owner ? str_of(policy->owner) : STR("");
    struct str kind = str_cut(&holder, ' ');
    bool identity = policy->layer == AUTHZ_LAYER_IDENTITY;
    if (policy->arn && (identity || policy->layer == AUTHZ_LAYER_BOUNDARY))
        return console_path(c, "policies", policy->arn, NULL);
    if (policy->arn || !identity || !holder.p)
        return NULL;
    return console_path(c, arena_printf(c->arena, "%.*ss", STR_FMT(kind)), holder.p, "policies",
                        policy->name, NULL);
}

static json_t *reason_json(struct call *c, const struct permissions *p,
                           const struct authz_reason *reason)
{
    bool gives = reason->part == AUTHZ_PART_GIVES, always = reason->always;
    const char *link = reason->policy ? link_to(c, reason->policy) : NULL;
    size_t number = link ? reason->statement->index : 0;
    return json_pack("{s:s, s:s, s:s, s:s*}", "part",
                     gives    ? "gives"
                     : always ? "takes"
                              : "limits",
                     "badge",
                     gives    ? always ? "allow" : "some"
                     : always ? "deny"
                              : "implicit",
                     "text", authz_reason_text(c->arena, reason, p->scps), "link",
                     link ? arena_printf(c->arena, "%s?at=%zu#statement-%zu", link, number, number)
                          : NULL);
}

static json_t *reasons_json(struct call *c, const struct permissions *p,
                            const struct authz_service_permissions *s)
{
    json_t *list = json_array();
    for (size_t i = 0; i < s->n_reasons; i++)
        json_array_append_new(list, reason_json(c, p, &s->reasons[i]));
    return list;
}

static json_t *service_json(struct call *c, const struct permissions *p)
{
    const struct authz_service_permissions *s = p->sum.services;
    json_t *service = label_json(s);
    json_object_set_new(service, "grant", json_string(authz_grant_name(s->grant)));
    json_object_set_new(service, "levels", actions_json(c->arena, s));
    json_object_set_new(service, "reasons", reasons_json(c, p, s));
    return service;
}

typedef int sum_fn(struct call *c, const void *of, size_t only, struct permissions *ret);

static int show(struct call *c, sum_fn *sum, const void *of,
                const struct permissions_choice *choice, json_t **ret)
{
    struct permissions all, one = {.sum = {.n = 0}};
    size_t number;
    TRY(sum(c, of, SIZE_MAX, &all));
    if (choice->service && reference_number(str_of(choice->service), &number))
        TRY(sum(c, of, number, &one));
    *ret = overview_json(&all, choice);
    if (one.sum.n)
        json_object_set_new(*ret, "service", service_json(c, &one));
    return OK;
}

static int sum_caller(struct call *c, const void *of, size_t only, struct permissions *ret)
{
    return permissions_of(c, of, only, ret);
}

int permissions_of_caller(struct call *c, const struct permissions_choice *choice, json_t **ret)
{
    return show(c, sum_caller, c->principal, choice, ret);
}

static int sum_other(struct call *c, const void *of, size_t only, struct permissions *ret)
{
    return permissions_read(c, of, only, ret);
}

int permissions_of_other(struct call *c, const char *arn, const struct permissions_choice *choice,
                         json_t **ret)
{
    struct tx tx;
    TRY(call_begin_look(c, &tx));
    return call_end_look(c, show(c, sum_other, arn, choice, ret));
}
