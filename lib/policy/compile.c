/* SPDX-License-Identifier: Apache-2.0 */
/* Turns a checked draft into the form that policy_eval reads. */
#include "policy/draft_priv.h"

static unsigned variables_of(const struct draft *draft)
{
    return draft->modern ? PATTERN_VARIABLES : 0;
}

static struct action_pattern compile_action(struct arena *a, struct str text,
                                            struct action_filter *filter)
{
    struct str name = text;
    struct str vendor = str_cut(&name, ':');
    bool any = !name.p || str_is(vendor, "*"); /* no colon: nothing but stars */
    struct action_pattern action = {
        .name = pattern_compile(a, name.p ? name : text, PATTERN_WILDCARDS),
    };
    if (!any)
        action.service = (struct str){str_fold(a, vendor), vendor.n};
    if (any)
        filter->services = UINT64_MAX;
    else if (entry_has_wildcard(name))
        filter->services |= service_bit(vendor);
    else
        filter->actions |= action_bit(vendor, name);
    return action;
}

static void compile_actions(const struct draft *draft, const struct draft_statement *s,
                            struct policy_match *ret)
{
    const struct node *list = s->action ? s->action : s->not_action;
    size_t n = entries_count(list);
    struct action_pattern *v = NEW_ARRAY(draft->arena, struct action_pattern, n);
    const struct node *e = entries_first(list);
    for (size_t i = 0; i < n; i++, e = entries_next(list, e))
        v[i] = compile_action(draft->arena, e->text, &ret->filter);
    ret->not_action = s->not_action != NULL;
    if (ret->not_action)
        ret->filter.services = UINT64_MAX;
    ret->actions = v;
    ret->n_actions = n;
}

static void compile_resources(const struct draft *draft, const struct draft_statement *s,
                              struct policy_match *ret)
{
    const struct node *list = s->resource ? s->resource : s->not_resource;
    size_t n = entries_count(list);
    if (!list)
        return;
    struct arn_pattern *v = NEW_ARRAY(draft->arena, struct arn_pattern, n);
    const struct node *e = entries_first(list);
    /* Short ARNs are a liberty of identity policies. */
    bool pad = draft->kind != POLICY_RESOURCE;
    unsigned special = PATTERN_WILDCARDS | variables_of(draft);
    for (size_t i = 0; i < n; i++, e = entries_next(list, e))
        v[i] = arn_pattern_of_resource(draft->arena, e->text, special, pad);
    ret->not_resource = s->not_resource != NULL;
    ret->resources = v;
    ret->n_resources = n;
}

static const struct policy_match *compile_match(const struct draft *draft,
                                                const struct draft_statement *s)
{
    struct policy_match *match = NEW(draft->arena, struct policy_match);
    const struct node *principal = s->principal ? s->principal : s->not_principal;
    match->not_principal = s->not_principal != NULL;
    match->n_principals = principal_list(draft->arena, principal, &match->principals);
    compile_actions(draft, s, match);
    compile_resources(draft, s, match);
    return match;
}

/* Up to so many values are compared one by one: that is as fast as a search. */
enum { FEW = 8 };

static void compile_condition(const struct draft *draft, const struct node *key,
                              const struct policy_test *operator, struct policy_condition * ret)
{
    struct arena *a = draft->arena;
    size_t n = entries_count(key);
    struct str *texts = NEW_ARRAY(a, struct str, n);
    struct test_value *values = NEW_ARRAY(a, struct test_value, n);
    struct str *plain = NEW_ARRAY(a, struct str, n);
    size_t kept = 0, n_plain = 0;
    const struct node *e = entries_first(key);
    for (size_t i = 0; i < n; i++, e = entries_next(key, e)) {
        struct test_value *value = &values[kept];
        texts[i] = e->text;
        if (!test_value_compile(a, operator->op, e->text, variables_of(draft), value))
            continue;
        if (n > FEW && test_value_is_text(operator->op, value, e->text))
            plain[n_plain++] = e->text;
        else
            kept++;
    }
    struct policy_test *test = NEW(a, struct policy_test);
    *test = *operator;
    test->texts = set_of(plain, n_plain, operator->op->fold);
    test->values = values;
    test->n_values = kept;
    *ret = (struct policy_condition){
        .op = operator_name(a, test),
        .key = policy_key_of(a, key->key),
        .values = texts,
        .n_values = n,
        .test = test,
    };
}

