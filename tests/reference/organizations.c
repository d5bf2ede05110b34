/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the server decides, with what it makes of its organizations itself, and the reference
 * evaluator with the policies that bind caller and resource by the rules: the same decision by the
 * same statement. Callers, accounts, levels and the accounts of resources vary.
 *
 *     organizations CASES [FIRST-SEED]
 */
#include <inttypes.h>

#include "access/enforce.h"
#include "access/session.h"
#include "access/view.h"
#include "iam_api.h"
#include "record/record.h"
#include "reference.h"
#include "sts_api.h"
#include "support/suite.h"
#include "tree.h"

enum { CASES_OF_A_TREE = 400 };

enum who { ROOT, USER, SESSION, LINKED, SERVICE, WHOS };

struct question {
    enum who who;
    const struct account *caller, *owner;
    bool assume; /* the role target of the owner, and not iam:GetUser of the caller's alice */
};

static const char *const layers[] = {
    [AUTHZ_LAYER_NONE] = "none",         [AUTHZ_LAYER_ROOT] = "root",
    [AUTHZ_LAYER_SCP] = "scp",           [AUTHZ_LAYER_RCP] = "rcp",
    [AUTHZ_LAYER_RESOURCE] = "resource", [AUTHZ_LAYER_TRUST] = "trust",
    [AUTHZ_LAYER_IDENTITY] = "identity", [AUTHZ_LAYER_BOUNDARY] = "boundary",
    [AUTHZ_LAYER_SESSION] = "session",
};

static json_t *answer_of(const struct authz_decision *d)
{
    static const char *const outcomes[] = {"Allow", "ExplicitDeny", "ImplicitDeny"};
    if (!d->policy)
        return json_pack("{s:s, s:s, s:n, s:n}", "decision", outcomes[d->outcome], "layer",
                         layers[d->layer], "policy", "statement");
    return json_pack("{s:s, s:s, s:s, s:I}", "decision", outcomes[d->outcome], "layer",
                     layers[d->layer], "policy", d->policy->name, "statement",
                     (json_int_t)d->statement->index);
}

/* The view of the caller; a service has none. */
static struct view *find_caller(struct tree *t, const struct question *q)
{
    struct view *view = NULL;
    bool role = q->who == SESSION || q->who == LINKED;
    const char *role_id = q->who == LINKED ? q->caller->linked : q->caller->role;
    const struct session session = {.kind = PRINCIPAL_SESSION,
                                    .key_id = role_id,
                                    .account = q->caller->id,
                                    .owner = role_id,
                                    .name = "one",
                                    .policy = "",
                                    .source_identity = "",
                                    .provider = ""};
    if (role)
        ASSERT_OK(view_acquire_session(&t->box.sandbox, &t->box.arena, &session, &view));
    else if (q->who != SERVICE)
        ASSERT_OK(view_acquire(&t->box.sandbox, &t->box.arena,
                               q->who == ROOT ? q->caller->id : q->caller->user, &view));
    return view;
}

static const char *role_arn(struct tree *t, const struct question *q)
{
    return arena_printf(&t->box.arena, "arn:aws:iam::%s:role/target", q->owner->id);
}

static int put(struct tree *t, const struct question *q, struct call *c)
{
    const struct sts_assume_role_in assume = {.role_arn = role_arn(t, q),
                                              .role_session_name = "two"};
    const struct iam_get_user_in get = {.user_name = "alice"};
    c->op = q->assume ? api_find(&sts_service, STR("AssumeRole"))
                      : api_find(&iam_service, STR("GetUser"));
    return q->assume ? access_enforce(c, &assume) : access_enforce(c, &get);
}

