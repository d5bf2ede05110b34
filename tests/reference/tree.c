/* SPDX-License-Identifier: Apache-2.0 */
#include "tree.h"

#include "access/account.h"

static const char *const types[] = {"SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"};
static const char *const full[] = {"p-FullAWSAccess", "p-RCPFullAWSAccess"};

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* # stands for a digit that makes an account, @ for the number of an organization. */
static const char *filled(struct tree *t, const char *pattern)
{
    char *text = arena_strdup(&t->box.arena, pattern);
    for (char *p = text; *p; p++) {
        if (*p == '#')
            *p = (char)('0' + dice_roll(&t->dice, ACCOUNTS));
        if (*p == '@')
            *p = (char)('0' + dice_roll(&t->dice, ORGANIZATIONS));
    }
    return text;
}

static const char *random_condition(struct tree *t)
{
    return filled(
        t,
        dice_word(&t->dice,
                  WORDS("", "", "", "\"StringEquals\":{\"aws:PrincipalOrgID\":\"o-organizat@\"}",
                        "\"StringNotEquals\":{\"aws:PrincipalOrgID\":\"o-organizat@\"}",
                        ("\"StringNotEqualsIfExists\":{\"aws:PrincipalOrgID\":\"o-organizat@\"},"
                         "\"BoolIfExists\":{\"aws:PrincipalIsAWSService\":\"false\"}"),
                        "\"ForAnyValue:StringLike\":{\"aws:PrincipalOrgPaths\":\"o-organizat@/*\"}",
                        "\"ForAllValues:StringLike\":{\"aws:ResourceOrgPaths\":\"*/ou-000@-*\"}",
                        "\"StringEquals\":{\"aws:ResourceOrgID\":\"${aws:PrincipalOrgID}\"}",
                        "\"StringEquals\":{\"aws:ResourceAccount\":\"10000000000#\"}",
                        "\"StringNotEquals\":{\"aws:SourceOrgID\":\"o-organizat@\"}",
                        "\"Null\":{\"aws:ResourceOrgID\":\"true\"}",
                        "\"ArnLike\":{\"aws:PrincipalArn\":\"arn:aws:iam::*:root\"}",
                        "\"ArnNotLike\":{\"aws:PrincipalArn\":\"arn:aws:iam::*:role/*\"}")));
}

static json_t *document_of(struct tree *t, const char *statement)
{
    const char *text = arena_printf(
        &t->box.arena, "{\"Version\":\"2012-10-17\",\"Statement\":[{%s,\"Condition\":{%s}}]}",
        statement, random_condition(t));
    json_t *document = json_loads(text, 0, NULL);
    ck_assert_ptr_nonnull(document);
    return document;
}

static const char *element(struct tree *t, const char *name, const char *const *words)
{
    return arena_printf(&t->box.arena, "\"%s%s\":\"%s\"", dice_chance(&t->dice, 15) ? "Not" : "",
                        name, filled(t, dice_word(&t->dice, words)));
}

static const char *random_resource(struct tree *t)
{
    return element(t, "Resource",
                   WORDS("*", "*", "arn:aws:iam::*:role/*", "arn:aws:iam::10000000000#:*",
                         "arn:aws:iam::*:user/alice"));
}

static json_t *random_scp(struct tree *t)
{
    const char *action =
        element(t, "Action", WORDS("*", "sts:*", "sts:AssumeRole", "iam:Get*", "iam:*", "s3:*"));
    const char *resource = random_resource(t);
    return document_of(t, arena_printf(&t->box.arena, "\"Effect\":\"%s\",%s,%s",
                                       dice_chance(&t->dice, 45) ? "Deny" : "Allow", action,
                                       resource));
}

static json_t *random_rcp(struct tree *t)
{
    const char *action = dice_word(&t->dice, WORDS("sts:*", "sts:AssumeRole", "s3:*"));
    const char *resource = random_resource(t);
    return document_of(t, arena_printf(&t->box.arena,
                                       "\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"%s\","
                                       "%s",
                                       action, resource));
}

static json_t *random_identity(struct tree *t)
{
    const char *action =
        dice_word(&t->dice, WORDS("*", "*", "sts:*", "iam:GetUser", "sts:AssumeRole"));
    return document_of(t, arena_printf(&t->box.arena,
                                       "\"Effect\":\"Allow\",\"Action\":\"%s\",\"Resource\":\"*\"",
                                       action));
}

static json_t *random_trust(struct tree *t)
{
    const char *principal =
        dice_word(&t->dice, WORDS("\"*\"", "\"*\"", "{\"AWS\":\"*\"}", "{\"AWS\":\"*\"}",
                                  "{\"AWS\":\"10000000000#\"}",
                                  "{\"AWS\":\"arn:aws:iam::10000000000#:root\"}",
                                  "{\"Service\":\"ec2.amazonaws.com\"}"));
    return document_of(t, arena_printf(&t->box.arena,
                                       "\"Effect\":\"Allow\",\"Principal\":%s,\"Action\":"
                                       "\"sts:AssumeRole\"",
                                       filled(t, principal)));
}

