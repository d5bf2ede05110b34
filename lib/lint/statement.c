/* SPDX-License-Identifier: Apache-2.0 */
/* The document as a whole, and statements beside each other. */
#include "lint/lint_priv.h"

static const struct issue missing_version = {
    LINT_WARNING,
    "MISSING_VERSION",
    "add \"Version\": \"2012-10-17\"",
};
static const struct issue size_of_scp = {
    LINT_ERROR,
    "POLICY_SIZE_EXCEEDS_SCP_QUOTA",
    "take white space out, or split the policy",
};
static const struct issue size_of_rcp = {
    LINT_ERROR,
    "POLICY_SIZE_EXCEEDS_RCP_QUOTA",
    "take white space out, or split the policy",
};
static const struct issue size_of_identity = {
    LINT_WARNING,
    "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA",
    "split the policy, or use wildcards in actions",
};
static const struct issue size_of_resource = {
    LINT_WARNING,
    "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA",
    "shorten the policy",
};
static const struct issue empty_sid = {
    LINT_SUGGESTION,
    "EMPTY_SID_VALUE",
    "give the statement a name, or leave Sid out",
};
static const struct issue redundant_statement = {
    LINT_SUGGESTION,
    "REDUNDANT_STATEMENT",
    "leave it out",
};

static const struct issue *size_issue(enum policy_kind kind)
{
    if (kind == POLICY_SCP || kind == POLICY_RCP)
        return kind == POLICY_SCP ? &size_of_scp : &size_of_rcp;
    return kind == POLICY_TRUST || kind == POLICY_ENDPOINT ? &size_of_resource : &size_of_identity;
}

void lint_version_and_size(struct lint *l)
{
    struct policy_limit limit = policy_limit_of(l->kind);
    size_t size = limit.blanks_count ? l->text.n : policy_size(l->text);
    if (!node_get(l->root, "Version"))
        lint_add(l, l->root->start, &missing_version,
                 "Without a Version, this is a policy of 2008, which has no variables.");
    if (size > limit.max)
        lint_add(l, l->root->start, size_issue(l->kind), "%zu characters are more than %zu.", size,
                 limit.max);
    for (size_t i = 0; i < l->n; i++) {
        const struct node *sid = l->statements[i].sid;
        if (sid && sid->text.n == 0)
            lint_add(l, sid->key_at, &empty_sid, "Sid is empty.");
    }
}

static bool same_text(const struct node *a, const struct node *b)
{
    return !a || !b ? a == b : str_eq(a->text, b->text) && a->kind == b->kind;
}

static bool entry_is_covered(const struct node *coverer, struct str text, covers_fn *covers,
                             struct policy_work *work)
{
    for (const struct node *e = entries_first(coverer); e; e = entries_next(coverer, e)) {
        if (covers(e->text, text, work))
            return true;
    }
    return false;
}

static bool element_covers(const struct node *coverer, const struct node *element,
                           covers_fn *covers, struct policy_work *work)
{
    for (const struct node *e = entries_first(element); e; e = entries_next(element, e)) {
        if (!entry_is_covered(coverer, e->text, covers, work))
            return false;
    }
    return true;
}

/* Only statements that list what they mean are compared, and none that is longer than a policy. */
static bool is_plain(const struct statement *s)
{
    enum { MOST = 512 };
    return s->action && !s->not_resource && !s->not_principal && entries_count(s->action) <= MOST &&
           entries_count(s->resource) <= MOST;
}

static bool has_condition(const struct statement *s)
{
    return s->condition && s->condition->n;
}

static bool statement_covers(const struct statement *a, const struct statement *b,
                             struct policy_work *work)
{
    if (!is_plain(a) || !is_plain(b) || a->allows != b->allows ||
        !same_text(a->principal, b->principal))
        return false;
    if (has_condition(a) && !same_text(a->condition, b->condition))
        return false;
    return element_covers(a->action, b->action, action_covers, work) &&
           element_covers(a->resource, b->resource, resource_covers, work);
}

/* Of two that cover each other, the later is redundant. */
static bool is_redundant(struct lint *l, size_t number)
{
    enum { MOST = 64 };
    const struct statement *s = &l->statements[number];
    for (size_t i = 0; i < l->n && i < MOST; i++) {
        const struct statement *other = &l->statements[i];
        if (i != number && statement_covers(other, s, &l->work) &&
            (i < number || !statement_covers(s, other, &l->work)))
            return true;
    }
    return false;
}

void lint_redundant_statements(struct lint *l)
{
    for (size_t i = 0; i < l->n; i++) {
        if (is_redundant(l, i))
            lint_add(l, l->statements[i].node->start, &redundant_statement,
                     "Another statement says the same and perhaps more.");
    }
}
