/* SPDX-License-Identifier: Apache-2.0 */
/* Who asks for what. */
#include "evaluate/input_priv.h"

#include "model/ids.h"
#include "model/root_task.h"

static bool read_account(struct input *in, enum member member, struct str *ret)
{
    *ret = input_text(in, member);
    return !ret->p || account_id_ok(*ret) ||
           input_fail(in, "%s: expected 12 digits", input_name(member));
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
    in->management = input_flag(in, MEMBER_MANAGEMENT);
    p->no_billing = in->members[MEMBER_BILLING_ACCESS] && !input_flag(in, MEMBER_BILLING_ACCESS);
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

/* A task that the action stands for, such as MFA delete for s3:PutBucketVersioning, which no
   condition key tells. */
static bool read_task(struct input *in)
{
    struct str name = input_text(in, MEMBER_ROOT_TASK);
    const struct root_task *task = name.p ? root_task_find(name) : NULL;
    in->request.root_only = task && task->rule == ROOT_TASK_ROOT;
    return !name.p || task || input_fail(in, "root_task: no task is named \"%.*s\"", STR_FMT(name));
}

bool input_request(struct input *in)
{
    struct authz_request *r = &in->request;
    struct str owner = {NULL, 0}, resource = input_text(in, MEMBER_RESOURCE);
    if (!read_account(in, MEMBER_RESOURCE_ACCOUNT, &owner) || !read_task(in))
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
