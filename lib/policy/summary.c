/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/summary.h"

#include "model/reference.h"
#include "policy/json.h"

/* What stands before number I of N things. */
static void add_joint(struct buf *b, size_t i, size_t n, const char *last)
{
    if (i && i + 1 == n)
        buf_printf(b, " %s ", last);
    else if (i)
        buf_add(b, STR(", "));
}

static void add_entries(struct buf *b, const struct node *element, const char *last)
{
    size_t n = entries_count(element), i = 0;
    for (const struct node *e = entries_first(element); e; e = entries_next(element, e)) {
        add_joint(b, i++, n, last);
        buf_add(b, e->text);
    }
}

static struct str service_of(const struct node *action)
{
    struct str text = action->text;
    return str_cut(&text, ':');
}

static bool is_first_of_service(const struct node *element, const struct node *action)
{
    const struct node *e = entries_first(element);
    while (e != action && !str_eq_fold(service_of(e), service_of(action)))
        e = entries_next(element, e);
    return e == action;
}

static void add_action(struct buf *b, struct str name)
{
    if (str_is(name, "*"))
        buf_add(b, STR("every action"));
    else if (entry_has_wildcard(name))
        buf_printf(b, "every action that matches %.*s", STR_FMT(name));
    else
        buf_add(b, name);
}

static void add_title(struct buf *b, struct str service)
{
    const struct reference_service *known = reference_load(b->arena, service);
    buf_add(b, STR(" of "));
    buf_add(b, known ? known->title : service);
}

/* All actions of the service of FIRST. */
static void add_service(struct buf *b, const struct node *element, const struct node *first)
{
    struct str service = service_of(first);
    size_t n = 0, i = 0;
    for (const struct node *e = first; e; e = entries_next(element, e))
        n += str_eq_fold(service_of(e), service);
    for (const struct node *e = first; e; e = entries_next(element, e)) {
        struct str name = e->text;
        if (!str_eq_fold(service_of(e), service))
            continue;
        str_cut(&name, ':');
        add_joint(b, i++, n, "and");
        add_action(b, name);
    }
    add_title(b, service);
}

static void add_actions(struct buf *b, const struct node *element)
{
    size_t n = 0, i = 0;
    for (const struct node *e = entries_first(element); e; e = entries_next(element, e))
        n += is_first_of_service(element, e);
    for (const struct node *e = entries_first(element); e; e = entries_next(element, e)) {
        if (!is_first_of_service(element, e))
            continue;
        add_joint(b, i++, n, "and");
        if (str_is(e->text, "*"))
            buf_add(b, STR("every action of every service"));
        else
            add_service(b, element, e);
    }
}

static void add_resources(struct buf *b, const struct node *statement)
{
    const struct node *resource = node_get(statement, "Resource");
    const struct node *but = node_get(statement, "NotResource");
    bool all = entries_count(resource) == 1 && str_is(entries_first(resource)->text, "*");
    buf_add(b, STR(" on "));
    if (all)
        buf_add(b, STR("every resource"));
    else if (but)
        buf_add(b, STR("every resource but "));
    if (!all)
        add_entries(b, but ? but : resource, "and");
}

/* Operators in words, without modifiers; prefixes of others come behind them. */
static const char *words_of(struct str operator)
{
    static const struct {
        const char *operator, * words;
    } rows[] = {
        {"StringEquals", "is"},
        {"StringNotEquals", "is not"},
        {"StringEqualsIgnoreCase", "is, in any letter case,"},
        {"StringNotEqualsIgnoreCase", "is not, in any letter case,"},
        {"StringLike", "matches"},
        {"StringNotLike", "does not match"},
        {"NumericEquals", "is"},
        {"NumericNotEquals", "is not"},
        {"NumericLessThan", "is less than"},
        {"NumericLessThanEquals", "is at most"},
        {"NumericGreaterThan", "is more than"},
        {"NumericGreaterThanEquals", "is at least"},
        {"DateEquals", "is"},
        {"DateNotEquals", "is not"},
        {"DateLessThan", "is before"},
        {"DateLessThanEquals", "is not after"},
        {"DateGreaterThan", "is after"},
        {"DateGreaterThanEquals", "is not before"},
        {"Bool", "is"},
        {"BinaryEquals", "is"},
        {"IpAddress", "is within"},
        {"NotIpAddress", "is not within"},
        {"ArnEquals", "matches"},
        {"ArnLike", "matches"},
        {"ArnNotEquals", "does not match"},
        {"ArnNotLike", "does not match"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (str_eq_fold(operator, str_of(rows[i].operator)))
            return rows[i].words;
    }
    return "satisfies";
}

static void add_test(struct buf *b, struct str operator, const struct node * key)
{
    struct str rest = operator, set = str_cut(&rest, ':');
    struct str name = rest.p ? rest : operator, suffix = STR("IfExists");
    struct str end = {name.p + name.n - suffix.n, suffix.n};
    bool optional = name.n > suffix.n && str_eq_fold(end, suffix);
    if (optional)
        name.n -= suffix.n;
    if (rest.p)
        buf_add_text(b,
                     str_eq_fold(set, STR("ForAllValues")) ? "every value of " : "some value of ");
    buf_add(b, key->key);
    if (optional)
        buf_add(b, STR(", if it is there,"));
    buf_add_char(b, ' ');
    if (str_eq_fold(name, STR("Null"))) {
        const struct node *value = entries_first(key);
        bool absent = value && str_eq_fold(value->text, STR("true"));
        buf_add_text(b, absent ? "is absent" : "is present");
        return;
    }
    buf_add_text(b, words_of(name));
    buf_add_char(b, ' ');
    add_entries(b, key, "or");
}

static void add_conditions(struct buf *b, const struct node *condition)
{
    const char *before = ", but only if ";
    for (const struct node *op = condition ? condition->first : NULL; op; op = op->next) {
        for (const struct node *key = op->first; key; key = key->next) {
            buf_add_text(b, before);
            add_test(b, op->key, key);
            before = ", and ";
        }
    }
}

static void add_statement(struct buf *b, const struct node *statement)
{
    const struct node *action = node_get(statement, "Action");
    bool allows = str_eq_fold(node_get(statement, "Effect")->text, STR("Allow"));
    buf_add_text(b, allows ? "It allows " : "It denies ");
    if (!action)
        buf_add(b, STR("every action but "));
    add_actions(b, action ? action : node_get(statement, "NotAction"));
    add_resources(b, statement);
    add_conditions(b, node_get(statement, "Condition"));
    buf_add(b, STR(".\n"));
}

void policy_summary(struct buf *b, struct str text)
{
    const struct node *root, *statements;
    size_t bad;
    if (!node_read(b->arena, text, &root, &bad))
        return;
    statements = node_get(root, "Statement");
    for (const struct node *s = entries_first(statements); s; s = entries_next(statements, s))
        add_statement(b, s);
}
