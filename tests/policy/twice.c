/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/twice.h"

#include "policy/json.h"
#include "policy/policy_priv.h"

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_error(const struct policy_error *a, const struct policy_error *b)
{
    return same_text(a->message, b->message) && same_text(a->hint, b->hint) && a->line == b->line &&
           a->column == b->column;
}

static bool same_statement(const struct policy_statement *a, const struct policy_statement *b)
{
    return a->line == b->line && a->column == b->column && a->end_line == b->end_line &&
           a->end_column == b->end_column && a->from_line == b->from_line &&
           a->from_column == b->from_column && a->n_conditions == b->n_conditions &&
           a->effect == b->effect && same_text(a->sid, b->sid) && str_eq(a->text, b->text);
}

static bool same_policy(const struct policy *a, const struct policy *b)
{
    bool same = a->n == b->n && str_starts(policy_text(a), policy_text(b)); /* blanks behind */
    for (size_t i = 0; same && i < a->n; i++)
        same = same_statement(&a->statements[i], &b->statements[i]);
    return same;
}

int compile_twice(struct arena *a, struct str text, enum policy_kind kind,
                  const struct policy **ret, struct policy_error *error, bool *same)
{
    int code = policy_compile(a, text, kind, ret, error);
    struct buf around = buf_new(a, text.n + 16);
    buf_add_text(&around, " \n[");
    buf_add(&around, text);
    buf_add_text(&around, ", \"\xe2\x82\xac\"]"); /* what no policy of IAM may have */
    const struct node *list;
    size_t bad;
    *same = true;
    if (text.n == 0 || text.p[0] != '{' || !node_read(a, buf_str(&around), &list, &bad) ||
        list->n != 2)
        return code;
    const struct policy *policy = NULL;
    struct policy_error other = {.message = NULL};
    *same = policy_compile_read(a, list->first, kind, &policy, &other) == code &&
            (code < 0 ? same_error(error, &other) : same_policy(*ret, policy));
    return code;
}