static const char *text_of(struct tree *t, json_t *document)
{
    char *text = json_dumps(document, JSON_COMPACT);
    const char *copy = arena_strdup(&t->box.arena, text);
    free(text);
    return copy;
}

static void attach(struct tx *tx, const struct organization *o, const char *target, size_t type,
                   const char *policy, size_t position)
{
    ASSERT_OK(q_target_attach(tx, &(struct q_target_attach){.target = target,
                                                            .type = types[type],
                                                            .position = (int64_t)position,
                                                            .policy = policy,
                                                            .organization = o->id}));
}

static json_t *full_access(size_t type)
{
    const char *principal = type ? "\"Principal\":\"*\"," : "";
    char text[256];
    snprintf(text, sizeof text,
             "{\"name\":\"%s\",\"document\":{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":"
             "\"Allow\",%s\"Action\":\"*\",\"Resource\":\"*\"}]}}",
             full[type] + 2, principal);
    return json_loads(text, 0, NULL);
}

static json_t *attach_random(struct tree *t, struct tx *tx, const struct organization *o,
                             const char *target, size_t type)
{
    json_t *list = json_array();
    if (type == 1 || dice_chance(&t->dice, 85)) {
        attach(tx, o, target, type, full[type], 1);
        json_array_append_new(list, full_access(type));
    }
    for (size_t i = 0, n = dice_roll(&t->dice, 3) / 2; i < n; i++) {
        json_t *document = type ? random_rcp(t) : random_scp(t);
        const char *id = arena_printf(&t->box.arena, "p-%zu", t->n_policies++);
        struct q_organization_policy_insert policy = {.id = id,
                                                      .organization = o->id,
                                                      .type = types[type],
                                                      .name = id,
                                                      .description = "",
                                                      .content = text_of(t, document)};
        ASSERT_OK(q_organization_policy_insert(tx, &policy));
        attach(tx, o, target, type, id, 2 + i);
        json_array_append_new(list, json_pack("{s:s, s:o}", "name", id, "document", document));
    }
    return list;
}

static struct attached attach_to(struct tree *t, struct tx *tx, const struct organization *o,
                                 const char *target)
{
    struct attached attached = {.scps = attach_random(t, tx, o, target, 0)};
    attached.rcps = attach_random(t, tx, o, target, 1);
    return attached;
}

static void add_place(struct tree *t, struct tx *tx, struct organization *o, size_t number)
{
    struct arena *a = &t->box.arena;
    struct place *place = &o->places[o->n];
    const struct place *above = o->n ? &o->places[dice_roll(&t->dice, o->n)] : NULL;
    place->above = above;
    place->id = above ? arena_printf(a, "ou-000%zu-0000000%zu", number, o->n)
                      : arena_printf(a, "r-000%zu", number);
    place->path =
        arena_printf(a, "%s%s/", above ? above->path : arena_printf(a, "%s/", o->id), place->id);
    struct q_unit_insert unit = {place->id, o->id,         above ? above->id : "",
                                 place->id, above != NULL, place->path};
    ASSERT_OK(q_unit_insert(tx, &unit));
    place->attached = attach_to(t, tx, o, place->id);
    o->n++;
}

static void enable(struct tx *tx, const struct organization *o, size_t type)
{
    struct q_organization_policy_kind_insert kind = {o->id, types[type], 0};
    ASSERT_OK(q_organization_policy_kind_insert(tx, &kind));
}

/* Its first account manages it. */
static void add_organization(struct tree *t, struct tx *tx, size_t number)
{
    struct organization *o = &t->organizations[number];
    *o = (struct organization){
        .id = arena_printf(&t->box.arena, "o-organizat%zu", number),
        .management = t->accounts[number].id,
        .all_features = dice_chance(&t->dice, 90),
        .scps = dice_chance(&t->dice, 90),
        .rcps = dice_chance(&t->dice, 80),
    };
    struct q_organization_insert row = {o->id, o->management,
                                        arena_printf(&t->box.arena, "r-000%zu", number),
                                        o->all_features ? "ALL" : "CONSOLIDATED_BILLING", 1};
    ASSERT_OK(q_organization_insert(tx, &row));
    for (size_t i = 0, n = 1 + dice_roll(&t->dice, PLACES); i < n; i++)
        add_place(t, tx, o, number);
    if (o->scps)
        enable(tx, o, 0);
    if (o->rcps)
        enable(tx, o, 1);
}

