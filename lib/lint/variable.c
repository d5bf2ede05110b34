/* SPDX-License-Identifier: Apache-2.0 */
/* Policy variables (IAM User Guide, "IAM policy elements: Variables and tags"). */
#include "lint/lint_priv.h"

static const struct issue unsupported_version = {
    LINT_ERROR,
    "VARIABLE_UNSUPPORTED_IN_VERSION",
    "set Version to 2012-10-17; in older policies the text stands for itself",
};
static const struct issue missing_brace = {
    LINT_ERROR,
    "MISSING_BRACE_IN_VARIABLE",
    "end the variable with }",
};
static const struct issue empty_variable = {
    LINT_ERROR,
    "EMPTY_VARIABLE",
    "write a condition key between the braces",
};
static const struct issue unsupported_space = {
    LINT_ERROR,
    "UNSUPPORTED_SPACE_IN_VARIABLE",
    "take the blanks beside the braces out",
};
static const struct issue missing_quote = {
    LINT_ERROR,
    "MISSING_QUOTE_IN_VARIABLE",
    "put the default into single quotes: ${key, 'default'}",
};
static const struct issue multivalued = {
    LINT_WARNING,
    "MULTIVALUED_KEY_IN_VARIABLE",
    "use a key with a single value; a list has no value as a variable",
};

static bool is_character(struct str content)
{
    return content.n == 1 && strchr("*?$", content.p[0]);
}

static bool is_quoted(struct str text)
{
    return text.n >= 2 && text.p[0] == '\'' && text.p[text.n - 1] == '\'';
}

/* CONTENT stands between the braces. */
static void check_variable(struct lint *l, const struct statement *s, size_t offset,
                           struct str content)
{
    if (is_character(content))
        return;
    struct str dflt = content;
    struct str name = str_cut(&dflt, ',');
    struct str trimmed = str_trim(name);
    if (trimmed.n == 0) {
        lint_add(l, offset, &empty_variable, "The variable names no condition key.");
    } else if (trimmed.n != name.n) {
        lint_add(l, offset, &unsupported_space, "${%.*s} has blanks in it.", STR_FMT(content));
    } else if (dflt.p && !is_quoted(str_trim(dflt))) {
        lint_add(l, offset, &missing_quote, "The default in ${%.*s} is not in quotes.",
                 STR_FMT(content));
    } else {
        const struct condition_key *key = lint_key(l, s, name, offset);
        if (key && key->multivalued)
            lint_add(l, offset, &multivalued, "${%.*s} stands for a list.", STR_FMT(content));
    }
}

/* Escapes make the text and its spelling differ; then the whole string is the place. */
static size_t place_in(const struct node *value, struct str rest)
{
    bool plain = value->end - value->start == value->text.n + 2;
    return value->start + (plain ? 1 + (size_t)(rest.p - value->text.p) : 0);
}

void lint_variables(struct lint *l, const struct statement *s, const struct node *value)
{
    if (value->kind != NODE_STRING)
        return;
    struct str rest = value->text;
    const char *start;
    while ((start = rest.n ? memmem(rest.p, rest.n, "${", 2) : NULL)) {
        rest = (struct str){start, rest.n - (size_t)(start - rest.p)};
        size_t offset = place_in(value, rest);
        const char *end = memchr(rest.p, '}', rest.n);
        if (!end) {
            if (l->modern)
                lint_add(l, offset, &missing_brace, "The variable has no end.");
            return;
        }
        if (!l->modern) {
            lint_add(l, offset, &unsupported_version, "There are no variables in this version.");
            return;
        }
        check_variable(l, s, offset, (struct str){start + 2, (size_t)(end - start) - 2});
        rest = (struct str){end + 1, rest.n - (size_t)(end + 1 - rest.p)};
    }
}
