/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/template.h"

#include "err.h"
#include "policy/json.h"

struct render {
    struct arena *arena;
    const struct template_parameter *parameters;
    size_t n;
    struct buf out;
    const char *wrong; /* NULL: nothing so far */
};

static void go_wrong(struct render *r, const char *before, struct str name, const char *behind)
{
    if (!r->wrong)
        r->wrong = arena_printf(r->arena, "%s%.*s%s", before, STR_FMT(name), behind);
}

static const struct template_parameter *find(struct render *r, struct str name)
{
    for (size_t i = 0; i < r->n; i++) {
        if (str_is(name, r->parameters[i].name))
            return &r->parameters[i];
    }
    go_wrong(r, "The parameter ", name, " is missing.");
    return NULL;
}

static const char *begin_of(struct str text)
{
    return text.n < 2 ? NULL : memmem(text.p, text.n, "@{", 2);
}

/* The next `@{name}` of *TEXT, which goes on behind it; what stands before is in *BEFORE. */
static bool next_name(struct str *text, struct str *before, struct str *name)
{
    const char *begin = begin_of(*text);
    const char *end = begin ? memchr(begin, '}', (size_t)(text->p + text->n - begin)) : NULL;
    if (!end)
        return false;
    *before = (struct str){text->p, (size_t)(begin - text->p)};
    *name = (struct str){begin + 2, (size_t)(end - begin - 2)};
    *text = (struct str){end + 1, (size_t)(text->p + text->n - end - 1)};
    return true;
}

/* The texts that DONE and REST make, one behind the other. */
static void expand(struct render *r, struct str done, struct str rest, bool first)
{
    struct str before, name;
    if (r->wrong)
        return;
    if (done.n + r->out.n > TEMPLATE_POLICY_MAX) {
        r->wrong = "The policy is too long.";
        return;
    }
    if (!next_name(&rest, &before, &name)) {
        if (!first)
            buf_add_char(&r->out, ',');
        buf_json(&r->out, str_of(arena_printf(r->arena, "%.*s%.*s", STR_FMT(done), STR_FMT(rest))));
        return;
    }
    const struct template_parameter *parameter = find(r, name);
    for (size_t i = 0; parameter && i < parameter->n; i++) {
        const char *more = arena_printf(r->arena, "%.*s%.*s%s", STR_FMT(done), STR_FMT(before),
                                        parameter->values[i]);
        expand(r, str_of(more), rest, first && i == 0);
    }
}

static bool has_list(struct render *r, struct str text)
{
    struct str before, name;
    bool list = false;
    while (!list && next_name(&text, &before, &name)) {
        const struct template_parameter *parameter = find(r, name);
        list = parameter && parameter->list;
    }
    return list;
}

static void add_text(struct render *r, struct str text, bool in_list)
{
    bool list = !in_list && has_list(r, text);
    if (list)
        buf_add_char(&r->out, '[');
    expand(r, (struct str){"", 0}, text, true);
    if (list)
        buf_add_char(&r->out, ']');
}

static void add_value(struct render *r, const struct node *node, bool in_list);

static void add_object(struct render *r, const struct node *object, const char *but)
{
    char before = '{';
    for (const struct node *member = object->first; member; member = member->next) {
        if (but && str_is(member->key, but))
            continue;
        buf_add_char(&r->out, before);
        before = ',';
        buf_json(&r->out, member->key);
        buf_add_char(&r->out, ':');
        add_value(r, member, false);
    }
    if (before == '{')
        buf_add_char(&r->out, '{');
    buf_add_char(&r->out, '}');
}

static void add_value(struct render *r, const struct node *node, bool in_list)
{
    if (node->kind == NODE_STRING) {
        add_text(r, node->text, in_list);
    } else if (node->kind == NODE_OBJECT) {
        add_object(r, node, NULL);
    } else if (node->kind == NODE_ARRAY) {
        buf_add_char(&r->out, '[');
        for (const struct node *item = node->first; item; item = item->next) {
            if (item != node->first)
                buf_add_char(&r->out, ',');
            add_value(r, item, true);
        }
        buf_add_char(&r->out, ']');
    } else {
        buf_add(&r->out, node->text);
    }
}

static bool is_enabled(struct render *r, const struct node *statement)
{
    const struct node *enabled = node_get(statement, "@Enabled");
    if (!enabled)
        return true;
    struct str name = enabled->text;
    bool unless = name.n && name.p[0] == '!';
    const struct template_parameter *parameter =
        find(r, (struct str){name.p + unless, name.n - unless});
    bool is_true = parameter && strcmp(parameter->values[0], "True") == 0;
    return is_true != unless;
}

static void add_statements(struct render *r, const struct node *statements)
{
    bool any = false;
    buf_add_char(&r->out, '[');
    for (const struct node *s = entries_first(statements); s; s = entries_next(statements, s)) {
        if (!is_enabled(r, s))
            continue;
        if (any)
            buf_add_char(&r->out, ',');
        any = true;
        add_object(r, s, "@Enabled");
    }
    buf_add_char(&r->out, ']');
}

static const struct node *read(struct arena *a, struct str text)
{
    const struct node *root;
    size_t bad;
    if (!node_read(a, text, &root, &bad) || root->kind != NODE_OBJECT)
        return NULL;
    const struct node *statements = node_get(root, "Statement");
    bool good = entries_count(statements) > 0;
    for (const struct node *s = entries_first(statements); s; s = entries_next(statements, s)) {
        const struct node *enabled = s->kind == NODE_OBJECT ? node_get(s, "@Enabled") : NULL;
        good = good && s->kind == NODE_OBJECT && (!enabled || enabled->kind == NODE_STRING);
    }
    return good ? root : NULL;
}

bool template_ok(struct arena *a, struct str text)
{
    return read(a, text) != NULL;
}

/* AWS undocumented: that parameters the template does not have are refused. */
static void check_known(struct render *r, struct str text)
{
    for (size_t i = 0; i < r->n; i++) {
        const char *name = r->parameters[i].name;
        const char *forms[] = {arena_printf(r->arena, "@{%s}", name),
                               arena_printf(r->arena, "\"%s\"", name),
                               arena_printf(r->arena, "\"!%s\"", name)};
        bool known = false;
        for (size_t k = 0; k < ARRAY_LEN(forms); k++)
            known |= memmem(text.p, text.n, forms[k], strlen(forms[k])) != NULL;
        if (!known)
            go_wrong(r, "The policy template has no parameter ", str_of(name), ".");
    }
}

int template_render(struct arena *a, struct str text, const struct template_parameter *parameters,
                    size_t n, const char **ret)
{
    struct render r = {a, parameters, n, buf_new(a, TEMPLATE_POLICY_MAX), NULL};
    const struct node *root = read(a, text);
    if (!root)
        r.wrong = "The policy template is no policy.";
    else
        check_known(&r, text);
    char before = '{';
    for (const struct node *m = root ? root->first : NULL; m && !r.wrong; m = m->next) {
        buf_add_char(&r.out, before);
        before = ',';
        buf_json(&r.out, m->key);
        buf_add_char(&r.out, ':');
        if (str_is(m->key, "Statement"))
            add_statements(&r, m);
        else
            add_value(&r, m, false);
    }
    buf_add_char(&r.out, '}');
    if (r.out.n > TEMPLATE_POLICY_MAX && !r.wrong)
        r.wrong = "The policy is too long.";
    *ret = r.wrong ? r.wrong : buf_text(&r.out);
    return r.wrong ? ERR_MALFORMED : OK;
}
