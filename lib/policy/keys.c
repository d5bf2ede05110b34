/* SPDX-License-Identifier: Apache-2.0 */
/* Which condition keys a policy needs: those of its conditions and those its variables name. */
#include "policy/policy_priv.h"

struct visit {
    void (*see)(void *owner, const struct policy_key *key);
    void *owner;
};

static void see_pattern(const struct visit *v, const struct pattern *pattern)
{
    for (size_t i = 0; i < pattern->n; i++) {
        if (pattern->v[i].kind == PIECE_VARIABLE)
            v->see(v->owner, &pattern->v[i].key);
    }
}

static void see_arn(const struct visit *v, const struct arn_pattern *arn)
{
    for (size_t i = 0; i < ARN_FIELDS; i++)
        see_pattern(v, &arn->field[i]);
}

static void see_condition(const struct visit *v, const struct policy_condition *condition)
{
    const struct policy_test *test = condition->test;
    v->see(v->owner, &condition->key);
    for (size_t i = 0; i < test->n_values; i++) {
        const struct test_value *value = &test->values[i];
        if (test->op->type == VALUE_ARN)
            see_arn(v, &value->arn);
        else if (test->op->type == VALUE_STRING || value->is_pattern)
            see_pattern(v, &value->pattern);
    }
}

void policy_each_key(const struct policy *policy,
                     void (*see)(void *owner, const struct policy_key *key), void *owner)
{
    const struct visit v = {see, owner};
    for (size_t i = 0; i < policy->n; i++) {
        const struct policy_statement *statement = &policy->statements[i];
        for (size_t k = 0; k < statement->match->n_resources; k++)
            see_arn(&v, &statement->match->resources[k]);
        for (size_t k = 0; k < statement->n_conditions; k++)
            see_condition(&v, &statement->conditions[k]);
    }
}
