/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What AWS checks behind the syntax, in its order. Each check goes through all statements before
 * the next one starts; the order was found by sending AWS documents with two mistakes.
 */
#include "policy/draft_priv.h"

static const char legacy_error[] = "The policy failed legacy parsing";

/*
 * Inline, trust, resource and service control policies may be of the older version, or name none.
 * The guide of Organizations demands that of resource control policies. AWS undocumented: what it
 * says without, and that service control policies may be of the older version.
 */
static bool needs_version(enum policy_kind kind)
{
    return kind == POLICY_MANAGED || kind == POLICY_RCP;
}

static int check_version(const struct draft *draft)
{
    if (draft->modern || !needs_version(draft->kind))
        return OK;
    const struct node top = {.start = draft->start.offset};
    return draft_fail(draft, &top, "Policy document must be version 2012-10-17 or greater.");
}

/*
 * Identity policies start with their "{"; trust policies were checked before they were read, and
 * resource policies are other services' to judge. AWS undocumented: the place of this check among
 * the others, taken from its sentence.
 */
static int check_start(const struct draft *draft)
{
    const struct node top = {.start = draft->start.offset};
    bool identity = draft->kind == POLICY_IDENTITY || draft->kind == POLICY_MANAGED;
    if (identity && draft_starts_blank(draft))
        return draft_fail(draft, &top, "%s", legacy_error);
    return OK;
}

/*
 * AWS undocumented: only a date is known to fail here; a number, address, truth value or binary
 * value that cannot be read is refused alike instead of being stored and never matching.
 */
static int check_values(const struct draft *draft, const struct operator* op,
                        const struct node *key)
{
    if (op->type == VALUE_STRING || op->type == VALUE_ARN) /* any text is one */
        return OK;
    unsigned special = draft->modern ? PATTERN_VARIABLES : 0;
    for (const struct node *e = entries_first(key); e; e = entries_next(key, e)) {
        struct test_value ignored;
        if (!test_value_compile(draft->arena, op, e->text, special, &ignored))
            return draft_fail(draft, e, "%s", legacy_error);
    }
    return OK;
}

static int check_condition(const struct draft *draft, const struct node *condition)
{
    for (const struct node *block = condition->first; block; block = block->next) {
        struct policy_test test;
        if (!operator_parse(block->key, &test))
            continue;
        for (const struct node *key = block->first; key; key = key->next)
            TRY(check_values(draft, test.op, key));
    }
    return OK;
}

static int check_legacy(const struct draft *draft)
{
    for (size_t i = 0; i < draft->n; i++) {
        const struct draft_statement *s = &draft->statements[i];
        if (!str_is(s->effect->text, "Allow") && !str_is(s->effect->text, "Deny"))
            return draft_fail(draft, s->effect, "%s", legacy_error);
        if (s->condition)
            TRY(check_condition(draft, s->condition));
    }
    return OK;
}

static const struct node *resources_of(const struct draft_statement *s)
{
    return s->resource ? s->resource : s->not_resource;
}

static const struct node *actions_of(const struct draft_statement *s)
{
    return s->action ? s->action : s->not_action;
}

/* *RET_BAD: the entry that will fail check_resource; it ends this check, itself included. */
static int check_legacy_resources(const struct draft *draft, const struct node **ret_bad)
{
    for (size_t i = 0; i < draft->n; i++) {
        const struct node *resources = resources_of(&draft->statements[i]);
        for (const struct node *e = entries_first(resources); e; e = entries_next(resources, e)) {
            bool legacy_ok;
            if (draft_check_resource(draft, e, &legacy_ok) < 0) {
                *ret_bad = e;
                return OK;
            }
            if (!legacy_ok)
                return draft_fail(draft, e, "%s", legacy_error);
        }
    }
    return OK;
}

static int check_resource(const struct draft *draft, const struct node *bad)
{
    bool ignored;
    return bad ? draft_check_resource(draft, bad, &ignored) : OK;
}

/* Services other than IAM let their policies have freer ids. */
static int check_sid_form(const struct draft *draft, const struct node *sid)
{
    if (draft->kind == POLICY_RESOURCE || draft->kind == POLICY_ENDPOINT)
        return OK;
    for (size_t i = 0; i < sid->text.n; i++) {
        if (!ascii_is_alnum(sid->text.p[i]))
            return draft_fail(draft, sid,
                              "Statement IDs (SID) must be alpha-numeric. Check that your input "
                              "satisfies the regular expression [0-9A-Za-z]*");
    }
    return OK;
}

static int check_sids(const struct draft *draft)
{
    struct named *sids = NEW_ARRAY(draft->arena, struct named, draft->n);
    size_t n = 0;
    for (size_t i = 0; i < draft->n; i++) {
        const struct node *sid = draft->statements[i].sid;
        if (sid && sid->text.n)
            sids[n++] = (struct named){sid->text, sid->start};
    }
    size_t repeated = named_repeats(sids, n);
    for (size_t i = 0; i < draft->n; i++) {
        const struct node *sid = draft->statements[i].sid;
        if (!sid)
            continue;
        TRY(check_sid_form(draft, sid));
        if (sid->start == repeated)
            return draft_fail(draft, sid, "Statement IDs (SID) in a single policy must be unique.");
    }
    return OK;
}

