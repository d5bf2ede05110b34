/* SPDX-License-Identifier: Apache-2.0 */
/* Condition: what operators are applied to which keys, and what comes of it. */
#include "lint/lint_priv.h"

static const struct issue duplicate_keys = {
    LINT_ERROR,
    "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
    "put the values into one list: names of condition keys ignore letter case",
};
static const struct issue empty_condition = {
    LINT_SUGGESTION,
    "EMPTY_OBJECT_CONDITION",
    "leave it out: it restricts nothing",
};
static const struct issue type_mismatch = {
    LINT_WARNING,
    "TYPE_MISMATCH",
    "use an operator of the type of the key",
};
static const struct issue missing_qualifier = {
    LINT_WARNING,
    "MISSING_QUALIFIER",
    "put ForAnyValue: or ForAllValues: in front of the operator",
};
static const struct issue all_with_single = {
    LINT_SECURITY_WARNING,
    "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
    "take ForAllValues: away: without the key, it lets every request pass",
};
static const struct issue any_with_single = {
    LINT_SUGGESTION,
    "FORANYVALUE_WITH_SINGLE_VALUED_KEY",
    "take ForAnyValue: away: the key has one value",
};
static const struct issue all_without_null = {
    LINT_SECURITY_WARNING,
    "FORALLVALUES_WITHOUT_NULL_CHECK",
    "add \"Null\": {KEY: \"false\"}, or use ForAnyValue:",
};
static const struct issue null_with_qualifier = {
    LINT_SUGGESTION,
    "NULL_WITH_QUALIFIER",
    "write Null alone",
};
static const struct issue multiple_boolean = {
    LINT_ERROR,
    "INVALID_CONDITION_MULTIPLE_BOOLEAN",
    "give one truth value",
};
static const struct issue wildcard_without_like = {
    LINT_WARNING,
    "WILDCARD_WITHOUT_LIKE_OPERATOR",
    "use StringLike or StringNotLike; write ${*} or ${?} when the character itself is meant",
};
static const struct issue empty_array[] = {
    {LINT_SUGGESTION, "EMPTY_ARRAY_CONDITION", "give values, or leave the test out"},
    {LINT_SUGGESTION, "EMPTY_ARRAY_CONDITION_FORALLVALUES", "give values, or leave the test out"},
    {LINT_SUGGESTION, "EMPTY_ARRAY_CONDITION_FORANYVALUE", "give values, or leave the test out"},
    {LINT_SUGGESTION, "EMPTY_ARRAY_CONDITION_IFEXISTS", "give values, or leave the test out"},
};

/*
 * Whether an operator of this type has something to compare. Text compares with everything that
 * has one spelling, but with a range, a number or a time it does not mean what it says.
 */
static bool types_fit(enum operator_type operator, enum condition_key_type key)
{
    switch (operator) {
    case OPERATOR_STRING:
        return key == CONDITION_KEY_STRING || key == CONDITION_KEY_ARN || key == CONDITION_KEY_BOOL;
    case OPERATOR_ARN:
        return key == CONDITION_KEY_STRING || key == CONDITION_KEY_ARN;
    case OPERATOR_NUMERIC:
        return key == CONDITION_KEY_NUMERIC || key == CONDITION_KEY_DATE;
    case OPERATOR_DATE:
        return key == CONDITION_KEY_DATE;
    case OPERATOR_BOOL:
        return key == CONDITION_KEY_BOOL;
    case OPERATOR_IP:
        return key == CONDITION_KEY_IP;
    case OPERATOR_BINARY: /* the reference knows no such keys, but there are */
    case OPERATOR_NULL:
        break;
    }
    return true;
}

static const char *type_name(enum condition_key_type type)
{
    static const char *const names[] = {
        [CONDITION_KEY_STRING] = "text",        [CONDITION_KEY_ARN] = "an ARN",
        [CONDITION_KEY_BOOL] = "true or false", [CONDITION_KEY_DATE] = "a date",
        [CONDITION_KEY_NUMERIC] = "a number",   [CONDITION_KEY_IP] = "an address",
    };
    return names[type];
}

/*
 * A list that is empty or missing passes ForAllValues. Where the list says who is asking, that
 * opens the door to everybody else; a request without tags, on the other hand, is harmless.
 */
static bool must_be_there(const struct condition_key *key)
{
    return str_starts(str_of(key->name), STR("aws:")) && strcmp(key->name, "aws:TagKeys") != 0;
}

/*
 * Keys of EventBridge are fields of a pattern, documented as lists. AWS's own policies compare them
 * without a set operator.
 */
static bool is_always_list(const struct condition_key *key)
{
    return key->multivalued && !str_starts(str_of(key->name), STR("events:"));
}