/*
 * AWS undocumented: keys that differ in letter case only, an error to Access Analyzer, are stored
 * and are two conditions like any other two.
 */
static void compile_conditions(const struct draft *draft, const struct node *element,
                               struct policy_statement *ret)
{
    const struct node *blocks = element ? element->first : NULL;
    size_t total = 0, at = 0;
    for (const struct node *block = blocks; block; block = block->next)
        total += block->n;
    struct policy_condition *v = NEW_ARRAY(draft->arena, struct policy_condition, total);
    for (const struct node *block = blocks; block; block = block->next) {
        struct policy_test operator= {.op = NULL};
        if (!operator_parse(block->key, &operator))
            continue;
        for (const struct node *key = block->first; key; key = key->next)
            compile_condition(draft, key, &operator, & v[at++]);
    }
    ret->conditions = v;
    ret->n_conditions = at;
}

static void move(const struct draft *draft, struct place *place, size_t offset)
{
    if (!draft->printable) {
        place_move(place, draft->text, offset);
        return;
    }
    place->column += offset - place->offset;
    place->offset = offset;
}

/* PLACE moves on to the end of the statement. */
static void compile_statement(const struct draft *draft, size_t index, struct place *place,
                              struct policy_statement *ret)
{
    const struct draft_statement *s = &draft->statements[index];
    bool named = s->sid && s->sid->text.n;
    ret->index = index;
    ret->sid = named ? str_dup(draft->arena, s->sid->text) : NULL;
    ret->effect = str_is(s->effect->text, "Deny") ? POLICY_DENY : POLICY_ALLOW;
    ret->text = s->node->text;
    struct place from = *place;
    move(draft, &from, s->from);
    ret->from_line = from.line;
    ret->from_column = from.column;
    move(draft, place, s->node->start);
    ret->line = place->line;
    ret->column = place->column;
    move(draft, place, s->node->end);
    ret->end_line = place->line;
    ret->end_column = place->column;
    ret->match = compile_match(draft, s);
    compile_conditions(draft, s->condition, ret);
}

/* DOCUMENT is what DRAFT was read from. */
static int compile(struct draft *draft, struct str document, const struct policy **ret)
{
    struct arena *a = draft->arena;
    TRY(draft_sort(draft));
    TRY(draft_check(draft));
    struct policy_statement *statements = NEW_ARRAY(a, struct policy_statement, draft->n);
    struct place place = draft->start;
    for (size_t i = 0; i < draft->n; i++)
        compile_statement(draft, i, &place, &statements[i]);
    struct policy *policy = NEW(a, struct policy);
    *policy = (struct policy){.text = document, .statements = statements, .n = draft->n};
    for (size_t i = 0; i < draft->n; i++) {
        policy->filter.actions |= statements[i].match->filter.actions;
        policy->filter.services |= statements[i].match->filter.services;
    }
    *ret = policy;
    return OK;
}

int policy_compile(struct arena *a, struct str text, enum policy_kind kind,
                   const struct policy **ret, struct policy_error *error)
{
    struct draft draft = {
        .arena = a,
        .text = {str_dup(a, text), text.n},
        .start = PLACE_START,
        .kind = kind,
        .error = error,
    };
    TRY(draft_read(&draft));
    return compile(&draft, draft.text, ret);
}

int policy_compile_read(struct arena *a, const struct node *document, enum policy_kind kind,
                        const struct policy **ret, struct policy_error *error)
{
    struct draft draft = {
        .arena = a,
        .text = {document->text.p - document->start, document->end},
        .start = {.offset = document->start, .line = 1, .column = 1},
        .root = document,
        .kind = kind,
        .error = error,
    };
    TRY(draft_check_characters(&draft, document->text));
    return compile(&draft, document->text, ret);
}

struct str policy_text(const struct policy *policy)
{
    return policy->text;
}

size_t policy_size(struct str text)
{
    size_t size = 0;
    for (size_t i = 0; i < text.n; i++)
        size += text.p[i] != ' ' && text.p[i] != '\t' && text.p[i] != '\n' && text.p[i] != '\r';
    return size;
}
