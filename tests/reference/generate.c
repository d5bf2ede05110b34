/* SPDX-License-Identifier: Apache-2.0 */
#include "generate.h"

#include <stdio.h>
#include <string.h>

#include "world.h"

static const char *const accounts[] = {"111122223333", "444455556666", NULL};

/* What can be asked for; # is the account. */
struct target {
    const char *resource;
    const char *actions[5];
    enum gen_kind policy; /* the kind of its resource policy */
    unsigned policy_percent;
};

static const struct target targets[] = {
    {"arn:aws:s3:::bucket/home/alice", {"s3:GetObject", "s3:PutObject"}, GEN_RESOURCE, 60},
    {"arn:aws:s3:::bucket/home/a*b", {"s3:GetObject", "s3:DeleteObject"}, GEN_RESOURCE, 60},
    {"arn:aws:s3:::bucket",
     {"s3:GetBucketPolicy", "s3:ListBucket", "s3:PutBucketPolicy"},
     GEN_RESOURCE,
     60},
    {"arn:aws:sqs:eu-west-1:#:queue", {"sqs:SendMessage", "sqs:ReceiveMessage"}, GEN_RESOURCE, 60},
    {"arn:aws:sns:us-east-1:#:topic", {"sns:Publish", "sns:Subscribe"}, GEN_RESOURCE, 60},
    {"arn:aws:dynamodb:eu-west-1:#:table/t/index/i", {"dynamodb:GetItem"}, GEN_RESOURCE, 50},
    {"arn:aws:logs:eu-west-1:#:log-group:/app/web:log-stream:s",
     {"logs:PutLogEvents", "logs:GetLogEvents"},
     GEN_RESOURCE,
     50},
    {"arn:aws:iam::#:user/team/bob", {"iam:GetUser", "iam:DeleteUser"}, GEN_RESOURCE, 5},
    {"arn:aws:iam::#:role/dev", {"iam:GetRole", "iam:PassRole"}, GEN_RESOURCE, 5},
    {"arn:aws:iam::#:role/ops/target", {"sts:AssumeRole"}, GEN_TRUST, 90},
    {"arn:aws:iam::#:role/target",
     {"sts:AssumeRole", "sts:TagSession", "sts:AssumeRoleWithSAML",
      "sts:AssumeRoleWithWebIdentity"},
     GEN_TRUST,
     90},
    {"arn:aws:kms:eu-west-1:#:key/k1", {"kms:Decrypt", "kms:Encrypt"}, GEN_RESOURCE, 90},
    {"arn:aws:kms:eu-west-1:#:alias/k1", {"kms:Encrypt"}, GEN_RESOURCE, 20},
    {"*", {"ec2:DescribeInstances", "s3:ListAllMyBuckets", "iam:ListUsers"}, GEN_RESOURCE, 10},
    {"*", {"sts:GetCallerIdentity", "sts:GetSessionToken", "STS:getsessiontoken"}, GEN_RESOURCE, 5},
};

#define TARGETS (sizeof(targets) / sizeof(*targets))

void gen_fill(char *ret, size_t size, const char *pattern, const char *account)
{
    size_t head = strcspn(pattern, "#");
    snprintf(ret, size, "%.*s%s%s", (int)head, pattern, pattern[head] ? account : "",
             pattern[head] ? pattern + head + 1 : "");
}

json_t *gen_maybe_list(struct world *w, json_t *list)
{
    if (json_array_size(list) != 1 || dice_chance(&w->dice, 40))
        return list;
    json_t *only = json_incref(json_array_get(list, 0));
    json_decref(list);
    return only;
}

/*
 * In a call of its own, because C does not say in which order the arguments of one call throw the
 * dice.
 */
void gen_insert(struct world *w, json_t *list, json_t *entry)
{
    json_array_insert_new(list, dice_roll(&w->dice, 2), entry);
}

/* The forms of principals; several of a kind are there because they are likelier. */
struct caller {
    enum gen_caller kind;
    const char *type;
    const char *principal;
    const char *issuer;
    const char *unique_id;
};

static const struct caller callers[] = {
    {GEN_ROOT, "root", "arn:aws:iam::#:root", "", NULL},
    {GEN_USER, "user", "arn:aws:iam::#:user/alice", "", "AIDAQ3EGRZ4SMPLEXAMPL"},
    {GEN_USER, "user", "arn:aws:iam::#:user/team/bob", "", "AIDAQ3EGRZ4SMPLEXAMPB"},
    {GEN_USER, "user", "arn:aws:iam::#:user/alice", "", "AIDAQ3EGRZ4SMPLEXAMPL"},
    {GEN_ROLE, "role", "arn:aws:iam::#:role/dev", "arn:aws:iam::#:role/dev", NULL},
    {GEN_SESSION, "session", "arn:aws:sts::#:assumed-role/dev/one", "arn:aws:iam::#:role/dev",
     "AROAQ3EGRZ4SMPLEXAMPL"},
    {GEN_SESSION, "session", "arn:aws:sts::#:assumed-role/dev/two", "arn:aws:iam::#:role/ops/dev",
     "AROAQ3EGRZ4SMPLEXAMPL"},
    {GEN_FEDERATED_USER, "federated", "arn:aws:sts::#:federated-user/fred",
     "arn:aws:iam::#:user/alice", NULL},
    {GEN_PROVIDER, "federated", "accounts.google.com", "", NULL},
    {GEN_PROVIDER, "federated", "arn:aws:iam::111122223333:saml-provider/idp", "", NULL},
    {GEN_SERVICE, "service", "ec2.amazonaws.com", "", NULL},
    {GEN_SERVICE, "service", "lambda.amazonaws.com", "", NULL},
    {GEN_ANONYMOUS, "anonymous", "anonymous", "", NULL},
};

