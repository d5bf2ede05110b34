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

static bool counts(struct str operator)
{
    static const char *const operators[] = {"StringEquals", "StringLike", "StringEqualsIgnoreCase"};
    for (size_t i = 0; i < ARRAY_LEN(operators); i++) {
        if (str_eq_fold(operator, str_of(operators[i])))
            return true;
    }
    return false;
}

/* The test is for somebody, and not for everybody. */
static bool is_scoped(const struct node *test)
{
    for (const struct node *e = entries_first(test); e; e = entries_next(test, e)) {
        if (only_stars(e->text))
            return false;
    }
    return true;
}

/* The keys that are tested by an operator that AWS counts, and not for everybody. */
static struct text_set scoped_keys(const struct draft_statement *s, struct arena *a)
{
    const struct node *blocks = s->condition ? s->condition->first : NULL;
    size_t n = 0;
    for (const struct node *block = blocks; block; block = block->next)
        n += block->n;
    struct str *keys = NEW_ARRAY(a, struct str, n);
    n = 0;
    for (const struct node *block = blocks; block; block = block->next) {
        for (const struct node *test = block->first; counts(block->key) && test; test = test->next)
            if (is_scoped(test))
                keys[n++] = test->key;
    }
    return set_of(keys, n, true);
}

static int check_statement(const struct draft *draft, const struct draft_statement *s)
{
    const struct node *list = s->principal && s->principal->kind == NODE_OBJECT
                                  ? node_get(s->principal, "Federated")
                                  : NULL;
    struct text_set keys = list ? scoped_keys(s, draft->arena) : (struct text_set){.n = 0};
    for (const struct node *e = entries_first(list); e; e = entries_next(list, e)) {
        struct str issuer = shared_issuer(e->text);
        if (!issuer.p)
            continue;
        const char *key = arena_printf(draft->arena, "%.*s:sub", STR_FMT(issuer));
        if (!set_has(&keys, str_of(key), NULL)) {
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
