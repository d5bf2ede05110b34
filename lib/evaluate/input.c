/* SPDX-License-Identifier: Apache-2.0 */
/* The members of a line, and who asks for what. */
#include "evaluate/input_priv.h"

#include "model/ids.h"

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

struct str input_text(const struct input *in, enum member member)
{
    const struct node *node = in->members[member];
    return node ? node->text : (struct str){NULL, 0};
}

bool input_flag(const struct input *in, enum member member)
{
    return str_is(input_text(in, member), "true");
}

static bool read_account(struct input *in, enum member member, struct str *ret)
{
    *ret = input_text(in, member);
    return !ret->p || account_id_ok(*ret) ||
           input_fail(in, "%s: expected 12 digits", members[member].name);
}

static bool is_host(struct str s)
{
    return s.p && memchr(s.p, '.', s.n) && !memchr(s.p, ':', s.n) && !memchr(s.p, '/', s.n);
}

/* Services of AWS are hosts of its domains; some of those, such as cognito-identity.amazonaws.com,
   are identity providers, which only the type can say. */
static enum principal_kind guess_host(struct str name)
{
    struct str end = STR("amazonaws.com");
    bool of_aws = name.p && memmem(name.p, name.n, end.p, end.n);
    return of_aws ? PRINCIPAL_SERVICE : PRINCIPAL_PROVIDER;
}

/* What the name of the principal itself says. */
static bool guess_kind(struct str name, enum principal_kind *ret)
{
    static const struct {
        const char *start; /* of the resource in the ARN */
        enum principal_kind kind;
    } resources[] = {
        {"root", PRINCIPAL_ROOT},
        {"user/", PRINCIPAL_USER},
        {"role/", PRINCIPAL_ROLE},
        {"assumed-role/", PRINCIPAL_SESSION},
        {"federated-user/", PRINCIPAL_FEDERATED},
        {"saml-provider/", PRINCIPAL_PROVIDER},
        {"oidc-provider/", PRINCIPAL_PROVIDER},
    };
    struct arn arn;
    if (!arn_parse(name, &arn)) {
        bool anonymous = str_is(name, "anonymous");
        *ret = anonymous ? PRINCIPAL_ANONYMOUS : guess_host(name);
        return anonymous || is_host(name);
    }
    for (size_t i = 0; i < ARRAY_LEN(resources); i++) {
        *ret = resources[i].kind;
        if (str_starts(arn.resource, str_of(resources[i].start)))
            return account_id_ok(arn.account);
    }
    return false;
}

/* The kind, which the line may say and must not contradict. */
static bool read_kind(struct input *in, struct str name)
{
    static const struct {
        const char *name;
        unsigned fits; /* guesses that it does not contradict */
        enum principal_kind host;
    } types[] = {
        {"root", 1 << PRINCIPAL_ROOT, 0},
        {"user", 1 << PRINCIPAL_USER, 0},
        {"role", 1 << PRINCIPAL_ROLE, 0},
        {"session", 1 << PRINCIPAL_SESSION, 0},
        {"federated", 1 << PRINCIPAL_FEDERATED | 1 << PRINCIPAL_PROVIDER | 1 << PRINCIPAL_SERVICE,
         PRINCIPAL_PROVIDER},
        {"service", 1 << PRINCIPAL_PROVIDER | 1 << PRINCIPAL_SERVICE, PRINCIPAL_SERVICE},
        {"anonymous", 1 << PRINCIPAL_ANONYMOUS, 0},
    };
    enum principal_kind kind;
    if (!guess_kind(name, &kind)) {
        return input_fail(in,
                          "principal: \"%.*s\" is no principal, such as "
                          "arn:aws:iam::123456789012:user/alice",
                          STR_FMT(name));
    }
    in->principal.kind = kind;
    struct str type = input_text(in, MEMBER_PRINCIPAL_TYPE);
    for (size_t i = 0; type.p && i < ARRAY_LEN(types); i++) {
        if (!str_is(type, types[i].name))
            continue;
        if (types[i].host && is_host(name))
            in->principal.kind = types[i].host;
        bool host =
            kind != PRINCIPAL_PROVIDER || types[i].host == PRINCIPAL_PROVIDER || is_host(name);
        return (types[i].fits >> kind & 1 && host) ||
               input_fail(in, "principal_type: \"%.*s\" is no %s principal", STR_FMT(name),
                          types[i].name);
    }
    return !type.p || input_fail(in, "principal_type: expected root, user, role, session, "
                                     "federated, service or anonymous");
}