#define CALLERS (sizeof(callers) / sizeof(*callers))

/* Those with an account ask more often, and roles are assumed by whom providers vouch for. */
static const struct caller *pick_caller(struct dice *d)
{
    static const size_t members = 8;
    return &callers[dice_chance(d, 85) ? dice_roll(d, members)
                                       : members + dice_roll(d, CALLERS - members)];
}

static void add_userid(struct world *w, json_t *context)
{
    char id[64];
    if (!w->unique_id || dice_chance(&w->dice, 10))
        return;
    snprintf(id, sizeof(id), "%s%s", w->unique_id, w->caller == GEN_SESSION ? ":one" : "");
    json_object_set_new(context, "aws:userid", json_string(id));
}

/*
 * The issuer of a session: given, to be had from aws:PrincipalArn, or made of the session's name.
 * The first way leaves no doubt; the others say something different now and then.
 */
static void add_issuer(struct world *w, json_t *line)
{
    if (w->caller == GEN_SESSION || w->caller == GEN_FEDERATED_USER)
        if (dice_chance(&w->dice, 65))
            json_object_set_new(line, "issuer", json_string(w->issuer));
}

static void add_caller(struct world *w, const struct caller *caller, json_t *line)
{
    const char *account = dice_word(&w->dice, accounts);
    bool member = caller->kind <= GEN_FEDERATED_USER;
    w->caller = caller->kind;
    w->account = member ? account : NULL;
    w->unique_id = caller->unique_id;
    gen_fill(w->principal, sizeof(w->principal), caller->principal, account);
    gen_fill(w->issuer, sizeof(w->issuer), caller->issuer, account);
    json_object_set_new(line, "principal", json_string(w->principal));
    if (caller->kind == GEN_PROVIDER || dice_chance(&w->dice, 50))
        json_object_set_new(line, "principal_type", json_string(caller->type));
    if (member && dice_chance(&w->dice, 30))
        json_object_set_new(line, "account", json_string(account));
    add_issuer(w, line);
}

static const struct target *pick_target(struct world *w)
{
    /* Providers mostly vouch for somebody who takes a role. */
    if (w->caller == GEN_PROVIDER && dice_chance(&w->dice, 70))
        return &targets[8 + dice_roll(&w->dice, 2)];
    return &targets[dice_roll(&w->dice, TARGETS)];
}

static const char *pick_owner(struct world *w)
{
    if (w->account && dice_chance(&w->dice, 75))
        return w->account;
    return dice_word(&w->dice, accounts);
}

static const struct target *add_target(struct world *w, json_t *line)
{
    const struct target *target = pick_target(w);
    w->resource_account = pick_owner(w);
    w->action = dice_word(&w->dice, target->actions);
    gen_fill(w->resource, sizeof(w->resource), target->resource, w->resource_account);
    bool nameless = !strcmp(w->resource, "*");
    json_object_set_new(line, "action", json_string(w->action));
    json_object_set_new(line, "resource", json_string(w->resource));
    /* An ARN that tells its account need not be helped. */
    if (!nameless && (!strchr(target->resource, '#') || dice_chance(&w->dice, 20)))
        json_object_set_new(line, "resource_account", json_string(w->resource_account));
    if (nameless && dice_chance(&w->dice, 80))
        json_object_set_new(line, "wildcard_only_action", json_true());
    return target;
}

static bool needs_2012(enum gen_kind kind)
{
    return kind == GEN_BOUNDARY || kind == GEN_RCP || kind == GEN_SCP;
}

static void add_version(struct world *w, enum gen_kind kind, json_t *document)
{
    if (needs_2012(kind) || dice_chance(&w->dice, 82))
        json_object_set_new(document, "Version", json_string("2012-10-17"));
    else if (dice_chance(&w->dice, 50))
        json_object_set_new(document, "Version", json_string("2008-10-17"));
}

/* The first statement is meant to allow; Deny statements are meant to match less often. */
static json_t *statement_of(struct world *w, struct gen_aim aim, size_t i)
{
    bool denies = aim.kind == GEN_RCP || dice_chance(&w->dice, i == 0 ? 5 : 30);
    char sid[32];
    if (denies)
        aim.favour = aim.kind == GEN_RCP ? 55 : 50;
    json_t *statement = gen_statement(w, aim, denies ? "Deny" : "Allow");
    snprintf(sid, sizeof(sid), "s%zu", i);
    if (dice_chance(&w->dice, 40))
        json_object_set_new(statement, "Sid", json_string(sid));
    return statement;
}

