/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions that go wrong when a request does not have the key. */
#include "lint/lint_priv.h"

static const struct issue deny_without_mfa = {
    LINT_WARNING,
    "DENY_WITHOUT_IF_EXISTS_FOR_MFA",
    "use BoolIfExists: requests with long-term access keys do not have the key",
};
static const struct issue allow_without_mfa = {
    LINT_SECURITY_WARNING,
    "ALLOW_WITH_IF_EXISTS_FOR_MFA",
    "use Bool: requests with long-term access keys do not have the key and pass",
};
static const struct issue deny_addresses = {
    LINT_WARNING,
    "DENY_NOT_IP_ADDRESS_WITHOUT_VIA_AWS_SERVICE",
    "add \"Bool\": {\"aws:ViaAWSService\": \"false\"}: services that act for the caller have "
    "addresses of their own",
};
static const struct issue contradiction = {
    LINT_WARNING,
    "CONTRADICTORY_CONDITION",
    "leave one of the two out",
};

static bool is_word(const struct node *test, const char *word)
{
    const struct node *e = entries_first(test);
    return entries_count(test) == 1 && str_eq_fold(e->text, str_of(word));
}

/* Whether Null tests the key, for this word or for any when it is NULL. */
static bool has_null(const struct statement *s, struct str key, const char *word)
{
    for (const struct node *block = s->condition->first; block; block = block->next) {
        bool null = block->n && operator_read(block->key).type == OPERATOR_NULL;
        for (const struct node *test = null ? block->first : NULL; test; test = test->next) {
            if (str_eq_fold(test->key, key) && (!word || is_word(test, word)))
                return true;
        }
    }
    return false;
}

bool lint_has_null(const struct statement *s, struct str key)
{
    return has_null(s, key, NULL);
}

/* A Null test anywhere in the document may deal with the requests without the key. */
static bool deals_with_absence(const struct lint *l, struct str key)
{
    for (size_t i = 0; i < l->n; i++) {
        if (l->statements[i].condition && has_null(&l->statements[i], key, NULL))
            return true;
    }
    return false;
}

static void check_mfa(struct lint *l, const struct statement *s, struct operator_words op,
                      const struct node *test)
{
    if (op.type != OPERATOR_BOOL || !str_eq_fold(test->key, STR("aws:MultiFactorAuthPresent")))
        return;
    if (!s->allows && !op.if_exists && !op.all && is_word(test, "false") &&
        !deals_with_absence(l, test->key))
        lint_add(l, test->key_at, &deny_without_mfa,
                 "Requests with long-term access keys are not denied.");
    if (s->allows && op.if_exists && is_word(test, "true") && !lint_has_null(s, test->key))
        lint_add(l, test->key_at, &allow_without_mfa,
                 "Requests with long-term access keys are allowed without MFA.");
}

static void check_addresses(struct lint *l, const struct statement *s, struct operator_words op,
                            const struct node *test)
{
    static const char *const escapes[] = {
        "aws:viaawsservice",  "aws:principalisawsservice", "aws:sourcevpc",
        "aws:sourcevpce",     "aws:vpcsourceip",           "aws:calledvia",
        "aws:calledviafirst", "aws:calledvialast",         "aws:principalservicename",
    };
    if (s->allows || op.type != OPERATOR_IP || !op.negated ||
        !(lint_grants(l) || l->kind == POLICY_SCP) || !str_eq_fold(test->key, STR("aws:SourceIp")))
        return;
    for (size_t i = 0; i < ARRAY_LEN(escapes); i++) {
        if (lint_tests_key(s, escapes[i]))
            return;
    }
    lint_add(l, test->key_at, &deny_addresses,
             "Services that act for the caller are denied as well.");
}

/* Null says that the key is absent, and another operator wants a value of it. */
static void check_contradiction(struct lint *l, const struct statement *s, struct operator_words op,
                                const struct node *test)
{
    bool wants = op.type != OPERATOR_NULL && !op.negated && !op.if_exists && !op.all;
    if (wants && has_null(s, test->key, "true"))
        lint_add(l, test->key_at, &contradiction,
                 "%.*s has to be absent and to have a value: the statement never applies.",
                 STR_FMT(test->key));
}

void lint_absent_key(struct lint *l, const struct statement *s, struct operator_words op,
                     const struct node *test)
{
    check_mfa(l, s, op, test);
    check_addresses(l, s, op, test);
    check_contradiction(l, s, op, test);
}
