/* SPDX-License-Identifier: Apache-2.0 */
/* Principal and NotPrincipal of resource and trust policies. */
#include "lint/lint_priv.h"
#include "model/arn.h"

static const struct issue allow_not_principal = {
    LINT_SECURITY_WARNING,
    "ALLOW_WITH_NOT_PRINCIPAL",
    "list who is allowed in Principal",
};
static const struct issue anybody = {
    LINT_SECURITY_WARNING,
    "ALLOW_WITH_STAR_IN_PRINCIPAL",
    "name accounts, users or roles, or add a Condition",
};
static const struct issue whole_account = {
    LINT_SUGGESTION,
    "ACCOUNT_PRINCIPAL_IN_TRUST_POLICY",
    "name the roles or users that need it, or add a Condition",
};
static const struct issue any_identity = {
    LINT_SECURITY_WARNING,
    "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL",
    "test the audience and the subject of the provider, such as HOST:aud and HOST:sub",
};

static bool is_account(struct str text)
{
    struct arn arn;
    if (arn_parse(text, &arn))
        return str_is(arn.service, "iam") && str_is(arn.resource, "root");
    return text.n == 12 && ascii_is_digit(text.p[0]);
}

/* An OpenID Connect provider, by its ARN or as one of those that need none. */
static bool is_oidc(struct str text)
{
    static const char *const known[] = {"accounts.google.com", "www.amazon.com",
                                        "graph.facebook.com", "cognito-identity.amazonaws.com"};
    struct arn arn;
    if (arn_parse(text, &arn))
        return str_starts(arn.resource, STR("oidc-provider/"));
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (str_is(text, known[i]))
            return true;
    }
    return false;
}

static void check_entry(struct lint *l, struct str kind, const struct node *e)
{
    bool trust = l->kind == POLICY_TRUST;
    if (str_is(kind, "AWS") && str_is(e->text, "*"))
        lint_add(l, e->start, &anybody, "Everybody is allowed, whatever their account.");
    else if (trust && str_is(kind, "AWS") && is_account(e->text))
        lint_add(l, e->start, &whole_account, "Every user and role of the account is trusted.");
    else if (trust && str_is(kind, "Federated") && is_oidc(e->text))
        lint_add(l, e->start, &any_identity, "Every identity of the provider is allowed.");
}

void lint_principals(struct lint *l, const struct statement *s)
{
    bool judged = l->kind == POLICY_RESOURCE || l->kind == POLICY_TRUST;
    if (!s->allows || !judged)
        return;
    if (s->not_principal)
        lint_add(l, s->not_principal->key_at, &allow_not_principal,
                 "Everybody but the list is allowed, whatever their account.");
    if (!s->principal || (s->condition && s->condition->n))
        return;
    if (s->principal->kind == NODE_STRING) {
        check_entry(l, STR("AWS"), s->principal);
        return;
    }
    for (const struct node *list = s->principal->first; list; list = list->next) {
        for (const struct node *e = entries_first(list); e; e = entries_next(list, e))
            check_entry(l, list->key, e);
    }
}
