/* SPDX-License-Identifier: Apache-2.0 */
/* The policies of a line, and those defined by name. */
#include "evaluate/input_priv.h"
#include "model/managed.h"

/* Where documents of a member go; LIST grows as they come. */
struct layer {
    struct input *in;
    const char *member; /* names documents that have no name of their own */
    enum policy_kind kind;
    enum authz_layer layer;
    size_t level, index;
    struct authz_policy *list; /* with room for all */
    size_t *n;
};

static const char *place(const struct layer *p)
{
    if (p->layer == AUTHZ_LAYER_SCP || p->layer == AUTHZ_LAYER_RCP)
        return arena_printf(p->in->arena, "%s[%zu][%zu]", p->member, p->level, p->index);
    if (p->layer != AUTHZ_LAYER_IDENTITY && p->layer != AUTHZ_LAYER_SESSION)
        return p->member;
    struct buf b = buf_new(p->in->arena, 32);
    buf_add_text(&b, p->member);
    buf_add_char(&b, '[');
    buf_add_number(&b, p->index);
    buf_add_char(&b, ']');
    return buf_text(&b);
}

static const char *refusal(struct arena *a, const struct policy_error *error)
{
    return arena_printf(a, "%s (%s)", error->message, policy_error_place(a, error));
}

/* NULL, and what is wrong with TEXT in *WRONG, when it is no policy. */
static const struct policy *compile(struct arena *a, struct str text, enum policy_kind kind,
                                    const char **wrong)
{
    const struct policy *policy = NULL;
    struct policy_error error;
    if (policy_compile(a, text, kind, &policy, &error) < 0)
        *wrong = refusal(a, &error);
    return policy;
}

static bool check(const struct layer *p, const struct policy *policy, const char *wrong)
{
    return policy || input_fail(p->in, "%s: %s", place(p), wrong);
}

static bool by_text(const struct layer *p, struct str text, const struct policy **ret)
{
    const char *wrong = NULL;
    *ret = compile(p->in->arena, text, p->kind, &wrong);
    return check(p, *ret, wrong);
}

/* The line lives as long as what is compiled for it. */
static bool by_object(const struct layer *p, const struct node *node, const struct policy **ret)
{
    struct policy_error error;
    if (policy_compile_read(p->in->arena, node, p->kind, ret, &error) == OK)
        return true;
    return check(p, NULL, refusal(p->in->arena, &error));
}

static struct definition *add_definition(struct evaluator *evaluator, struct str name,
                                         struct str text)
{
    struct arena *a = &evaluator->arena;
    struct definition *definition = NEW(a, struct definition);
    definition->name = (struct str){str_dup(a, name), name.n};
    definition->text = text;
    map_put(&evaluator->definitions, definition->name, definition);
    return definition;
}

/* NULL: there is none. Those of AWS are there by their ARNs. */
static struct definition *find_definition(struct evaluator *evaluator, struct str name)
{
    struct managed_policy managed;
    struct definition *definition = map_get(&evaluator->definitions, name);
    if (definition || !managed_find(name, &managed))
        return definition;
    return add_definition(evaluator, name, str_of(managed_document(&evaluator->arena, &managed)));
}

static bool by_name(const struct layer *p, struct str name, const struct policy **ret)
{
    struct evaluator *evaluator = p->in->evaluator;
    struct definition *definition = find_definition(evaluator, name);
    if (!definition)
        return input_fail(p->in, "%s: no document is named \"%.*s\"", place(p), STR_FMT(name));
    const struct policy **policy = &definition->compiled[p->kind].policy;
    const char **wrong = &definition->compiled[p->kind].wrong;
    if (!*policy && !*wrong)
        *policy = compile(&evaluator->arena, definition->text, p->kind, wrong);
    *ret = *policy;
    return check(p, *policy, *wrong);
}

/* A document, its text, or the name of one that was defined. */
static bool read_document(const struct layer *p, const struct node *node, const struct policy **ret)
{
    if (node->kind == NODE_OBJECT)
        return by_object(p, node, ret);
    if (node->kind != NODE_STRING)
        return input_fail(p->in, "%s: expected a document or the name of one", place(p));
    bool text = node->text.n && node->text.p[0] == '{';
    return text ? by_text(p, node->text, ret) : by_name(p, node->text, ret);
}

/* NODE is a document or {"name": ..., "document": ...}. */
static bool add(struct layer *p, const struct node *node)
{
    bool wrapped = node->kind == NODE_OBJECT && node_get(node, "document");
    const struct node *name = wrapped ? node_get(node, "name") : NULL;
    const struct node *document = wrapped ? node_get(node, "document") : node;
    if (wrapped && (node->n != 2 || !name || name->kind != NODE_STRING))
        return input_fail(p->in, "%s: expected {\"name\": ..., \"document\": ...}", place(p));
    struct authz_policy *policy = &p->list[*p->n];
    if (!read_document(p, document, &policy->policy))
        return false;
    bool named = name || document->kind == NODE_STRING;
    struct str given = name ? name->text : document->text;
    bool text = !name && named && given.n && given.p[0] == '{';
    policy->layer = p->layer;
    policy->level = p->level;
    policy->name = named && !text ? str_dup(p->in->arena, given) : place(p);
    policy->arn = str_starts(str_of(policy->name), STR("arn:")) ? policy->name : NULL;
    p->index++;
    ++*p->n;
    return true;
}

/* A document, a list of them, or nothing. */
static bool add_each(struct layer *p, const struct node *node)
{
    if (!node || node->kind == NODE_NULL)
        return true;
    if (node->kind != NODE_ARRAY)
        return add(p, node);
    for (const struct node *e = node->first; e; e = e->next) {
        if (!add(p, e))
            return false;
    }
    return true;
}

