/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Issuers that vouch for everybody: a trust policy has to say whose tokens it means (IAM User
 * Guide, "Identity-provider controls for shared OIDC providers"). AWS undocumented here: which
 * issuers these are besides GitHub, whose sentence is known from refusals.
 */
#include "policy/draft_priv.h"

#define GITHUB "token.actions.githubusercontent.com"

/* The issuer's name behind oidc-provider/, which may have a path; p == NULL: none of these. */
static struct str shared_issuer(struct str principal)
{
    struct arn arn;
    struct str kind = STR("oidc-provider/"), none = {NULL, 0};
    if (!arn_parse(principal, &arn) || !str_starts(arn.resource, kind))
        return none;
    struct str name = {arn.resource.p + kind.n, arn.resource.n - kind.n}, host = name;
    return str_is(str_cut(&host, '/'), GITHUB) ? name : none;
}

static bool only_stars(struct str s)
{
    while (s.n && *s.p == '*')
        s = (struct str){s.p + 1, s.n - 1};
    return s.n == 0;
}

/* Whether a test of the subject is there, by an operator that AWS counts, not for everybody. */
static bool names_subject(const struct draft_statement *s, struct arena *a, struct str issuer)
{
    static const char *const operators[] = {"StringEquals", "StringLike", "StringEqualsIgnoreCase"};
    struct str key = str_of(arena_printf(a, "%.*s:sub", STR_FMT(issuer)));
    for (size_t i = 0; s->condition && i < ARRAY_LEN(operators); i++) {
        const struct node *block = s->condition->first;
        for (; block; block = block->next) {
            bool counts = str_eq_fold(block->key, str_of(operators[i]));
            for (const struct node *test = block->first; counts && test; test = test->next) {
                bool all = !str_eq_fold(test->key, key);
                for (const struct node *e = entries_first(test); e; e = entries_next(test, e))
                    all |= only_stars(e->text);
                if (!all)
                    return true;
            }
        }
    }
    return false;
}

static int check_statement(const struct draft *draft, const struct draft_statement *s)
{
    const struct node *list = s->principal && s->principal->kind == NODE_OBJECT
                                  ? node_get(s->principal, "Federated")
                                  : NULL;
    for (const struct node *e = entries_first(list); e; e = entries_next(list, e)) {
        struct str issuer = shared_issuer(e->text);
        if (issuer.p && !names_subject(s, draft->arena, issuer)) {
            return draft_fail(draft, e,
                              "Trust policy with trusted principal %.*s must evaluate, using "
                              "StringEquals, StringLike or StringEqualsIgnoreCase, %.*s:sub which "
                              "is not scoped to all.",
                              STR_FMT(e->text), STR_FMT(issuer));
        }
    }
    return OK;
}

int draft_check_shared_issuers(const struct draft *draft)
{
    for (size_t i = 0; i < draft->n && draft->kind == POLICY_TRUST; i++) {
        const struct draft_statement *s = &draft->statements[i];
        if (str_is(s->effect->text, "Allow"))
            TRY(check_statement(draft, s));
    }
    return OK;
}
