/* SPDX-License-Identifier: Apache-2.0 */
/* Statements: actions and resources that meet the request of the case, or miss it. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "world.h"

static const char *const other_actions[] = {
    "iam:ListUsers",        "s3:ListBucket", "s3:Put*",     "sqs:SendMess?ge",
    "sqs:DeleteQueue",      "dynamodb:*",    "kms:Encrypt", "sns:Publish",
    "sts:GetAccessKeyInfo", "ec2:Describe*", "iam:Get*",    NULL,
};
/* Of services that RCPs are for. */
static const char *const rcp_actions[] = {
    "s3:ListBucket", "s3:Put*", "sqs:SendMess?ge", "sqs:*", "dynamodb:Get*", "kms:*", NULL,
};
static const char *const trust_actions[] = {
    "sts:AssumeRole",        "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity",
    "sts:SetSourceIdentity", "sts:TagSession",         NULL,
};
static const char *const other_resources[] = {
    "arn:aws:s3:::other/*",
    "arn:aws:s3:::bucket",
    "arn:aws:sqs:*:111122223333:*",
    "arn:aws:sns:us-east-1:444455556666:topic",
    "arn:aws:iam::*:user/*",
    "arn:aws:iam::111122223333:role/nobody",
    "arn:aws:kms:eu-west-1:111122223333:key/k2",
    "arn:aws:dynamodb:eu-west-1:*:table/*",
    "arn:aws:ec2",
    "arn:aws:logs:*:log-group:/app/api:*",
    "arn:aws:sqs:us-east-1:*",
    NULL,
};

static bool is_service(const char *action, const char *service)
{
    size_t n = strlen(service);
    return !strncmp(action, service, n) && action[n] == ':';
}

/* The request's service is one that RCPs are for, as far as cases are made of them. */
static bool takes_rcps(const char *action)
{
    static const char *const names[] = {"s3", "sqs", "dynamodb", "kms", "sts"};
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (is_service(action, names[i]))
            return true;
    return false;
}

static json_t *matching_action(struct world *w, enum gen_kind kind)
{
    char entry[96];
    size_t service = strcspn(w->action, ":"), n = strlen(w->action);
    size_t stem = service + 4; /* far enough for a trust policy: sts:Ass */
    snprintf(entry, sizeof(entry), "%s", w->action);
    switch (dice_roll(&w->dice, 8)) {
    case 0: /* everything of the service */
        snprintf(entry, sizeof(entry), "%.*s:*", (int)service, w->action);
        return json_string(kind == GEN_TRUST ? "sts:AssumeRole*" : entry);
    case 1: /* everything */
        return json_string(kind == GEN_TRUST || kind == GEN_RCP ? entry : "*");
    case 2:
        if (kind != GEN_TRUST)
            snprintf(entry, sizeof(entry), "%.*s*", (int)(stem + dice_roll(&w->dice, n - stem)),
                     w->action);
        break;
    case 3:
        if (kind != GEN_TRUST)
            entry[stem + dice_roll(&w->dice, n - stem)] = '?';
        break;
    case 4: /* case is ignored */
        for (char *c = entry; *c; c++)
            *c = (char)(dice_chance(&w->dice, 50) ? toupper((unsigned char)*c)
                                                  : tolower((unsigned char)*c));
        break;
    default:
        break;
    }
    return json_string(entry);
}

static json_t *other_action(struct world *w, enum gen_kind kind)
{
    return json_string(dice_word(&w->dice, kind == GEN_TRUST ? trust_actions
                                           : kind == GEN_RCP ? rcp_actions
                                                             : other_actions));
}

static void add_action(struct world *w, struct gen_aim aim, json_t *statement)
{
    bool negated = aim.kind != GEN_TRUST && aim.kind != GEN_RCP && dice_chance(&w->dice, 15);
    bool match = dice_chance(&w->dice, aim.favour) != negated;
    if (aim.kind == GEN_RCP && !takes_rcps(w->action))
        match = false;
    json_t *list =
        json_pack("[o]", match ? matching_action(w, aim.kind) : other_action(w, aim.kind));
    if (dice_chance(&w->dice, 30))
        gen_insert(w, list, other_action(w, aim.kind));
    json_object_set_new(statement, negated ? "NotAction" : "Action", gen_maybe_list(w, list));
}

/* An ARN in its parts. */
struct arn {
    char service[16], region[16], account[16], name[96];
};

static void cut_arn(const char *arn, struct arn *ret)
{
    char *const fields[] = {ret->service, ret->region, ret->account};
    const char *s = arn + strlen("arn:aws:");
    for (size_t i = 0; i < 3; i++) {
        size_t n = strcspn(s, ":");
        snprintf(fields[i], 16, "%.*s", (int)n, s);
        s += n + 1;
    }
    snprintf(ret->name, sizeof(ret->name), "%s", s);
}

/* Where the name of the resource begins behind its type. */
static size_t name_start(const char *name)
{
    size_t n = strcspn(name, "/");
    return name[n] ? n + 1 : 0;
}

