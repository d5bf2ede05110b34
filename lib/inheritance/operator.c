/* SPDX-License-Identifier: Apache-2.0 */
#include "inheritance/inheritance_priv.h"

unsigned operator_of(struct str name)
{
    if (str_is(name, "@@assign"))
        return OP_ASSIGN;
    if (str_is(name, "@@append"))
        return OP_APPEND;
    return str_is(name, "@@remove") ? OP_REMOVE : 0;
}

bool is_control(struct str name)
{
    return str_is(name, "@@operators_allowed_for_child_policies");
}

/* @@none adds nothing. */
unsigned operators_allowed(const struct node *control)
{
    unsigned allowed = 0;
    for (const struct node *e = control->first; e; e = e->next)
        allowed |= str_is(e->text, "@@all") ? OP_ALL : operator_of(e->text);
    return allowed;
}

bool rule_is_setting(const struct inherit_rule *rule)
{
    return rule->kind == RULE_ONE || rule->kind == RULE_LIST || rule->kind == RULE_EITHER;
}

const struct inherit_rule *rule_member(const struct inherit_rule *rule, struct str name)
{
    static const struct inherit_rule open = {.kind = RULE_OPEN};
    if (rule->kind == RULE_MAP)
        return rule->members;
    for (size_t i = 0; i < rule->n; i++) {
        if (str_is(name, rule->members[i].name))
            return &rule->members[i];
    }
    return rule->kind == RULE_OPEN || rule->more ? &open : NULL;
}

bool node_is_setting(const struct inherit_rule *rule, const struct node *node)
{
    if (rule->kind != RULE_OPEN)
        return rule_is_setting(rule);
    for (const struct node *member = node->first; member; member = member->next) {
        if (operator_of(member->key))
            return true;
    }
    return false;
}