static json_t *document_of(struct world *w, enum gen_kind kind)
{
    json_t *document = json_object(), *statements = json_array();
    add_version(w, kind, document);
    const char *version = json_string_value(json_object_get(document, "Version"));
    bool variables = version && !strcmp(version, "2012-10-17");
    struct gen_aim aim = {kind, variables, 88};
    size_t n = 1 + dice_roll(&w->dice, 3);
    for (size_t i = 0; i < n; i++)
        json_array_append_new(statements, statement_of(w, aim, i));
    json_object_set_new(document, "Statement", gen_maybe_list(w, statements));
    return document;
}

/* A document, with a name of its own or without. */
static json_t *policy_of(struct world *w, enum gen_kind kind)
{
    json_t *document = document_of(w, kind);
    char name[32];
    if (dice_chance(&w->dice, 80))
        return document;
    snprintf(name, sizeof(name), "named%zu", dice_roll(&w->dice, 100000));
    return json_pack("{s:s, s:o}", "name", name, "document", document);
}

static json_t *policies_of(struct world *w, enum gen_kind kind, size_t n)
{
    json_t *policies = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(policies, policy_of(w, kind));
    return policies;
}

/* What AWS attaches to every root, unit and account. */
static json_t *full_access(enum gen_kind kind)
{
    if (kind == GEN_RCP)
        return json_pack("{s:s, s:{s:s, s:s, s:s, s:s}}", "Version", "2012-10-17", "Statement",
                         "Effect", "Allow", "Principal", "*", "Action", "*", "Resource", "*");
    return json_pack("{s:s, s:{s:s, s:s, s:s}}", "Version", "2012-10-17", "Statement", "Effect",
                     "Allow", "Action", "*", "Resource", "*");
}

static json_t *levels_of(struct world *w, enum gen_kind kind)
{
    json_t *levels = json_array();
    size_t n = dice_roll(&w->dice, 4);
    for (size_t i = 0; i < n; i++) {
        json_t *level = policies_of(w, kind, dice_roll(&w->dice, 3) / (kind == GEN_RCP ? 1 : 2));
        if (kind == GEN_RCP || dice_chance(&w->dice, 85))
            json_array_insert_new(level, 0, full_access(kind));
        json_array_append_new(levels, level);
    }
    return levels;
}

static void add_own_policies(struct world *w, json_t *line)
{
    json_object_set_new(line, "identity_policies",
                        policies_of(w, GEN_IDENTITY, dice_roll(&w->dice, 3)));
    if (w->caller == GEN_ROOT)
        return; /* they would be ignored, as these are */
    if (dice_chance(&w->dice, 30))
        json_object_set_new(line, "boundary", policy_of(w, GEN_BOUNDARY));
    else if (dice_chance(&w->dice, 5))
        json_object_set_new(line, "boundary", json_null());
    bool session = w->caller == GEN_SESSION || w->caller == GEN_FEDERATED_USER;
    if (!session || dice_chance(&w->dice, w->caller == GEN_SESSION ? 50 : 20))
        return;
    json_object_set_new(line, "session_policy",
                        dice_chance(&w->dice, 50)
                            ? policy_of(w, GEN_SESSION_POLICY)
                            : policies_of(w, GEN_SESSION_POLICY, dice_roll(&w->dice, 3)));
}

static void add_flags(struct world *w, json_t *line)
{
    if (w->account && dice_chance(&w->dice, 6))
        json_object_set_new(line, "management_account", json_true());
    if ((w->caller == GEN_ROLE || w->caller == GEN_SESSION) && dice_chance(&w->dice, 6))
        json_object_set_new(line, "service_linked_role", json_true());
}

static void add_policies(struct world *w, const struct target *target, json_t *line)
{
    if (w->account)
        add_own_policies(w, line);
    if (dice_chance(&w->dice, target->policy_percent))
        json_object_set_new(line, "resource_policy", policy_of(w, target->policy));
    if (dice_chance(&w->dice, 30))
        json_object_set_new(line, "scps", levels_of(w, GEN_SCP));
    if (dice_chance(&w->dice, 25))
        json_object_set_new(line, "rcps", levels_of(w, GEN_RCP));
    if (dice_chance(&w->dice, 12))
        json_object_set_new(line, "vpc_endpoint_policy", policy_of(w, GEN_VPC_ENDPOINT));
}

json_t *generate_case(uint64_t seed)
{
    struct world w = {.dice = {seed * 0x2545f4914f6cdd1d}};
    json_t *line = json_pack("{s:I}", "id", (json_int_t)seed);
    add_caller(&w, pick_caller(&w.dice), line);
    const struct target *target = add_target(&w, line);
    json_t *context = gen_context(&w);
    add_userid(&w, context);
    json_object_set_new(line, "context", context);
    json_object_set_new(line, "multivalued", json_pack("[s]", "app:list"));
    add_flags(&w, line);
    add_policies(&w, target, line);
    return line;
}