static void wild_name(struct world *w, struct arn *arn)
{
    size_t start = name_start(arn->name), n = strlen(arn->name);
    size_t at = start + dice_roll(&w->dice, n - start);
    if (dice_chance(&w->dice, 40)) {
        arn->name[at] = '?';
        return;
    }
    arn->name[at] = '*';
    arn->name[at + 1] = '\0';
    if (dice_chance(&w->dice, 30) && at + 3 < n) /* a star in the middle */
        snprintf(arn->name + at + 1, sizeof(arn->name) - at - 1, "%s",
                 strrchr(w->resource, w->resource[strlen(w->resource) - 2]));
}

/* The last component of the name gives way to a variable. */
static void variable_name(struct world *w, struct arn *arn)
{
    static const char *const tails[] = {
        "${aws:username}",
        "${AWS:UserName}",
        "${aws:username, '#'}",
        "${aws:PrincipalTag/team, '#'}",
        "${aws:PrincipalTag/none, '#'}",
        "${aws:PrincipalTag/none}",
        "${aws:PrincipalTag/none, '*'}",
        "#${aws:PrincipalTag/none, ''}",
        "#${",
        "${aws:TagKeys}",
        "a${*}b",
        "${?}",
        "*${$}*",
        NULL,
    };
    char tail[96], *slash = strrchr(arn->name, '/');
    char *last = slash ? slash + 1 : arn->name;
    gen_fill(tail, sizeof(tail), dice_word(&w->dice, tails), last);
    size_t head = (size_t)(last - arn->name);
    snprintf(last, sizeof(arn->name) - head, "%s", tail);
}

/* IAM has no regions and S3 neither regions nor accounts; IAM's resources need their type. */
static json_t *short_arn(struct world *w, const struct arn *arn)
{
    char entry[96];
    if (arn->region[0] && dice_chance(&w->dice, 40))
        snprintf(entry, sizeof(entry), "arn:aws:%s:*:%s", arn->service, arn->account);
    else if (!strcmp(arn->service, "s3") && dice_chance(&w->dice, 50))
        snprintf(entry, sizeof(entry), "arn:aws:s3:*");
    else
        snprintf(entry, sizeof(entry), "arn:aws:%s", arn->service);
    return json_string(entry);
}

/*
 * A star in the place of what leads up to the end of a field, and sometimes short of it. IAM and S3
 * are particular about what their fields may be.
 */
static json_t *running_on(struct world *w, const struct arn *arn)
{
    char rest[192], entry[256];
    if (!strcmp(arn->service, "iam") || !strcmp(arn->service, "s3"))
        return json_string(w->resource);
    snprintf(rest, sizeof(rest), "%s:%s:%s", arn->region, arn->account, arn->name);
    size_t end = dice_roll(&w->dice, strlen(rest));
    end += strcspn(rest + end, ":");
    size_t start = dice_roll(&w->dice, end + 1);
    if (end > start && dice_chance(&w->dice, 15))
        end--;
    snprintf(entry, sizeof(entry), "arn:aws:%s:%.*s*%s", arn->service, (int)start, rest,
             rest + end);
    return json_string(entry);
}

static json_t *matching_resource(struct world *w)
{
    struct arn arn;
    char entry[256];
    if (!strcmp(w->resource, "*"))
        return json_string("*");
    cut_arn(w->resource, &arn);
    switch (dice_roll(&w->dice, 12)) {
    case 0:
    case 1:
        return json_string("*");
    case 10:
    case 11:
        return running_on(w, &arn);
    case 2:
    case 3:
        wild_name(w, &arn);
        break;
    case 4:
    case 5:
        variable_name(w, &arn);
        break;
    case 6:
        if (dice_chance(&w->dice, 60))
            return short_arn(w, &arn);
        break;
    case 7:
        snprintf(arn.account, sizeof(arn.account), "%s", arn.account[0] ? "*" : "");
        snprintf(arn.region, sizeof(arn.region), "%s", arn.region[0] ? "*" : "");
        break;
    default:
        break;
    }
    snprintf(entry, sizeof(entry), "arn:aws:%s:%s:%s:%s", arn.service, arn.region, arn.account,
             arn.name);
    return json_string(entry);
}

static void add_resource(struct world *w, struct gen_aim aim, json_t *statement)
{
    bool negated = dice_chance(&w->dice, 12);
    bool match = dice_chance(&w->dice, aim.favour) != negated;
    const char *other = dice_word(&w->dice, other_resources);
    json_t *list = json_pack("[o]", match ? matching_resource(w) : json_string(other));
    if (dice_chance(&w->dice, 30))
        gen_insert(w, list, json_string(dice_word(&w->dice, other_resources)));
    json_object_set_new(statement, negated ? "NotResource" : "Resource", gen_maybe_list(w, list));
}

json_t *gen_statement(struct world *w, struct gen_aim aim, const char *effect)
{
    json_t *statement = json_pack("{s:s}", "Effect", effect);
    if (aim.kind >= GEN_RCP)
        gen_add_principal(w, aim, statement);
    add_action(w, aim, statement);
    if (aim.kind != GEN_TRUST)
        add_resource(w, aim, statement);
    if (dice_chance(&w->dice, 35))
        json_object_set_new(statement, "Condition", gen_condition(w, aim));
    return statement;
}
