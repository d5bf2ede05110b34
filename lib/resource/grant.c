/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Grants of KMS keys as a policy: a principal is allowed some operations, perhaps with an
 * encryption context (KMS Developer Guide, "Grants in AWS KMS"; KMS API Reference,
 * GrantConstraints).
 */
#include "policy/json.h"
#include "resource/change.h"
#include "resource/resource_priv.h"

/* Constraints are for operations that take an encryption context. */
static bool is_constrained(struct str operation)
{
    static const char *const free[] = {
        "DescribeKey", "RetireGrant", "GetPublicKey", "Sign",
        "Verify",      "GenerateMac", "VerifyMac",    "DeriveSharedSecret"};
    for (size_t i = 0; i < ARRAY_LEN(free); i++) {
        if (str_is(operation, free[i]))
            return false;
    }
    return true;
}

static void add_actions(struct buf *b, struct str operations, bool all, bool constrained)
{
    const char *separator = "";
    while (operations.p) {
        struct str operation = str_cut(&operations, ' ');
        if (!operation.n || str_is(operation, "CreateGrant") ||
            (!all && is_constrained(operation) != constrained))
            continue;
        buf_add_text(b, separator);
        buf_json(b, str_of(arena_printf(b->arena, "kms:%.*s", STR_FMT(operation))));
        separator = ",";
    }
}

/* What looks like a variable is none. */
static void add_literal(struct buf *b, struct str text)
{
    struct buf plain = buf_new(b->arena, text.n + 16);
    for (size_t i = 0; i < text.n; i++) {
        bool variable = text.p[i] == '$' && i + 1 < text.n && text.p[i + 1] == '{';
        buf_add(&plain, variable ? STR("${$}") : (struct str){text.p + i, 1});
    }
    buf_json(b, buf_str(&plain));
}

static size_t add_context(struct buf *b, const struct node *context, const char *separator)
{
    for (const struct node *pair = context->first; pair; pair = pair->next) {
        buf_add_text(b, separator);
        buf_json(b,
                 str_of(arena_printf(b->arena, "kms:EncryptionContext:%.*s", STR_FMT(pair->key))));
        buf_add_char(b, ':');
        add_literal(b, pair->text);
        separator = ",";
    }
    return context->n;
}

/* The whole context of the request has to be among these keys. */
static void add_keys(struct buf *b, const struct node *context)
{
    buf_add_text(b, "},\"ForAllValues:StringEquals\":{\"kms:EncryptionContextKeys\":[");
    for (const struct node *pair = context->first; pair; pair = pair->next) {
        add_literal(b, pair->key);
        if (pair->next)
            buf_add_char(b, ',');
    }
    buf_add_char(b, ']');
}

/* The operations of the request have to be among these. */
static void add_operations(struct buf *b, struct str operations)
{
    const char *separator = "";
    buf_add_text(b, "\"ForAllValues:StringEquals\":{\"kms:GrantOperations\":[");
    while (operations.p) {
        buf_add_text(b, separator);
        buf_json(b, str_cut(&operations, ' '));
        separator = ",";
    }
    buf_add_text(b, "]},\"Null\":{\"kms:GrantOperations\":\"false\"}");
}

static const struct node *read(struct arena *a, const char *context)
{
    const struct node *node;
    size_t bad;
    ENSURE(node_read(a, str_of(context), &node, &bad)); /* it was written here */
    return node;
}

static void add_conditions(struct buf *b, const struct resource_grant_row *grant)
{
    const struct node *equal = read(b->arena, grant->context_equals);
    const struct node *subset = read(b->arena, grant->context_subset);
    buf_add_text(b, ",\"Condition\":{\"StringEquals\":{");
    size_t n = add_context(b, equal, "");
    add_context(b, subset, n ? "," : "");
    if (n)
        add_keys(b, equal);
    buf_add_text(b, "}}");
}

/* Up to its Principal. */
static void add_principal(struct buf *b, const char *principal)
{
    bool service = !strchr(principal, ':');
    buf_add_text(b, b->p[b->n - 1] == '}' ? "," : "");
    buf_printf(b, "{\"Effect\":\"Allow\",\"Resource\":\"*\",\"Principal\":{\"%s\":",
               service ? "Service" : "AWS");
    buf_json(b, str_of(principal));
    buf_add_text(b, "},\"Action\":[");
}

