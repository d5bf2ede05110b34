/* SPDX-License-Identifier: Apache-2.0 */
/* The members of a line. */
#include "evaluate/input_priv.h"

/* Kinds of values that a member takes, as bits of 1 << enum node_kind. */
enum {
    ANYTHING = 0x3f,
    TEXT = 1 << NODE_STRING,
    FLAG = 1 << NODE_BOOL,
    LIST = 1 << NODE_ARRAY,
    OBJECT = 1 << NODE_OBJECT,
    ONE = OBJECT | TEXT | 1 << NODE_NULL, /* a document or its name, or none */
};

static const struct {
    const char *name;
    unsigned kinds;
} members[MEMBER_COUNT] = {
    [MEMBER_ID] = {"id", ANYTHING},
    [MEMBER_COMMENT] = {"comment", ANYTHING},
    [MEMBER_EXPECTED] = {"expected", TEXT | OBJECT},
    [MEMBER_PRINCIPAL] = {"principal", TEXT},
    [MEMBER_PRINCIPAL_TYPE] = {"principal_type", TEXT},
    [MEMBER_ACCOUNT] = {"account", TEXT},
    [MEMBER_ISSUER] = {"issuer", TEXT},
    [MEMBER_IDENTITY_POLICIES] = {"identity_policies", LIST},
    [MEMBER_BOUNDARY] = {"boundary", ONE},
    [MEMBER_SESSION_POLICY] = {"session_policy", ONE | LIST},
    [MEMBER_SCPS] = {"scps", LIST},
    [MEMBER_RCPS] = {"rcps", LIST},
    [MEMBER_RESOURCE_POLICY] = {"resource_policy", ONE},
    [MEMBER_ENDPOINT_POLICY] = {"vpc_endpoint_policy", ONE},
    [MEMBER_ACTION] = {"action", TEXT},
    [MEMBER_RESOURCE] = {"resource", TEXT},
    [MEMBER_RESOURCE_ACCOUNT] = {"resource_account", TEXT},
    [MEMBER_WILDCARD_ONLY] = {"wildcard_only_action", FLAG},
    [MEMBER_SERVICE_LINKED] = {"service_linked_role", FLAG},
    [MEMBER_MANAGEMENT] = {"management_account", FLAG},
    [MEMBER_BILLING_ACCESS] = {"billing_access", FLAG},
    [MEMBER_ROOT_TASK] = {"root_task", TEXT},
    [MEMBER_CONTEXT] = {"context", OBJECT},
    [MEMBER_MULTIVALUED] = {"multivalued", LIST},
};

bool input_fail(struct input *in, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    in->reason = arena_vprintf(in->arena, format, args);
    va_end(args);
    return false;
}

static const char *kinds_text(struct arena *a, unsigned kinds)
{
    static const char *const names[] = {"null",     "a boolean", "a number",
                                        "a string", "a list",    "an object"};
    struct buf b = buf_new(a, 64);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (kinds >> i & 1)
            buf_printf(&b, "%s%s", b.n ? " or " : "", names[i]);
    }
    return buf_text(&b);
}

/* An unknown member is a typing mistake that could hide a policy. */
static bool sort_member(struct input *in, const struct node *node)
{
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        if (!str_is(node->key, members[i].name))
            continue;
        in->members[i] = node;
        bool right = members[i].kinds >> node->kind & 1;
        return right || input_fail(in, "%s: expected %s", members[i].name,
                                   kinds_text(in->arena, members[i].kinds));
    }
    return input_fail(in, "unknown member \"%.*s\"", STR_FMT(node->key));
}

static bool is_one_of(struct str word, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (str_is(word, words[i]))
            return true;
    }
    return false;
}

/* A misspelt expectation would be a test that can only fail. */
static bool check_expected(struct input *in)
{
    static const char *const decisions[] = {"Allow", "ExplicitDeny", "ImplicitDeny"};
    static const char *const names[] = {"decision",  "layer", "policy",
                                        "statement", "sid",   "message"};
    const struct node *expected = in->members[MEMBER_EXPECTED];
    if (!expected)
        return true;
    if (expected->kind == NODE_STRING)
        return is_one_of(expected->text, decisions, ARRAY_LEN(decisions)) ||
               input_fail(in, "expected: expected Allow, ExplicitDeny or ImplicitDeny");
    for (const struct node *e = expected->first; e; e = e->next) {
        if (!is_one_of(e->key, names, ARRAY_LEN(names)))
            return input_fail(in, "expected: unknown member \"%.*s\"", STR_FMT(e->key));
    }
    return true;
}

bool input_members(struct input *in, const struct node *line)
{
    static const enum member required[] = {MEMBER_PRINCIPAL, MEMBER_ACTION};
    for (const struct node *node = line->first; node; node = node->next) {
        if (!sort_member(in, node))
            return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(required); i++) {
        if (!in->members[required[i]])
            return input_fail(in, "%s is missing", members[required[i]].name);
    }
    return check_expected(in);
}

const char *input_name(enum member member)
{
    return members[member].name;
}

struct str input_text(const struct input *in, enum member member)
{
    const struct node *node = in->members[member];
    return node ? node->text : (struct str){NULL, 0};
}

bool input_flag(const struct input *in, enum member member)
{
    return str_is(input_text(in, member), "true");
}
