/* SPDX-License-Identifier: Apache-2.0 */
/* Action and NotAction: names that do not exist, and more of them than is good. */
#include "lint/lint_priv.h"
#include "model/arn.h"
#include "model/rcp.h"

static const struct issue invalid_service = {
    LINT_ERROR,
    "INVALID_SERVICE_IN_ACTION",
    "use the service prefix of the Service Authorization Reference",
};
static const struct issue invalid_action = {
    LINT_ERROR,
    "INVALID_ACTION",
    "use an action of the service, or a pattern that matches one",
};
static const struct issue rcp_service = {
    LINT_ERROR,
    "UNSUPPORTED_ACTION_IN_POLICY",
    "leave it out: resource control policies do not apply to this service",
};
static const struct issue redundant_action = {
    LINT_SUGGESTION,
    "REDUNDANT_ACTION",
    "leave it out: another entry of the list covers it",
};
static const struct issue star_everything = {
    LINT_SECURITY_WARNING,
    "ALLOW_WITH_STAR_IN_ACTION_AND_RESOURCE",
    "name the services and resources that are needed",
};
static const struct issue not_action_everything = {
    LINT_SECURITY_WARNING,
    "ALLOW_WITH_NOT_ACTION_AND_STAR_IN_RESOURCE",
    "list what is allowed in Action, or deny the rest in a statement of its own",
};
static const struct issue service_star = {
    LINT_SUGGESTION,
    "ALLOW_WITH_SERVICE_STAR_IN_ACTION_AND_RESOURCE",
    "name the actions or the resources that are needed",
};

/* Actions whose Resource decides whom one can become; see the security page of each. */
static const struct sensitive {
    const char *action;
    const char *keys[2]; /* conditions that narrow it down */
    struct issue star, star_in_both, not_resource, star_in_action;
} sensitive[] = {
    {
        "iam:PassRole",
        {"iam:passedtoservice", "iam:associatedresourcearn"},
        {LINT_SECURITY_WARNING, "PASS_ROLE_WITH_STAR_IN_RESOURCE",
         "name the roles, or add a condition on iam:PassedToService"},
        {LINT_SECURITY_WARNING, "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE",
         "name the actions, and the roles that iam:PassRole may hand over"},
        {LINT_SECURITY_WARNING, "PASS_ROLE_WITH_NOT_RESOURCE",
         "name the roles in Resource, or add a condition on iam:PassedToService"},
        {LINT_SECURITY_WARNING, "PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
         "name the actions, and the roles in Resource"},
    },
    {
        "iam:CreateServiceLinkedRole",
        {"iam:awsservicename", "iam:awsservicename"},
        {LINT_SECURITY_WARNING, "CREATE_SLR_WITH_STAR_IN_RESOURCE",
         "name the roles, or add a condition on iam:AWSServiceName"},
        {LINT_SECURITY_WARNING, "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE",
         "name the actions, and the service-linked roles"},
        {LINT_SECURITY_WARNING, "CREATE_SLR_WITH_NOT_RESOURCE",
         "name the roles in Resource, or add a condition on iam:AWSServiceName"},
        {LINT_SECURITY_WARNING, "CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
         "name the actions, and the service-linked roles in Resource"},
    },
};

static bool matches_some(const struct reference_service *service, struct str name)
{
    if (!entry_has_wildcard(name))
        return reference_action_find(service, name) != NULL;
    for (size_t i = 0; i < service->n_actions; i++) {
        if (glob_covers(name, service->actions[i].name, true, NULL))
            return true;
    }
    return false;
}

static void add_invalid_action(struct lint *l, const struct node *e,
                               const struct reference_service *service, struct str name)
{
    const struct reference_action *meant = NULL;
    if (entry_has_wildcard(name))
        lint_add(l, e->start, &invalid_action, "%.*s matches no action of %.*s.", STR_FMT(e->text),
                 STR_FMT(service->name));
    else if (lint_may_guess(l) && (meant = reference_action_nearest(service, name)))
        lint_add(l, e->start, &invalid_action, "%.*s is no action of %.*s; %.*s is one.",
                 STR_FMT(e->text), STR_FMT(service->name), STR_FMT(meant->name));
    else
        lint_add(l, e->start, &invalid_action, "%.*s is no action of %.*s.", STR_FMT(e->text),
                 STR_FMT(service->name));
}

