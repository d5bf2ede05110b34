/* SPDX-License-Identifier: Apache-2.0 */
/* Sorts a document into its elements and checks their names and types: AWS's syntax check. */
#include "policy/draft_priv.h"

#include "err.h"

static const char syntax_error[] = "Syntax errors in policy.";

int draft_fail(const struct draft *draft, const struct node *at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    draft->error->message = arena_vprintf(draft->arena, format, args);
    va_end(args);
    draft->error->hint = NULL;
    struct place place = draft->start;
    place_move(&place, draft->text, at->start);
    draft->error->line = place.line;
    draft->error->column = place.column;
    return ERR_MALFORMED;
}

const char *policy_error_place(struct arena *a, const struct policy_error *error)
{
    const char *hint = error->hint;
    return arena_printf(a, "line %zu, column %zu of the document%s%s", error->line, error->column,
                        hint ? ": " : "", hint ? hint : "");
}

/* AWS's sentence says nothing about the mistake: HINT does. */
static int syntax(const struct draft *draft, const struct node *at, const char *hint)
{
    int code = draft_fail(draft, at, "%s", syntax_error);
    draft->error->hint = hint;
    return code;
}

/* MEMBER has a name that its object, an OWNER, does not know. */
static int unknown(const struct draft *draft, const struct node *member, const char *owner,
                   const char *elements)
{
    return syntax(draft, member,
                  arena_printf(draft->arena, "%s has no element %.*s; it has %s", owner,
                               STR_FMT(member->key), elements));
}

static int check_strings(const struct draft *draft, const struct node *element)
{
    for (const struct node *e = entries_first(element); e; e = entries_next(element, e)) {
        if (e->kind != NODE_STRING)
            return syntax(draft, e, "expected a string, or a list of strings");
    }
    return OK;
}

/* An unknown operator is let through when it has nothing to compare, as AWS does. */
static int check_operator(const struct draft *draft, const struct node *block)
{
    struct policy_test test;
    if (block->kind != NODE_OBJECT)
        return syntax(draft, block, "expected an object of condition keys and their values");
    if (block->n && !operator_parse(block->key, &test))
        return syntax(
            draft, block,
            arena_printf(draft->arena, "%.*s is no condition operator", STR_FMT(block->key)));
    for (const struct node *key = block->first; key; key = key->next) {
        for (const struct node *e = entries_first(key); e; e = entries_next(key, e)) {
            if (e->kind != NODE_STRING && e->kind != NODE_NUMBER && e->kind != NODE_BOOL)
                return syntax(draft, e, "expected a string, a number, true or false");
        }
    }
    return OK;
}

static int check_condition(const struct draft *draft, const struct node *condition)
{
    if (condition->kind != NODE_OBJECT)
        return syntax(draft, condition, "expected an object of condition operators");
    for (const struct node *block = condition->first; block; block = block->next)
        TRY(check_operator(draft, block));
    return OK;
}

/* "*", or lists of principals by kind. */
static int check_principal(const struct draft *draft, const struct node *principal)
{
    static const char *const kinds[] = {"AWS", "Service", "Federated", "CanonicalUser"};
    if (principal->kind == NODE_STRING && str_is(principal->text, "*"))
        return OK;
    if (principal->kind != NODE_OBJECT || principal->n == 0)
        return syntax(draft, principal, "expected \"*\" or an object such as {\"AWS\": ARN}");
    for (const struct node *list = principal->first; list; list = list->next) {
        bool known = false;
        for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
            known |= str_is(list->key, kinds[i]);
        if (!known || entries_count(list) == 0)
            return syntax(draft, list,
                          "expected AWS, Service, Federated or CanonicalUser, and who that is");
        TRY(check_strings(draft, list));
    }
    return OK;
}

/* AWS knows the words in any letter case here and refuses the wrong ones later. */
static int check_effect(const struct draft *draft, const struct draft_statement *statement)
{
    const struct node *effect = statement->effect;
    if (!effect)
        return syntax(draft, statement->node, "Effect is missing");
    if (effect->kind != NODE_STRING ||
        (!str_eq_fold(effect->text, STR("Allow")) && !str_eq_fold(effect->text, STR("Deny"))))
        return syntax(draft, effect, "Effect has to be Allow or Deny");
    return OK;
}

/* The place of the element called NAME, or NULL. */
static const struct node **element_place(struct draft_statement *s, struct str name)
{
    const struct {
        struct str name;
        const struct node **place;
    } places[] = {
        {STR("Sid"), &s->sid},
        {STR("Effect"), &s->effect},
        {STR("Action"), &s->action},
        {STR("Resource"), &s->resource},
        {STR("Condition"), &s->condition},
        {STR("Principal"), &s->principal},
        {STR("NotAction"), &s->not_action},
        {STR("NotResource"), &s->not_resource},
        {STR("NotPrincipal"), &s->not_principal},
    };
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        if (str_eq(name, places[i].name))
            return places[i].place;
    }
    return NULL;
}