/* The role of a session: its ARN with the path is aws:PrincipalArn, a session's own has no path. */
static const char *issuer_of(const struct input *in, const struct arn *arn)
{
    struct str given = input_text(in, MEMBER_ISSUER);
    struct arn role;
    if (given.p)
        return str_dup(in->arena, given);
    if (in->principal.kind != PRINCIPAL_SESSION)
        return NULL;
    struct str told = given_value(&in->context, AWS_KEY_PRINCIPAL_ARN);
    if (told.p && arn_parse(told, &role) && str_starts(role.resource, STR("role/")))
        return str_dup(in->arena, told);
    struct str rest = arn->resource;
    str_cut(&rest, '/');
    struct str name = str_cut(&rest, '/');
    return arena_printf(in->arena, "arn:%.*s:iam::%.*s:role/%.*s", STR_FMT(arn->partition),
                        STR_FMT(arn->account), STR_FMT(name));
}

static bool is_of_account(enum principal_kind kind)
{
    return kind != PRINCIPAL_PROVIDER && kind != PRINCIPAL_SERVICE && kind != PRINCIPAL_ANONYMOUS;
}

bool input_principal(struct input *in)
{
    struct authz_principal *p = &in->principal;
    struct str name = input_text(in, MEMBER_PRINCIPAL), account;
    struct arn arn;
    if (!read_kind(in, name) || !read_account(in, MEMBER_ACCOUNT, &account))
        return false;
    p->arn = p->kind == PRINCIPAL_ANONYMOUS ? NULL : str_dup(in->arena, name);
    if (is_of_account(p->kind) && arn_parse(name, &arn)) {
        p->account = str_dup(in->arena, account.p ? account : arn.account);
        p->issuer = issuer_of(in, &arn);
    }
    if (p->kind == PRINCIPAL_USER)
        p->name = strrchr(p->arn, '/') + 1;
    struct str id = given_value(&in->context, AWS_KEY_USERID);
    p->id = id.p ? str_dup(in->arena, id) : NULL;
    p->service_linked = input_flag(in, MEMBER_SERVICE_LINKED);
    p->management_account = input_flag(in, MEMBER_MANAGEMENT);
    return true;
}

/* Whose the resource is: said, or in its ARN, or else the principal's. */
static struct str owner_of(const struct input *in, struct str given)
{
    struct arn arn;
    if (given.p)
        return given;
    if (arn_parse(in->request.resource, &arn) && account_id_ok(arn.account))
        return arn.account;
    return (struct str){NULL, 0};
}

static bool same_organization(const struct given_context *context)
{
    struct str ours = given_value(context, AWS_KEY_PRINCIPAL_ORG_ID);
    struct str theirs = given_value(context, AWS_KEY_RESOURCE_ORG_ID);
    return ours.p && theirs.p && str_eq(ours, theirs);
}

bool input_request(struct input *in)
{
    struct authz_request *r = &in->request;
    struct str owner = {NULL, 0}, resource = input_text(in, MEMBER_RESOURCE);
    if (!read_account(in, MEMBER_RESOURCE_ACCOUNT, &owner))
        return false;
    if (!resource.p && !input_flag(in, MEMBER_WILDCARD_ONLY))
        return input_fail(in, "resource is missing");
    bool all = input_flag(in, MEMBER_WILDCARD_ONLY);
    struct arn arn;
    r->principal = &in->principal;
    r->action = input_text(in, MEMBER_ACTION);
    r->resource = all ? STR("*") : resource;
    r->context = &in->context.base;
    r->resource_account = owner_of(in, owner);
    r->same_organization = same_organization(&in->context);
    const char *colon = r->action.n ? memchr(r->action.p, ':', r->action.n) : NULL;
    struct str name = r->action;
    str_cut(&name, ':');
    if (!colon || colon == r->action.p || name.n == 0 || memchr(name.p, ':', name.n))
        return input_fail(in, "action: expected SERVICE:ACTION");
    if (!str_is(r->resource, "*") && !arn_parse(r->resource, &arn))
        return input_fail(in, "resource: expected an ARN or \"*\"");
    return true;
}