static void check_qualifier(struct lint *l, const struct statement *s, struct operator_words op,
                            const struct condition_key *key, const struct node *test)
{
    if (op.type == OPERATOR_NULL)
        return;
    if (is_always_list(key) && !op.all && !op.any)
        lint_add(l, test->key_at, &missing_qualifier, "%.*s holds a list.", STR_FMT(test->key));
    else if (!key->multivalued && op.all && s->allows)
        lint_add(l, test->key_at, &all_with_single, "%.*s has one value.", STR_FMT(test->key));
    else if (!key->multivalued && op.any)
        lint_add(l, test->key_at, &any_with_single, "%.*s has one value.", STR_FMT(test->key));
    else if (op.all && s->allows && must_be_there(key) && !lint_has_null(s, test->key))
        lint_add(l, test->key_at, &all_without_null, "Requests without %.*s are allowed.",
                 STR_FMT(test->key));
}

/* Characters of `*` and `?`, variables aside. */
static bool has_wildcard(struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        struct str rest = {text.p + i, text.n - i};
        const char *end = str_starts(rest, STR("${")) ? memchr(rest.p, '}', rest.n) : NULL;
        if (end)
            i = (size_t)(end - text.p);
        else if (text.p[i] == '*' || text.p[i] == '?')
            return true;
    }
    return false;
}

static void check_values(struct lint *l, const struct statement *s, struct operator_words op,
                         const struct node *test)
{
    if (entries_count(test) == 0) {
        int row = op.if_exists ? 3 : op.any ? 2 : op.all ? 1 : 0;
        lint_add(l, test->key_at, &empty_array[row], "%.*s is compared with nothing.",
                 STR_FMT(test->key));
    }
    if ((op.type == OPERATOR_BOOL || op.type == OPERATOR_NULL) && entries_count(test) > 1)
        lint_add(l, test->key_at, &multiple_boolean, "%.*s is compared with several truth values.",
                 STR_FMT(test->key));
    bool variables =
        op.type == OPERATOR_STRING || op.type == OPERATOR_ARN || op.type == OPERATOR_BOOL;
    for (const struct node *e = entries_first(test); e; e = entries_next(test, e)) {
        bool plain = op.type == OPERATOR_STRING && !op.wildcards;
        if (plain && has_wildcard(e->text))
            lint_add(l, e->start, &wildcard_without_like,
                     "The wildcard in %.*s is a plain character here.", STR_FMT(e->text));
        if (variables)
            lint_variables(l, s, e);
    }
    if (op.type == OPERATOR_IP)
        lint_addresses(l, test, str_eq_fold(test->key, STR("aws:SourceIp")), op.negated);
}

static void check_test(struct lint *l, const struct statement *s, struct operator_words op,
                       const struct node *block, const struct node *test)
{
    const struct condition_key *key = lint_key(l, s, test->key, test->key_at);
    if (key && !types_fit(op.type, key->type))
        lint_add(l, test->key_at, &type_mismatch, "%.*s is %s, which %.*s does not compare.",
                 STR_FMT(test->key), type_name(key->type), STR_FMT(block->key));
    if (key)
        check_qualifier(l, s, op, key, test);
    check_values(l, s, op, test);
    lint_absent_key(l, s, op, test);
}

static void check_duplicates(struct lint *l, const struct node *block)
{
    struct named *names = NEW_ARRAY(l->arena, struct named, block->n);
    size_t n = 0;
    for (const struct node *test = block->first; test; test = test->next)
        names[n++] = (struct named){{str_fold(l->arena, test->key), test->key.n}, test->key_at};
    size_t repeated = named_repeats(names, n);
    if (repeated != SIZE_MAX)
        lint_add(l, repeated, &duplicate_keys, "The key stands here in another letter case.");
}

void lint_conditions(struct lint *l, const struct statement *s)
{
    if (!s->condition)
        return;
    if (s->condition->n == 0)
        lint_add(l, s->condition->key_at, &empty_condition, "Condition is empty.");
    for (const struct node *block = s->condition->first; block; block = block->next) {
        struct operator_words op = operator_read(block->key);
        if (block->n == 0) {
            lint_add(l, block->key_at, &empty_condition, "%.*s tests no key.", STR_FMT(block->key));
            continue;
        }
        if (op.type == OPERATOR_NULL && (op.all || op.any))
            lint_add(l, block->key_at, &null_with_qualifier,
                     "Null looks at the key as a whole, which %.*s does not.", STR_FMT(block->key));
        check_duplicates(l, block);
        for (const struct node *test = block->first; test; test = test->next)
            check_test(l, s, op, block, test);
    }
}