static void join(struct tree *t, struct tx *tx, struct account *account, struct organization *o)
{
    const struct place *place = &o->places[dice_roll(&t->dice, o->n)];
    struct q_organization_member_insert member = {.account = account->id,
                                                  .organization = o->id,
                                                  .parent = place->id,
                                                  .method = "INVITED",
                                                  .joined = 1};
    account->organization = o;
    account->place = place;
    ASSERT_OK(q_organization_member_insert(tx, &member));
    account->attached = attach_to(t, tx, o, account->id);
}

struct role {
    const char *id, *path, *name, *trust;
};

static void add_role(struct tree *t, struct tx *tx, const char *account, const struct role *role)
{
    struct arena *a = &t->box.arena;
    struct q_role_insert row = {.account = account,
                                .name = role->name,
                                .name_key = str_fold(a, str_of(role->name)),
                                .path = role->path,
                                .id = role->id,
                                .arn = iam_role_arn(a, account, role->path, role->name),
                                .trust = role->trust,
                                .max_session = 3600,
                                .created = 1};
    ASSERT_OK(q_role_insert(tx, &row));
}

static void give(struct tx *tx, const char *owner, const char *document)
{
    struct q_policy_put policy = {.owner = owner,
                                  .name = "p",
                                  .name_key = "p",
                                  .document = document,
                                  .size = (int64_t)policy_size(str_of(document))};
    ASSERT_OK(q_policy_put(tx, &policy));
}

static void populate(struct tree *t, struct tx *tx, struct account *account, size_t number)
{
    struct arena *a = &t->box.arena;
    account->user = arena_printf(a, "AIDAUSER%013zu", number);
    account->role = arena_printf(a, "AROADEV0%013zu", number);
    account->linked = arena_printf(a, "AROALINK%013zu", number);
    account->target = arena_printf(a, "AROATRGT%013zu", number);
    account->identity = random_identity(t);
    account->trust = random_trust(t);
    struct q_user_insert user = {.account = account->id,
                                 .name = "alice",
                                 .name_key = "alice",
                                 .path = "/",
                                 .id = account->user,
                                 .arn = iam_user_arn(a, account->id, "/", "alice"),
                                 .created = 1};
    ASSERT_OK(q_user_insert(tx, &user));
    const struct role roles[] = {
        {account->role, "/", "dev", "{}"},
        {account->linked, "/aws-service-role/x.amazonaws.com/", "AWSServiceRoleForX", "{}"},
        {account->target, "/", "target", text_of(t, account->trust)},
    };
    for (size_t i = 0; i < ARRAY_LEN(roles); i++)
        add_role(t, tx, account->id, &roles[i]);
    const char *identity = text_of(t, account->identity);
    give(tx, account->user, identity);
    give(tx, account->role, identity);
    give(tx, account->linked, identity);
}

static void add_account(struct tree *t, size_t number)
{
    struct account *account = &t->accounts[number];
    account->id = arena_printf(&t->box.arena, "10000000000%zu", number);
    struct account_spec spec = {.id = account->id};
    ASSERT_OK(account_create(&t->box.sandbox, &t->box.arena, &spec));
}

/* The first accounts manage organizations, and the last is in none. */
void tree_grow(struct tree *t, uint64_t seed)
{
    struct tx tx;
    *t = (struct tree){.dice = {seed * 0x2545f4914f6cdd1d}};
    box_open(&t->box);
    for (size_t i = 0; i < ACCOUNTS; i++)
        add_account(t, i);
    box_begin(&t->box, &tx);
    for (size_t i = 0; i < ORGANIZATIONS; i++)
        add_organization(t, &tx, i);
    for (size_t i = 0; i < ACCOUNTS; i++) {
        size_t number = i < ORGANIZATIONS ? i : dice_roll(&t->dice, ORGANIZATIONS);
        if (i + 1 < ACCOUNTS)
            join(t, &tx, &t->accounts[i], &t->organizations[number]);
        populate(t, &tx, &t->accounts[i], i);
    }
    box_end(&t->box, &tx);
}

static void detach(struct attached *attached)
{
    json_decref(attached->scps);
    json_decref(attached->rcps);
}

void tree_fell(struct tree *t)
{
    for (size_t i = 0; i < ORGANIZATIONS; i++) {
        for (size_t k = 0; k < t->organizations[i].n; k++)
            detach(&t->organizations[i].places[k].attached);
    }
    for (size_t i = 0; i < ACCOUNTS; i++) {
        detach(&t->accounts[i].attached);
        json_decref(t->accounts[i].identity);
        json_decref(t->accounts[i].trust);
    }
    box_close(&t->box);
}

bool tree_is_management(const struct account *account)
{
    return account->organization && strcmp(account->organization->management, account->id) == 0;
}

json_t *tree_levels(const struct account *account, bool rcps)
{
    json_t *levels = json_array();
    json_array_append(levels, rcps ? account->attached.rcps : account->attached.scps);
    for (const struct place *place = account->place; place; place = place->above)
        json_array_insert(levels, 0, rcps ? place->attached.rcps : place->attached.scps);
    return levels;
}