/* Elements that the kind of policy must have or must not have. */
static int check_kind(const struct draft *draft, const struct draft_statement *s)
{
    const struct node *principal = s->principal ? s->principal : s->not_principal;
    switch (draft->kind) {
    case POLICY_IDENTITY:
    case POLICY_MANAGED:
    case POLICY_SESSION:
    case POLICY_SCP:
        if (principal)
            return draft_fail(draft, principal, "Policy document should not specify a principal.");
        return OK;
    case POLICY_TRUST:
        if (resources_of(s))
            return draft_fail(draft, resources_of(s), "Has prohibited field Resource");
        if (s->not_principal)
            return draft_fail(draft, s->not_principal, "Has prohibited field NotPrincipal");
        break;
    case POLICY_RESOURCE:
    case POLICY_RCP:
    case POLICY_ENDPOINT:
        break;
    }
    return principal ? OK : draft_fail(draft, s->node, "Missing required field Principal");
}

static int check_kinds(const struct draft *draft)
{
    for (size_t i = 0; i < draft->n; i++)
        TRY(check_kind(draft, &draft->statements[i]));
    return draft_check_principals(draft);
}

static int check_actions_exist(const struct draft *draft)
{
    for (size_t i = 0; i < draft->n; i++) {
        const struct draft_statement *s = &draft->statements[i];
        if (entries_count(actions_of(s)) == 0)
            return draft_fail(draft, s->node, "Policy statement must contain actions.");
    }
    return OK;
}

/* Repositories of ECR and others are what their policy is about: it names no resource. */
static int check_resources_exist(const struct draft *draft)
{
    bool optional = draft->kind == POLICY_TRUST || draft->kind == POLICY_RESOURCE;
    for (size_t i = 0; i < draft->n; i++) {
        const struct node *resources = resources_of(&draft->statements[i]);
        if (!(optional && !resources) && entries_count(resources) == 0)
            return draft_fail(draft, draft->statements[i].node,
                              "Policy statement must contain resources.");
    }
    return OK;
}

static bool only_stars(struct str s)
{
    size_t n = 0;
    while (n < s.n && s.p[n] == '*')
        n++;
    return n && n == s.n;
}

/*
 * Any well-formed vendor is accepted. AWS undocumented: whether "*:" may stand for all vendors;
 * accepted here.
 */
static bool vendor_ok(struct str vendor)
{
    for (size_t i = 0; i < vendor.n; i++) {
        if (!ascii_is_alnum(vendor.p[i]) && vendor.p[i] != '-' && vendor.p[i] != '.')
            return str_is(vendor, "*");
    }
    return vendor.n > 0;
}

static int check_action(const struct draft *draft, const struct node *entry)
{
    struct str name = entry->text;
    if (only_stars(name))
        return OK;
    struct str vendor = str_cut(&name, ':');
    if (!name.p)
        return draft_fail(draft, entry,
                          "Actions/Conditions must be prefaced by a vendor, e.g., "
                          "iam, sdb, ec2, etc.");
    if (memchr(name.p, ':', name.n))
        return draft_fail(draft, entry, "Actions/Condition can contain only one colon.");
    if (!vendor_ok(vendor))
        return draft_fail(draft, entry, "Vendor %.*s is not valid", STR_FMT(vendor));
    return OK;
}

static int check_actions(const struct draft *draft)
{
    for (size_t i = 0; i < draft->n; i++) {
        const struct node *actions = actions_of(&draft->statements[i]);
        for (const struct node *e = entries_first(actions); e; e = entries_next(actions, e))
            TRY(check_action(draft, e));
    }
    return OK;
}

/* The actions of STS that are about becoming a role; a name with wildcards may mean them. */
static bool assumes_role(struct str action)
{
    static const char *const others[] = {"TagSession", "SetSourceIdentity", "SetContext"};
    struct str family = STR("AssumeRole");
    struct str vendor = str_cut(&action, ':');
    if (!str_eq_fold(vendor, STR("sts")))
        return false;
    if (entry_has_wildcard(action))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        if (str_eq_fold(action, str_of(others[i])))
            return true;
    }
    return action.n >= family.n && str_eq_fold((struct str){action.p, family.n}, family);
}

static int check_trust_actions(const struct draft *draft)
{
    for (size_t i = 0; i < draft->n && draft->kind == POLICY_TRUST; i++) {
        const struct node *actions = actions_of(&draft->statements[i]);
        bool negated = draft->statements[i].not_action != NULL;
        for (const struct node *e = entries_first(actions); e; e = entries_next(actions, e)) {
            if (negated || !assumes_role(e->text))
                return draft_fail(draft, e,
                                  "AssumeRole policy may only specify STS AssumeRole actions.");
        }
    }
    return OK;
}

int draft_check(const struct draft *draft)
{
    const struct node *bad_resource = NULL;
    TRY(check_version(draft));
    TRY(check_start(draft));
    TRY(check_legacy(draft));
    TRY(check_legacy_resources(draft, &bad_resource));
    TRY(check_sids(draft));
    TRY(check_kinds(draft));
    TRY(check_actions_exist(draft));
    TRY(check_resource(draft, bad_resource));
    TRY(check_actions(draft));
    TRY(check_resources_exist(draft));
    TRY(check_trust_actions(draft));
    TRY(draft_check_shared_issuers(draft));
    return draft->kind == POLICY_RCP ? draft_check_rcp(draft) : OK;
}
