/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What AWS Organizations asks of a resource control policy beyond the common grammar (Organizations
 * User Guide, "RCP syntax"). AWS undocumented: the sentences. Organizations refuses a document
 * without saying what is wrong with it; these are for whoever has to mend it.
 */
#include "policy/draft_priv.h"

static bool is_star(const struct node *element)
{
    const struct node *entry = entries_first(element);
    return entries_count(element) == 1 && entry->kind == NODE_STRING && str_is(entry->text, "*");
}

/* A statement of RCPFullAWSAccess, which AWS attaches everywhere and which alone may allow. */
static bool allows_everything(const struct draft_statement *s)
{
    return str_is(s->effect->text, "Allow") && is_star(s->principal) && is_star(s->action) &&
           is_star(s->resource) && !s->condition;
}

/* The wildcard stands for names of actions, not for services. */
static int check_actions(const struct draft *draft, const struct node *actions)
{
    for (const struct node *e = entries_first(actions); e; e = entries_next(actions, e)) {
        if (e->text.p[0] == '*')
            return draft_fail(draft, e,
                              "Actions must be prefaced by a service in a resource "
                              "control policy.");
    }
    return OK;
}

static int check_statement(const struct draft *draft, const struct draft_statement *s)
{
    if (!str_is(s->effect->text, "Deny"))
        return draft_fail(draft, s->effect, "Effect must be Deny in a resource control policy.");
    if (s->not_principal)
        return draft_fail(draft, s->not_principal, "Has prohibited field NotPrincipal");
    if (s->principal->kind != NODE_STRING)
        return draft_fail(draft, s->principal,
                          "Principal must be \"*\" in a resource control policy.");
    if (s->not_action)
        return draft_fail(draft, s->not_action, "Has prohibited field NotAction");
    return check_actions(draft, s->action);
}

int draft_check_rcp(const struct draft *draft)
{
    bool full = true;
    for (size_t i = 0; i < draft->n; i++)
        full = full && allows_everything(&draft->statements[i]);
    for (size_t i = 0; i < draft->n && !full; i++)
        TRY(check_statement(draft, &draft->statements[i]));
    return OK;
}
