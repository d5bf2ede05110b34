/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Policies from the root down to the account, each into what those before it made.
 *
 * AWS undocumented: what a list of operators on a node with members means for what is not there
 * yet. An example of the guide lets children of ["@@append"] add whole plans, whose settings are
 * assigned; so members are added when values may be assigned or appended, and what is new may be
 * set in any way. Also that of several operators of one setting @@assign comes first and @@remove
 * last; that @@assign replaces what was appended on the same level before it, too; and that a value
 * which is there already is not appended again.
 */
#include "base/map.h"
#include "inheritance/inheritance_priv.h"

struct merge {
    struct arena *arena;
    struct map places; /* members and values, by the number of what they are in */
    size_t settings;   /* made so far */
    const struct inherit_policy *policy;
};

enum place_kind { PLACE_MEMBER = 'm', PLACE_TEXT = 't', PLACE_OTHER = 'o' };

enum { KEY_HEAD = sizeof(size_t) + 1 };

static struct str key_of(struct merge *m, const struct inherit_setting *in, enum place_kind kind,
                         struct str text)
{
    char *key = arena_alloc(m->arena, KEY_HEAD + text.n);
    memcpy(key, &in->number, sizeof in->number);
    key[sizeof in->number] = (char)kind;
    if (text.n)
        memcpy(key + KEY_HEAD, text.p, text.n);
    return (struct str){key, KEY_HEAD + text.n};
}

static struct inherit_setting *new_setting(struct merge *m, const struct inherit_rule *rule,
                                           struct str name)
{
    struct inherit_setting *setting = NEW(m->arena, struct inherit_setting);
    setting->rule = rule;
    setting->name = name;
    setting->number = m->settings++;
    setting->policy = m->policy->id;
    setting->born = m->policy->level;
    setting->level = m->policy->level;
    setting->allowed = setting->coming = OP_ALL;
    return setting;
}

/* What policies of the level now merged may do here. */
static unsigned allowed_here(const struct merge *m, struct inherit_setting *setting)
{
    if (setting->level != m->policy->level) {
        setting->level = m->policy->level;
        setting->allowed = setting->coming;
    }
    return setting->allowed;
}

/* Names match without case. The first spelling is shown, or lower case. */
static struct inherit_setting *find_member(struct merge *m, struct inherit_setting *in,
                                           const struct node *node, unsigned allowed)
{
    const char *folded = str_fold(m->arena, node->key);
    struct str key = key_of(m, in, PLACE_MEMBER, str_of(folded));
    struct inherit_setting *member = map_get(&m->places, key);
    if (member || !(allowed & (OP_ASSIGN | OP_APPEND)))
        return member;
    const struct inherit_rule *rule = rule_member(in->rule, node->key);
    member = new_setting(m, rule, in->rule->folded ? str_of(folded) : node->key);
    member->is_setting = node_is_setting(rule, node);
    map_put(&m->places, key, member);
    *(in->last ? &in->last->next : &in->first) = member;
    in->last = member;
    return member;
}

/* Texts and what is no text may be spelled alike. */
static struct str value_key(struct merge *m, const struct inherit_setting *setting,
                            const struct node *value)
{
    return key_of(m, setting, value->kind == NODE_STRING ? PLACE_TEXT : PLACE_OTHER, value->text);
}

static void add_value(struct merge *m, struct inherit_setting *setting, const struct node *node)
{
    struct str key = value_key(m, setting, node);
    if (map_get(&m->places, key))
        return;
    struct setting_value *value = NEW(m->arena, struct setting_value);
    *value = (struct setting_value){.node = node, .policy = m->policy->id};
    map_put(&m->places, key, value);
    *(setting->last_value ? &setting->last_value->next : &setting->values) = value;
    setting->last_value = value;
    setting->n_values++;
    setting->emptied = false;
}

static void remove_value(struct merge *m, struct inherit_setting *setting, const struct node *node)
{
    struct setting_value *value = map_remove(&m->places, value_key(m, setting, node));
    if (!value)
        return;
    value->removed = true;
    setting->emptied = --setting->n_values == 0;
}

static void assign(struct merge *m, struct inherit_setting *setting, const struct node *values)
{
    if (setting->assigned == m->policy->level + 1)
        return;
    for (struct setting_value *v = setting->values; v; v = v->next) {
        if (!v->removed)
            map_remove(&m->places, value_key(m, setting, v->node));
    }
    setting->values = setting->last_value = NULL;
    setting->n_values = 0;
    setting->emptied = false;
    setting->assigned = m->policy->level + 1;
    setting->many = values->kind == NODE_ARRAY;
    for (const struct node *e = entries_first(values); e; e = entries_next(values, e))
        add_value(m, setting, e);
}

static void append(struct merge *m, struct inherit_setting *setting, const struct node *values)
{
    setting->many = true;
    for (const struct node *e = values->first; e; e = e->next)
        add_value(m, setting, e);
}

static void merge_setting(struct merge *m, struct inherit_setting *setting, const struct node *node,
                          unsigned allowed)
{
    const struct node *values = node_get(node, "@@assign");
    if (values && (allowed & OP_ASSIGN))
        assign(m, setting, values);
    values = node_get(node, "@@append");
    if (values && (allowed & OP_APPEND))
        append(m, setting, values);
    values = node_get(node, "@@remove");
    if (values && (allowed & OP_REMOVE)) {
        for (const struct node *e = values->first; e; e = e->next)
            remove_value(m, setting, e);
    }
}

/* ALLOWED: by everything above. What is new on this level may be set in any way. */
static void merge_node(struct merge *m, struct inherit_setting *into, const struct node *node,
                       unsigned allowed)
{
    bool fresh = into->born == m->policy->level;
    unsigned here = fresh ? OP_ALL : allowed & allowed_here(m, into);
    const struct node *control = node_get(node, "@@operators_allowed_for_child_policies");
    if (control)
        into->coming &= operators_allowed(control);
    if (into->is_setting) {
        merge_setting(m, into, node, here);
        return;
    }
    for (const struct node *member = node->first; member; member = member->next) {
        struct inherit_setting *place =
            is_control(member->key) ? NULL : find_member(m, into, member, here);
        if (place && place->is_setting == node_is_setting(place->rule, member))
            merge_node(m, place, member, here);
    }
}

const struct inherit_setting *inherit_merge(struct arena *a, const struct inherit_rule *grammar,
                                            const struct inherit_policy *policies, size_t n)
{
    static const struct inherit_policy nobody = {.id = ""};
    struct merge m = {.arena = a, .policy = &nobody};
    struct inherit_setting *root = new_setting(&m, grammar, STR(""));
    for (size_t i = 0; i < n; i++) {
        m.policy = &policies[i];
        merge_node(&m, root, policies[i].document, OP_ALL);
    }
    map_done(&m.places);
    return root;
}
