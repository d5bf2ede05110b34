/* SPDX-License-Identifier: Apache-2.0 */
/* Resource and NotResource. */
#include "lint/lint_priv.h"
#include "model/arn.h"

static const struct issue missing_field = {
    LINT_ERROR,
    "MISSING_ARN_FIELD",
    "write all six fields: arn:partition:service:region:account:resource",
};
static const struct issue redundant_resource = {
    LINT_SUGGESTION,
    "REDUNDANT_RESOURCE",
    "leave it out: another entry of the list covers it",
};
static const struct issue unsupported_resource = {
    LINT_WARNING,
    "UNSUPPORTED_RESOURCE_FOR_ACTION",
    "name a resource of a type that the action has, or \"*\" when it has none",
};

static size_t colons(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == ':';
    return n;
}

/* Fields that are left out behind a wildcard mean anything, as in "arn:aws:s3:*". */
static bool lacks_field(struct str entry)
{
    return entry.n && colons(entry) < 5 && entry.p[entry.n - 1] != '*';
}

void lint_resources(struct lint *l, const struct statement *s)
{
    const struct node *element = s->resource ? s->resource : s->not_resource;
    for (const struct node *e = entries_first(element); e; e = entries_next(element, e)) {
        if (lacks_field(e->text))
            lint_add(l, e->start, &missing_field, "%.*s has %zu of the six fields of an ARN.",
                     STR_FMT(e->text), colons(e->text) + 1);
        lint_variables(l, s, e);
    }
    size_t n;
    const struct node **redundant = redundant_entries(l, element, resource_covers, &n);
    for (size_t i = 0; i < n; i++)
        lint_add(l, redundant[i]->start, &redundant_resource,
                 "%.*s is covered by another entry of the list.", STR_FMT(redundant[i]->text));
}

/* An entry of Resource that may be any resource of its service. */
static bool is_open(struct str entry, struct arn *ret)
{
    return !arn_parse(entry, ret) || entry_is_star(ret->resource);
}

/* Which formats of a service some entry of Resource can have: -1 not yet known. */
struct met {
    const struct reference_service *service;
    signed char *formats;
    struct met *next;
};

struct targets {
    struct arn *arns;
    size_t n;
    bool exact; /* none has a wildcard or a variable */
    struct met *met;
};

/* False when some entry is open, so that there is nothing certain to say. */
static bool read_targets(struct arena *a, const struct node *resource, struct targets *ret)
{
    ret->arns = NEW_ARRAY(a, struct arn, entries_count(resource));
    ret->exact = true;
    for (const struct node *e = entries_first(resource); e; e = entries_next(resource, e)) {
        if (is_open(e->text, &ret->arns[ret->n++]))
            return false;
        ret->exact =
            ret->exact && !entry_has_wildcard(e->text) && !memchr(e->text.p, '$', e->text.n);
    }
    return ret->n > 0;
}

static struct met *met_of(struct arena *a, struct targets *t,
                          const struct reference_service *service)
{
    for (struct met *met = t->met; met; met = met->next) {
        if (met->service == service)
            return met;
    }
    struct met *met = NEW(a, struct met);
    *met = (struct met){service, arena_alloc(a, service->n_formats + 1), t->met};
    memset(met->formats, -1, service->n_formats);
    t->met = met;
    return met;
}

static bool is_open_end(struct str field)
{
    return field.n && field.p[field.n - 1] == '*';
}

/*
 * A `*` at the end of a field may run on into the resource, where the name of a log group, say, has
 * colons. Then what is written behind it is only what comes behind one of them. Names have none.
 */
static bool meets_end(struct arena *a, struct str format, const struct arn *arn)
{
    bool open = is_open_end(arn->account);
    if (!open && !is_open_end(arn->region) && !is_open_end(arn->partition))
        return false;
    struct str rest = format;
    while (rest.p) {
        struct str before = str_cut(&rest, ':');
        if (rest.p && (open || glob_meets(a, before, arn->account)) &&
            glob_meets(a, rest, arn->resource))
            return true;
    }
    return false;
}

static bool format_meets(struct arena *a, const struct targets *t, struct met *met, size_t number)
{
    if (met->formats[number] >= 0)
        return met->formats[number];
    const struct reference_format *format = &met->service->formats[number];
    bool meets = false;
    for (size_t i = 0; i < t->n && !meets; i++) {
        bool same =
            str_is(format->service, "*") || str_eq_fold(t->arns[i].service, format->service);
        meets = same && (glob_meets(a, format->resource, t->arns[i].resource) ||
                         meets_end(a, format->resource, &t->arns[i]));
    }
    met->formats[number] = meets;
    return meets;
}

/*
 * Prefixes that several services share, each with a page of its own in the reference: one page's
 * resources of an action may hide the other's.
 */
static bool is_shared(const struct reference_service *service)
{
    static const char *const names[] = {"apigateway", "aws-marketplace",  "elasticloadbalancing",
                                        "greengrass", "kinesisanalytics", "lex",
                                        "ses"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_is(service->name, names[i]))
            return true;
    }
    return false;
}

bool lint_takes_no_resource(const struct reference_service *service,
                            const struct reference_action *action)
{
    return action->n_formats == 0 && !is_shared(service);
}

static void check_action(struct lint *l, struct targets *t, const struct node *e)
{
    struct str name = e->text;
    struct str prefix = str_cut(&name, ':');
    const struct reference_service *service = name.p ? lint_service(l, prefix) : NULL;
    const struct reference_action *action = service ? reference_action_find(service, name) : NULL;
    /* Some services do look at the ARN of a list, although they do not document it. */
    if (!action || is_shared(service) || (action->n_formats == 0 && !t->exact))
        return;
    struct met *met = met_of(l->arena, t, service);
    for (size_t i = 0; i < action->n_formats; i++) {
        if (format_meets(l->arena, t, met, action->formats[i]))
            return;
    }
    lint_add(l, e->start, &unsupported_resource,
             action->n_formats ? "%.*s is about none of the resources of the statement."
                               : "%.*s is about no single resource: the statement needs \"*\".",
             STR_FMT(e->text));
}

void lint_resources_of_actions(struct lint *l, const struct statement *s)
{
    struct targets targets = {.n = 0};
    if (!s->action || !s->resource || !read_targets(l->arena, s->resource, &targets))
        return;
    for (const struct node *e = entries_first(s->action); e; e = entries_next(s->action, e))
        check_action(l, &targets, e);
}