static bool add_levels(struct layer *p, const struct node *levels)
{
    for (const struct node *e = levels ? levels->first : NULL; e; e = e->next, p->level++) {
        p->index = 0;
        if (e->kind != NODE_ARRAY)
            return input_fail(p->in, "%ss: expected a list of levels, each a list of documents",
                              p->member);
        if (!add_each(p, e))
            return false;
    }
    return true;
}

/* Documents in a member, its levels counted in. */
static size_t count(const struct node *node)
{
    size_t n = 1;
    for (const struct node *e = node && node->kind == NODE_ARRAY ? node->first : NULL; e;
         e = e->next)
        n += e->kind == NODE_ARRAY ? e->n : 1;
    return n;
}

static struct authz_policy *room(const struct input *in, const enum member *from, size_t n)
{
    size_t total = 0;
    for (size_t i = 0; i < n; i++)
        total += count(in->members[from[i]]);
    return NEW_ARRAY(in->arena, struct authz_policy, total);
}

static bool levels_of(struct input *in, enum member member, struct layer *p,
                      struct authz_levels *ret)
{
    p->list = room(in, &member, 1);
    p->n = &ret->n_policies;
    ret->policies = p->list;
    bool good = add_levels(p, in->members[member]);
    ret->n = p->level;
    return good;
}

/* Nothing binds the principals of the management account, nor what it owns. */
static bool organization_policies(struct input *in)
{
    struct authz_request *to = &in->request;
    struct layer scps = {in, "scp", POLICY_SCP, AUTHZ_LAYER_SCP, 0, 0, NULL, NULL};
    struct layer rcps = {in, "rcp", POLICY_RCP, AUTHZ_LAYER_RCP, 0, 0, NULL, NULL};
    if (!levels_of(in, MEMBER_SCPS, &scps, &in->scps) ||
        !levels_of(in, MEMBER_RCPS, &rcps, &in->rcps))
        return false;
    bool own = in->principal.account &&
               (!to->resource_account.p || str_is(to->resource_account, in->principal.account));
    to->scps = in->management ? NULL : &in->scps;
    to->rcps = in->management && own ? NULL : &in->rcps;
    return true;
}

static bool principal_policies(struct input *in)
{
    static const enum member from[] = {MEMBER_IDENTITY_POLICIES, MEMBER_BOUNDARY,
                                       MEMBER_SESSION_POLICY};
    struct authz_principal *to = &in->principal;
    struct authz_policy *list = room(in, from, ARRAY_LEN(from));
    size_t *n = &to->n_policies;
    const struct node *const *m = in->members;
    struct layer identity = {in, "identity", POLICY_IDENTITY, AUTHZ_LAYER_IDENTITY, 0, 0, list, n};
    struct layer boundary = {in, "boundary", POLICY_MANAGED, AUTHZ_LAYER_BOUNDARY, 0, 0, list, n};
    struct layer session = {in, "session", POLICY_SESSION, AUTHZ_LAYER_SESSION, 0, 0, list, n};
    to->policies = list;
    if (!add_each(&identity, m[MEMBER_IDENTITY_POLICIES]) ||
        !add_each(&boundary, m[MEMBER_BOUNDARY]) || !add_each(&session, m[MEMBER_SESSION_POLICY]))
        return false;
    to->bounded = boundary.index > 0;
    to->scoped = session.index > 0;
    return true;
}

static bool resource_policies(struct input *in)
{
    static const enum member from[] = {MEMBER_ENDPOINT_POLICY, MEMBER_RESOURCE_POLICY};
    struct authz_request *to = &in->request;
    struct authz_policy *list = room(in, from, ARRAY_LEN(from));
    size_t *n = &to->n_policies;
    const struct node *const *m = in->members;
    enum authz_layer layer = authz_resource_layer(to->action, to->resource);
    enum policy_kind kind = layer == AUTHZ_LAYER_TRUST ? POLICY_TRUST : POLICY_RESOURCE;
    struct layer endpoint = {in, "vpc_endpoint", POLICY_ENDPOINT, AUTHZ_LAYER_ENDPOINT, 0, 0, list,
                             n};
    struct layer resource = {in, "resource", kind, layer, 0, 0, list, n};
    to->policies = list;
    return add_each(&endpoint, m[MEMBER_ENDPOINT_POLICY]) &&
           add_each(&resource, m[MEMBER_RESOURCE_POLICY]);
}

bool input_policies(struct input *in)
{
    return organization_policies(in) && principal_policies(in) && resource_policies(in);
}

bool input_define(struct input *in, const struct node *line)
{
    struct arena *a = &in->evaluator->arena;
    const struct node *name = node_get(line, "define"), *document = node_get(line, "document");
    if (line->n != 2 || !document || name->kind != NODE_STRING || name->text.n == 0)
        return input_fail(in, "expected {\"define\": NAME, \"document\": ...}");
    if (name->text.p[0] == '{')
        return input_fail(in, "define: a name must not look like a document");
    bool usable = document->kind == NODE_OBJECT || document->kind == NODE_STRING;
    if (!usable)
        return input_fail(in, "document: \"%.*s\" must be an object or its text",
                          STR_FMT(name->text));
    if (map_get(&in->evaluator->definitions, name->text))
        return input_fail(in, "define: \"%.*s\" is defined already", STR_FMT(name->text));
    struct str text = {str_dup(a, document->text), document->text.n};
    add_definition(in->evaluator, name->text, text);
    return true;
}
