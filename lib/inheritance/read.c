/* SPDX-License-Identifier: Apache-2.0 */
/* A document against the grammar of its type. AWS tells nobody what is wrong; the hints are for
   whoever has to mend it. */
#include "inheritance/inheritance_priv.h"

#include "err.h"

struct reader {
    struct arena *arena;
    struct str text;
    struct policy_error *error;
};

static int fault(const struct reader *r, size_t offset, const char *hint)
{
    struct place place = PLACE_START;
    place_move(&place, r->text, offset);
    *r->error = (struct policy_error){
        .message = "The provided policy document does not meet the requirements of the specified "
                   "policy type.",
        .hint = hint,
        .line = place.line,
        .column = place.column,
    };
    return ERR_MALFORMED;
}

static int check_control(const struct reader *r, const struct node *control)
{
    if (control->kind != NODE_ARRAY || control->n == 0)
        return fault(r, control->start, "expected a list of operators");
    for (const struct node *e = control->first; e; e = e->next) {
        bool known = e->kind == NODE_STRING && (operator_of(e->text) || str_is(e->text, "@@all") ||
                                                str_is(e->text, "@@none"));
        if (!known)
            return fault(r, e->start, "expected @@all, @@none, @@assign, @@append or @@remove");
    }
    return OK;
}

static bool is_scalar(const struct node *value)
{
    return value->kind == NODE_STRING || value->kind == NODE_NUMBER || value->kind == NODE_BOOL;
}

static bool is_choice(const char *choices, struct str value)
{
    struct str rest = str_of(choices);
    while (rest.n) {
        if (str_eq(str_cut(&rest, ' '), value))
            return true;
    }
    return false;
}

static size_t count_stars(struct str text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '*';
    return n;
}

/* OWNER is the name of the member that has the setting. */
static int check_value(const struct reader *r, const struct inherit_rule *rule, struct str owner,
                       const struct node *value)
{
    if (!is_scalar(value))
        return fault(r, value->start, "expected a string, a number, true or false");
    if (rule->choices && !is_choice(rule->choices, value->text))
        return fault(r, value->start, arena_printf(r->arena, "expected one of: %s", rule->choices));
    if (rule->tag_key && !str_eq_fold(value->text, owner))
        return fault(r, value->start, "the tag key differs from the name it stands under");
    if (rule->tag_value && count_stars(value->text) > 1)
        return fault(r, value->start, "a value may have one wildcard");
    return OK;
}

static int check_operator(const struct reader *r, const struct inherit_rule *rule, struct str owner,
                          const struct node *node)
{
    bool list = node->kind == NODE_ARRAY;
    bool any = rule->kind == RULE_OPEN || rule->kind == RULE_EITHER;
    if (!any && list != (rule->kind == RULE_LIST))
        return fault(r, node->start, list ? "expected one value" : "expected a list");
    if (operator_of(node->key) != OP_ASSIGN && !list)
        return fault(r, node->key_at, "the operator needs a list");
    for (const struct node *e = entries_first(node); e; e = entries_next(node, e))
        TRY(check_value(r, rule, owner, e));
    return OK;
}

static int check_setting(const struct reader *r, const struct inherit_rule *rule, struct str owner,
                         const struct node *node)
{
    for (const struct node *member = node->first; member; member = member->next) {
        if (is_control(member->key))
            TRY(check_control(r, member));
        else if (operator_of(member->key))
            TRY(check_operator(r, rule, owner, member));
        else
            return fault(r, member->key_at, "expected an operator");
    }
    return OK;
}

static int check_required(const struct reader *r, const struct inherit_rule *rule,
                          const struct node *node)
{
    for (size_t i = 0; rule->kind == RULE_FIELDS && i < rule->n; i++) {
        const struct inherit_rule *member = &rule->members[i];
        if (member->required && !node_get(node, member->name))
            return fault(r, node->start, arena_printf(r->arena, "%s is missing", member->name));
    }
    return OK;
}

static int check_node(const struct reader *r, const struct inherit_rule *rule, struct str owner,
                      const struct node *node);

static int check_member(const struct reader *r, const struct inherit_rule *rule,
                        const struct node *node, const struct node *member)
{
    if (is_control(member->key))
        return check_control(r, member);
    if (operator_of(member->key))
        return fault(r, member->key_at, "what has members of its own takes no values");
    const struct inherit_rule *inner = rule_member(rule, member->key);
    if (!inner || str_starts(member->key, STR("@@")))
        return fault(r, member->key_at, "no such member");
    return check_node(r, inner, node->key, member);
}

/* Neither deeper than node_read lets documents nest. */
static int check_node(const struct reader *r, const struct inherit_rule *rule, struct str owner,
                      const struct node *node)
{
    if (node->kind != NODE_OBJECT)
        return fault(r, node->start, "expected an object");
    if (node_is_setting(rule, node))
        return check_setting(r, rule, owner, node);
    for (const struct node *member = node->first; member; member = member->next)
        TRY(check_member(r, rule, node, member));
    return check_required(r, rule, node);
}

int inherit_read(struct arena *a, struct str text, const struct inherit_rule *grammar,
                 const struct node **ret, struct policy_error *error)
{
    struct reader r = {.arena = a, .text = text, .error = error};
    const struct node *root;
    size_t bad;
    if (!node_read(a, text, &root, &bad))
        return fault(&r, bad, "the text is no JSON from here on, or a name is there twice");
    if (root->kind != NODE_OBJECT || root->n != 1 || is_control(root->first->key))
        return fault(
            &r, root->start,
            arena_printf(a, "expected an object of one member, %s", grammar->members[0].name));
    TRY(check_node(&r, grammar, STR(""), root));
    *ret = root;
    return OK;
}