static void add_statement(struct buf *b, const struct resource_grant_row *grant, bool constraints,
                          bool constrained)
{
    struct buf actions = buf_new(b->arena, 256);
    add_actions(&actions, str_of(grant->operations), !constraints, constrained);
    if (!actions.n)
        return;
    add_principal(b, grant->grantee);
    buf_add(b, buf_str(&actions));
    buf_add_char(b, ']');
    if (constraints && constrained)
        add_conditions(b, grant);
    buf_add_char(b, '}');
}

static bool has_operation(const struct resource_grant_row *grant, const char *name)
{
    struct str rest = str_of(grant->operations);
    while (rest.p) {
        if (str_is(str_cut(&rest, ' '), name))
            return true;
    }
    return false;
}

/*
 * Who is granted CreateGrant makes grants that restrict as much as his own, or more (KMS Developer
 * Guide, "Creating grants", "Granting CreateGrant permission"). Conditions of a whole encryption
 * context cannot be compared with those of a request: who has one makes none.
 */
static void add_create_grant(struct buf *b, const struct resource_grant_row *grant)
{
    const struct node *subset = read(b->arena, grant->context_subset);
    if (!has_operation(grant, "CreateGrant") || strcmp(grant->context_equals, "{}") != 0)
        return;
    add_principal(b, grant->grantee);
    buf_add_text(b, "\"kms:CreateGrant\"],\"Condition\":{");
    add_operations(b, str_of(grant->operations));
    if (subset->n) {
        buf_add_text(b, ",\"StringEquals\":{");
        add_context(b, subset, "");
        buf_add_char(b, '}');
    }
    buf_add_text(b, "}}");
}

/* Whoever may retire it needs no other permission for that (KMS Developer Guide, "Retiring and
   revoking grants"). */
static void add_grant(struct buf *b, const struct resource_grant_row *grant)
{
    bool constraints =
        strcmp(grant->context_equals, "{}") != 0 || strcmp(grant->context_subset, "{}") != 0;
    add_statement(b, grant, constraints, true);
    if (constraints)
        add_statement(b, grant, constraints, false);
    add_create_grant(b, grant);
    if (!grant->retiring)
        return;
    add_principal(b, grant->retiring);
    buf_add_text(b, "\"kms:RetireGrant\"]}");
}

const char *grants_policy(struct arena *a, const char *policy,
                          const struct resource_grant_row_list *grants)
{
    struct buf b = buf_new(a, 1024);
    policy_open(&b, policy, NULL);
    for (size_t i = 0; i < grants->n; i++)
        add_grant(&b, &grants->v[i]);
    buf_add_text(&b, "]}");
    return buf_text(&b);
}

static const char *write_context(struct arena *a, const struct resource_pair *context, size_t n)
{
    struct buf b = buf_new(a, 64);
    buf_add_char(&b, '{');
    for (size_t i = 0; i < n; i++) {
        buf_add_text(&b, i ? "," : "");
        buf_json_text(&b, context[i].name, context[i].value);
    }
    buf_add_char(&b, '}');
    return buf_text(&b);
}

/* The row of a grant. One whose id is not known has its content for an id. */
struct resource_grant_row grant_row(struct arena *a, const struct resource_grant *grant)
{
    struct buf operations = buf_new(a, 128);
    for (size_t i = 0; i < grant->operations.n; i++) {
        buf_add_text(&operations, i ? " " : "");
        buf_add_text(&operations, grant->operations.v[i]);
    }
    struct resource_grant_row row = {
        .id = grant->id,
        .told = grant->id != NULL,
        .grantee = grant->grantee,
        .retiring = grant->retiring,
        .operations = buf_text(&operations),
        .context_equals = write_context(a, grant->equal, grant->n_equal),
        .context_subset = write_context(a, grant->subset, grant->n_subset),
    };
    if (!row.id)
        row.id = arena_printf(a, "%s %s %s %s", row.grantee, row.operations, row.context_equals,
                              row.context_subset);
    return row;
}
