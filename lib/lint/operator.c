/* SPDX-License-Identifier: Apache-2.0 */
#include "lint/lint_priv.h"

static bool cut_start(struct str *s, struct str start)
{
    if (s->n < start.n || !str_eq_fold((struct str){s->p, start.n}, start))
        return false;
    *s = (struct str){s->p + start.n, s->n - start.n};
    return true;
}

static bool cut_end(struct str *s, struct str end)
{
    if (s->n < end.n || !str_eq_fold((struct str){s->p + s->n - end.n, end.n}, end))
        return false;
    s->n -= end.n;
    return true;
}

/* The name is an operator's: policy_compile has seen to that. */
struct operator_words operator_read(struct str name)
{
    static const struct {
        const char *start;
        enum operator_type type;
    } types[] = {
        {"string", OPERATOR_STRING}, {"arn", OPERATOR_ARN},   {"numeric", OPERATOR_NUMERIC},
        {"date", OPERATOR_DATE},     {"bool", OPERATOR_BOOL}, {"binary", OPERATOR_BINARY},
        {"ip", OPERATOR_IP},         {"notip", OPERATOR_IP},  {"null", OPERATOR_NULL},
    };
    struct operator_words words = {.type = OPERATOR_NULL};
    words.all = cut_start(&name, STR("ForAllValues:"));
    words.any = !words.all && cut_start(&name, STR("ForAnyValue:"));
    words.if_exists = cut_end(&name, STR("IfExists"));
    words.negated = str_eq_fold(name, STR("NotIpAddress"));
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (cut_start(&name, str_of(types[i].start))) {
            words.type = types[i].type;
            break;
        }
    }
    words.negated = cut_start(&name, STR("Not")) || words.negated;
    words.wildcards = words.type == OPERATOR_ARN || cut_end(&name, STR("Like"));
    return words;
}