/* Services call on behalf of the caller's account. */
static json_t *enforced(struct tree *t, const struct question *q)
{
    static const struct request rq = {.source_ip = "127.0.0.1"};
    static const struct authz_principal service = {.kind = PRINCIPAL_SERVICE,
                                                   .arn = "ec2.amazonaws.com"};
    struct tx tx;
    struct view *view = find_caller(t, q);
    struct call c = box_call(&t->box);
    ASSERT_OK(store_begin(t->box.sandbox.store, false, &t->box.arena, &tx));
    c.rq = &rq;
    c.tx = &tx;
    c.account = q->caller->id;
    c.principal = view ? &view->principal : &service;
    c.view = view ? &view->base : NULL;
    c.source_arn = view ? NULL : "arn:aws:ec2:us-east-1:1:instance/i-1";
    int code = put(t, q, &c);
    ck_assert(code == OK || code == ERR_ACCESS_DENIED);
    json_t *answer = answer_of(&c.record->decisions->decision);
    record_end(&c);
    view_release(view);
    ASSERT_OK(store_end(&tx, true));
    return answer;
}

/* The keys of an organization; PREFIX is that of their names. */
static void add_place(json_t *context, const char *prefix, const struct account *account)
{
    char name[64];
    if (!account->organization)
        return;
    snprintf(name, sizeof name, "aws:%sOrgID", prefix);
    json_object_set_new(context, name, json_string(account->organization->id));
    snprintf(name, sizeof name, "aws:%sOrgPaths", prefix);
    json_object_set_new(context, name, json_pack("[s]", account->place->path));
}

static json_t *context_of(const struct question *q, const char *principal_arn)
{
    json_t *context = json_pack("{s:s, s:s}", "aws:ResourceAccount", q->owner->id,
                                "aws:PrincipalIsAWSService", q->who == SERVICE ? "true" : "false");
    if (principal_arn) {
        json_object_set_new(context, "aws:PrincipalArn", json_string(principal_arn));
        json_object_set_new(context, "aws:PrincipalAccount", json_string(q->caller->id));
    }
    add_place(context, q->who == SERVICE ? "Source" : "Principal", q->caller);
    add_place(context, "Resource", q->owner);
    return context;
}

/* What binds whom, by the book. */
static void add_levels(json_t *line, const struct question *q)
{
    const struct organization *ours = q->caller->organization, *theirs = q->owner->organization;
    if (ours && ours->all_features && ours->scps && !tree_is_management(q->caller))
        json_object_set_new(line, "scps", tree_levels(q->caller, false));
    if (theirs && theirs->all_features && theirs->rcps && !tree_is_management(q->owner))
        json_object_set_new(line, "rcps", tree_levels(q->owner, true));
    if (q->who == LINKED)
        json_object_set_new(line, "service_linked_role", json_true());
}

/* PATTERN with the account in the place of #. */
static const char *filled(struct tree *t, const char *pattern, const struct account *account)
{
    size_t head = strcspn(pattern, "#");
    return pattern[head] ? arena_printf(&t->box.arena, "%.*s%s%s", (int)head, pattern, account->id,
                                        pattern + head + 1)
                         : pattern;
}

/* As it calls, and as aws:PrincipalArn has it. */
static const struct {
    const char *principal, *arn;
} callers[] = {
    [ROOT] = {"arn:aws:iam::#:root", "arn:aws:iam::#:root"},
    [USER] = {"arn:aws:iam::#:user/alice", "arn:aws:iam::#:user/alice"},
    [SESSION] = {"arn:aws:sts::#:assumed-role/dev/one", "arn:aws:iam::#:role/dev"},
    [LINKED] = {"arn:aws:sts::#:assumed-role/AWSServiceRoleForX/one",
                "arn:aws:iam::#:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"},
    [SERVICE] = {"ec2.amazonaws.com", NULL},
};

static void add_policies(json_t *line, const struct question *q)
{
    json_t *identity = json_pack("[{s:s, s:O}]", "name", "p", "document", q->caller->identity);
    if (q->who == ROOT || q->who == SERVICE)
        json_decref(identity);
    else
        json_object_set_new(line, "identity_policies", identity);
    if (q->assume)
        json_object_set_new(
            line, "resource_policy",
            json_pack("{s:s, s:O}", "name", "trust policy", "document", q->owner->trust));
    add_levels(line, q);
}