static int read_statement(const struct draft *draft, const struct node *node,
                          struct draft_statement *ret)
{
    if (node->kind != NODE_OBJECT)
        return syntax(draft, node, "expected a statement");
    ret->node = node;
    for (const struct node *member = node->first; member; member = member->next) {
        const struct node **place = element_place(ret, member->key);
        if (!place)
            return unknown(draft, member, "a statement",
                           "Sid, Effect, Principal, Action, Resource, Condition, NotPrincipal, "
                           "NotAction and NotResource");
        *place = member;
    }
    TRY(check_effect(draft, ret));
    if (ret->sid && ret->sid->kind != NODE_STRING)
        return syntax(draft, ret->sid, "Sid has to be a string");
    if ((ret->action && ret->not_action) || (ret->resource && ret->not_resource) ||
        (ret->principal && ret->not_principal))
        return syntax(draft, node, "an element and its Not... exclude each other");
    TRY(check_strings(draft, ret->action));
    TRY(check_strings(draft, ret->not_action));
    TRY(check_strings(draft, ret->resource));
    TRY(check_strings(draft, ret->not_resource));
    if (ret->principal)
        TRY(check_principal(draft, ret->principal));
    if (ret->not_principal)
        TRY(check_principal(draft, ret->not_principal));
    return ret->condition ? check_condition(draft, ret->condition) : OK;
}

static int read_statements(struct draft *draft, const struct node *element)
{
    bool right = element->kind == NODE_OBJECT || element->kind == NODE_ARRAY;
    draft->n = entries_count(element);
    if (!right || draft->n == 0)
        return syntax(draft, element, "expected a statement, or a list of one or more");
    draft->statements = NEW_ARRAY(draft->arena, struct draft_statement, draft->n);
    const struct node *e = entries_first(element);
    size_t from = element->start + 1;
    for (size_t i = 0; i < draft->n; i++, e = entries_next(element, e)) {
        TRY(read_statement(draft, e, &draft->statements[i]));
        draft->statements[i].from = from;
        from = e->end;
    }
    return OK;
}

static int read_version(struct draft *draft, const struct node *version)
{
    if (!version)
        return OK;
    draft->modern = version->kind == NODE_STRING && str_is(version->text, "2012-10-17");
    bool old = version->kind == NODE_STRING && str_is(version->text, "2008-10-17");
    return draft->modern || old
               ? OK
               : syntax(draft, version, "Version has to be 2012-10-17 or 2008-10-17");
}

int draft_sort(struct draft *draft)
{
    const struct node *root = draft->root;
    if (root->kind != NODE_OBJECT)
        return syntax(draft, root, "expected an object with Version and Statement");
    /* The documentation keeps Id out of identity policies; AWS accepts it. */
    for (const struct node *member = root->first; member; member = member->next) {
        bool id = str_is(member->key, "Id");
        bool known = id || str_is(member->key, "Version") || str_is(member->key, "Statement");
        if (!known)
            return unknown(draft, member, "a policy", "Version, Id and Statement");
        if (id && member->kind != NODE_STRING)
            return syntax(draft, member, "Id has to be a string");
    }
    TRY(read_version(draft, node_get(root, "Version")));
    const struct node *statements = node_get(root, "Statement");
    return statements ? read_statements(draft, statements)
                      : syntax(draft, root, "Statement is missing");
}

bool draft_starts_blank(const struct draft *draft)
{
    size_t at = draft->start.offset;
    return at < draft->text.n && memchr(" \t\r\n", draft->text.p[at], 4);
}

/*
 * The sentence is AWS's. AWS undocumented: that it comes before everything but that the text is no
 * JSON, and that other white space is told off like a blank.
 */
static int check_trust_start(const struct draft *draft)
{
    const struct node top = {.start = draft->start.offset};
    if (draft->kind == POLICY_TRUST && draft_starts_blank(draft))
        return draft_fail(draft, &top, "JSON strings must not have leading spaces");
    return OK;
}

/* Other services' policies may hold any text: names of S3 objects do. */
static bool has_characters_of_iam(enum policy_kind kind)
{
    return kind == POLICY_IDENTITY || kind == POLICY_MANAGED || kind == POLICY_SESSION ||
           kind == POLICY_TRUST;
}

/*
 * Tab, line ends and U+0020 to U+00FF. The operations that store policies refuse the others before
 * the document is read, with a sentence of their own parameter; this one is IAM's.
 */
int draft_check_characters(struct draft *draft, struct str document)
{
    struct str rest = document;
    draft->printable = str_is_ascii(document, ' ');
    if (draft->printable || !has_characters_of_iam(draft->kind) || !str_is_utf8(rest))
        return OK;
    while (rest.n) {
        struct node at = {.start = draft->start.offset + document.n - rest.n};
        uint32_t c = str_utf8_next(&rest);
        bool blank = c == '\t' || c == '\n' || c == '\r';
        if (!blank && (c < 0x20 || c > 0xff))
            return draft_fail(draft, &at,
                              "The specified value for policyDocument is invalid. "
                              "It must contain only printable ASCII characters.");
    }
    return OK;
}

int draft_read(struct draft *draft)
{
    struct node bad = {.kind = NODE_NULL};
    TRY(draft_check_characters(draft, draft->text));
    if (!node_read(draft->arena, draft->text, &draft->root, &bad.start)) {
        if (draft->kind == POLICY_TRUST)
            return draft_fail(draft, &bad, "This policy contains invalid Json");
        return syntax(draft, &bad, "the text is no JSON from here on, or a name is there twice");
    }
    return check_trust_start(draft);
}
