/* SPDX-License-Identifier: Apache-2.0 */
/* Principal and NotPrincipal (IAM User Guide, "AWS JSON policy elements: Principal"). */
#include "policy/draft_priv.h"

static bool is_digits(struct str s, size_t n)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_is_digit(s.p[i]))
            return false;
    }
    return s.n == n;
}

/* AIDA... of a user or AROA... of a role that was deleted, perhaps with ":session". */
static bool is_unique_id(struct str s)
{
    if (!str_starts(s, STR("AIDA")) && !str_starts(s, STR("AROA")))
        return false;
    struct str id = str_cut(&s, ':');
    for (size_t i = 0; i < id.n; i++) {
        if (!ascii_is_alnum(id.p[i]))
            return false;
    }
    return id.n >= 16;
}

static bool starts_with_any(struct str s, const char *const *prefixes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (str_starts(s, str_of(prefixes[i])) && s.n > strlen(prefixes[i]))
            return true;
    }
    return false;
}

/* Wildcards in a principal's ARN match nobody; AWS refuses them. */
static bool read_principal_arn(struct str text, struct policy_principal *ret)
{
    static const char *const iam[] = {"user/", "role/"};
    static const char *const sts[] = {"assumed-role/", "federated-user/"};
    struct arn arn;
    if (entry_has_wildcard(text) || !arn_parse(text, &arn))
        return false;
    /* Origin access identities of CloudFront are users of an account of its own. */
    if (!is_digits(arn.account, 12) && !str_is(arn.account, "cloudfront"))
        return false;
    *ret = (struct policy_principal){POLICY_PRINCIPAL_ARN, text};
    if (str_is(arn.service, "sts"))
        return starts_with_any(arn.resource, sts, ARRAY_LEN(sts));
    if (!str_is(arn.service, "iam"))
        return false;
    if (str_is(arn.resource, "root")) {
        *ret = (struct policy_principal){POLICY_PRINCIPAL_ACCOUNT, arn.account};
        return true;
    }
    return starts_with_any(arn.resource, iam, ARRAY_LEN(iam));
}

static bool read_aws(struct str text, struct policy_principal *ret)
{
    enum policy_principal_kind kind;
    if (str_is(text, "*"))
        kind = POLICY_PRINCIPAL_ANYONE;
    else if (is_digits(text, 12))
        kind = POLICY_PRINCIPAL_ACCOUNT;
    else if (is_unique_id(text))
        kind = POLICY_PRINCIPAL_ID;
    else
        return read_principal_arn(text, ret);
    *ret = (struct policy_principal){kind, text};
    return true;
}

/* A host name such as ec2.amazonaws.com; which of them exist is not checked. */
static bool is_domain(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_is_alnum(s.p[i]) && !strchr(".-/_", s.p[i]))
            return false;
    }
    return s.n && memchr(s.p, '.', s.n);
}

static bool is_provider(struct str s)
{
    static const char *const kinds[] = {"saml-provider/", "oidc-provider/"};
    struct arn arn;
    if (is_domain(s))
        return true;
    return !entry_has_wildcard(s) && arn_parse(s, &arn) && str_is(arn.service, "iam") &&
           starts_with_any(arn.resource, kinds, ARRAY_LEN(kinds));
}

static bool read_principal(struct str kind, struct str text, struct policy_principal *ret)
{
    if (str_is(kind, "AWS"))
        return read_aws(text, ret);
    if (str_is(kind, "Service")) {
        *ret = (struct policy_principal){POLICY_PRINCIPAL_SERVICE, text};
        return is_domain(text);
    }
    if (str_is(kind, "Federated")) {
        *ret = (struct policy_principal){POLICY_PRINCIPAL_FEDERATED, text};
        return is_provider(text);
    }
    *ret = (struct policy_principal){POLICY_PRINCIPAL_CANONICAL, text};
    return text.n > 0;
}

/* AWS prints the kind in capitals. */
static const char *printed_kind(struct str kind)
{
    if (str_is(kind, "AWS"))
        return "AWS";
    if (str_is(kind, "Service"))
        return "SERVICE";
    return str_is(kind, "Federated") ? "FEDERATED" : "CANONICAL_USER";
}

static int check_list(const struct draft *draft, const struct node *list)
{
    for (const struct node *e = entries_first(list); e; e = entries_next(list, e)) {
        struct policy_principal ignored;
        if (!read_principal(list->key, e->text, &ignored))
            return draft_fail(draft, e, "Invalid principal in policy: \"%s\":\"%.*s\"",
                              printed_kind(list->key), STR_FMT(e->text));
    }
    return OK;
}

int draft_check_principals(const struct draft *draft)
{
    for (size_t i = 0; i < draft->n; i++) {
        const struct draft_statement *s = &draft->statements[i];
        const struct node *element = s->principal ? s->principal : s->not_principal;
        if (!element || element->kind == NODE_STRING)
            continue;
        for (const struct node *list = element->first; list; list = list->next)
            TRY(check_list(draft, list));
    }
    return OK;
}

size_t principal_list(struct arena *a, const struct node *element,
                      const struct policy_principal **ret)
{
    if (!element)
        return 0;
    size_t total = 0, at = 0;
    const struct node *lists = element->kind == NODE_OBJECT ? element->first : NULL;
    for (const struct node *list = lists; list; list = list->next)
        total += entries_count(list);
    struct policy_principal *v = NEW_ARRAY(a, struct policy_principal, total ? total : 1);
    for (const struct node *list = lists; list; list = list->next) {
        for (const struct node *e = entries_first(list); e; e = entries_next(list, e))
            at += read_principal(list->key, e->text, &v[at]);
    }
    if (element->kind == NODE_STRING)
        v[at++] = (struct policy_principal){POLICY_PRINCIPAL_ANYONE, element->text};
    *ret = v;
    return at;
}