static json_t *line_of(struct tree *t, const struct question *q)
{
    const char *arn = callers[q->who].arn ? filled(t, callers[q->who].arn, q->caller) : NULL;
    const char *own = filled(t, "arn:aws:iam::#:user/alice", q->caller);
    json_t *line = json_pack("{s:s, s:s, s:s, s:o}", "principal",
                             filled(t, callers[q->who].principal, q->caller), "action",
                             q->assume ? "sts:AssumeRole" : "iam:GetUser", "resource",
                             q->assume ? role_arn(t, q) : own, "context", context_of(q, arn));
    if (q->who == SESSION || q->who == LINKED)
        json_object_set_new(line, "issuer", json_string(arn));
    add_policies(line, q);
    return line;
}

static struct question random_question(struct tree *t)
{
    struct question q = {.who = (enum who)dice_roll(&t->dice, WHOS)};
    q.caller = &t->accounts[dice_roll(&t->dice, ACCOUNTS)];
    q.assume = q.who == SERVICE || dice_chance(&t->dice, q.who == ROOT ? 10 : 75);
    q.owner = q.assume && dice_chance(&t->dice, 75) ? &t->accounts[dice_roll(&t->dice, ACCOUNTS)]
                                                    : q.caller;
    return q;
}

static void tell(uint64_t seed, json_t *line, json_t *is, json_t *expected)
{
    char *texts[] = {json_dumps(line, JSON_COMPACT), json_dumps(is, JSON_COMPACT),
                     json_dumps(expected, JSON_COMPACT)};
    fprintf(stderr, "seed %" PRIu64 ":\n  line     %s\n  decided  %s\n  expected %s\n", seed,
            texts[0], texts[1], texts[2]);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        free(texts[i]);
}

/* How many of each decision came out. */
struct tally {
    size_t layers[ARRAY_LEN(layers)], failures;
};

static void count(struct tally *tally, json_t *answer)
{
    const char *layer = json_string_value(json_object_get(answer, "layer"));
    for (size_t i = 0; i < ARRAY_LEN(layers); i++)
        tally->layers[i] += layers[i] && strcmp(layers[i], layer) == 0;
}

static void check_one(struct tree *t, uint64_t seed, struct tally *tally)
{
    struct question q = random_question(t);
    json_t *line = line_of(t, &q), *expected = reference_decide(line), *is = enforced(t, &q);
    if (!json_equal(is, expected) && tally->failures++ < 3)
        tell(seed, line, is, expected);
    count(tally, expected);
    json_decref(is);
    json_decref(expected);
    json_decref(line);
}

static int64_t cases, first = 1;

START_TEST(test_agree)
{
    struct tally tally = {.failures = 0};
    for (int64_t i = 0; i < cases; i += CASES_OF_A_TREE) {
        struct tree tree;
        uint64_t seed = (uint64_t)(first + i / CASES_OF_A_TREE);
        tree_grow(&tree, seed);
        for (int64_t k = 0; k < CASES_OF_A_TREE && i + k < cases; k++)
            check_one(&tree, seed, &tally);
        tree_fell(&tree);
    }
    printf("%" PRId64 " cases from seed %" PRId64 ", %zu failures:", cases, first, tally.failures);
    for (size_t i = 0; i < ARRAY_LEN(layers); i++) {
        if (layers[i])
            printf(" %s %zu", layers[i], tally.layers[i]);
    }
    putchar('\n');
    ck_assert_uint_eq(tally.failures, 0);
}
END_TEST

int main(int argc, char *argv[])
{
    if (argc < 2 || !str_to_int64(str_of(argv[1]), &cases) ||
        (argc > 2 && !str_to_int64(str_of(argv[2]), &first))) {
        fputs("usage: organizations CASES [FIRST-SEED]\n", stderr);
        return 2;
    }
    TCase *tc = tcase_create("all");
    tcase_set_timeout(tc, 0);
    tcase_add_test(tc, test_agree);
    return suite_run("organizations", tc);
}