static void check_entry(struct lint *l, const struct node *e)
{
    struct str name = e->text;
    struct str prefix = str_cut(&name, ':');
    if (!name.p || str_is(prefix, "*"))
        return;
    const struct reference_service *service = lint_service(l, prefix);
    if (!service || service->n_actions == 0)
        lint_add(l, e->start, &invalid_service, "There is no service %.*s.", STR_FMT(prefix));
    else if (!matches_some(service, name))
        add_invalid_action(l, e, service, name);
    else if (l->kind == POLICY_RCP && !rcp_covers(service->name))
        lint_add(l, e->start, &rcp_service, "%.*s has no effect in a resource control policy.",
                 STR_FMT(e->text));
}

void lint_actions(struct lint *l, const struct statement *s)
{
    const struct node *element = s->action ? s->action : s->not_action;
    for (const struct node *e = entries_first(element); e; e = entries_next(element, e))
        check_entry(l, e);
    size_t n;
    const struct node **redundant = redundant_entries(l, element, action_covers, &n);
    for (size_t i = 0; i < n; i++)
        lint_add(l, redundant[i]->start, &redundant_action,
                 "%.*s is covered by another entry of the list.", STR_FMT(redundant[i]->text));
}

/* "*", or all roles of any account. */
static bool has_all_roles(const struct node *resource)
{
    for (const struct node *e = entries_first(resource); e; e = entries_next(resource, e)) {
        struct arn arn;
        if (entry_is_star(e->text))
            return true;
        if (arn_parse(e->text, &arn) && str_is(arn.service, "iam") &&
            (str_is(arn.resource, "*") || str_is(arn.resource, "role/*")))
            return true;
    }
    return false;
}

static const struct issue *sensitive_issue(const struct sensitive *row, const struct statement *s,
                                           struct str entry)
{
    bool wide = entry_has_wildcard(entry);
    if (s->not_resource)
        return wide ? &row->star_in_action : &row->not_resource;
    if (!has_all_roles(s->resource))
        return NULL;
    return wide ? &row->star_in_both : &row->star;
}

static bool is_narrowed(const struct sensitive *row, const struct statement *s)
{
    return lint_tests_key(s, row->keys[0]) || lint_tests_key(s, row->keys[1]);
}

/* One finding for a wildcard is enough. */
static bool check_sensitive(struct lint *l, const struct statement *s, const struct node *e)
{
    for (size_t i = 0; i < ARRAY_LEN(sensitive); i++) {
        const struct sensitive *row = &sensitive[i];
        if (!action_covers(e->text, str_of(row->action), NULL) || is_narrowed(row, s))
            continue;
        const struct issue *issue = sensitive_issue(row, s, e->text);
        if (!issue)
            continue;
        lint_add(l, e->start, issue, "%.*s%s%s is allowed for roles that are not named.",
                 STR_FMT(e->text), entry_has_wildcard(e->text) ? " with " : "",
                 entry_has_wildcard(e->text) ? row->action : "");
        return true;
    }
    return false;
}

static bool is_service_star(struct str entry)
{
    str_cut(&entry, ':');
    return entry.p && entry_is_star(entry);
}

static void check_broad_entry(struct lint *l, const struct statement *s, const struct node *e)
{
    bool free = element_has_star(s->resource) && !(s->condition && s->condition->n);
    if (entry_is_star(e->text) && free)
        lint_add(l, e->start, &star_everything, "All actions are allowed on all resources.");
    else if (!check_sensitive(l, s, e) && is_service_star(e->text) && free)
        lint_add(l, e->start, &service_star, "%.*s is allowed on all resources.", STR_FMT(e->text));
}

void lint_broad_actions(struct lint *l, const struct statement *s)
{
    if (!lint_grants(l) || !s->allows)
        return;
    for (const struct node *e = entries_first(s->action); e; e = entries_next(s->action, e))
        check_broad_entry(l, s, e);
    if (s->not_action && element_has_star(s->resource) && !(s->condition && s->condition->n))
        lint_add(l, s->not_action->key_at, &not_action_everything,
                 "Everything but the list is allowed on all resources, what AWS adds later "
                 "included.");
}
