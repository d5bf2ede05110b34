/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Simulation and enforcement cannot disagree: in random accounts, what a simulation with the
 * matching context decides is what access_enforce answers. The seed is the argument, or 1.
 */
#include <inttypes.h>
#include <stdio.h>

#include "access/enforce.h"
#include "access/explain.h"
#include "err.h"
#include "support/organization.h"
#include "support/suite.h"

#define ALICE "AIDAZL6XWCR2MLDRO6EIG"
#define BOB "AIDARKEXDU3E7KD3L3CRF"
#define DAVE "AIDADAVEDAVEDAVEDAVE2"
#define CREW "AGPAZL6XWCR2MLDRO6EIG"
#define ARN "arn:aws:iam::" BOX_ACCOUNT
#define FOREIGN "arn:aws:iam::210987654321:policy/p"

enum { ROUNDS = 150, MOST_STATEMENTS = 4, OWNERS = 3, DOCUMENTS = OWNERS + 1 };

static int64_t seed = 1;
static struct rand source;
static struct box box;
static struct request rq = {.source_ip = "127.0.0.1"};
static const char *documents[DOCUMENTS]; /* alice's, bob's, the crew's and the boundary's */

static size_t below(size_t n)
{
    uint32_t number;
    rand_bytes(&source, (unsigned char *)&number, sizeof number);
    return number % n;
}

#define PICK(list) (list)[below(ARRAY_LEN(list))]

/* Each may allow or deny, and each condition holds for some requests only. */
static const char *random_statement(void)
{
    static const char *const actions[] = {"*",           "iam:*",       "iam:Get*",
                                          "IAM:getuser", "iam:TagUser", "iam:ListUsers"};
    static const char *const resources[] = {
        "*",
        (ARN ":user/*"),
        (ARN ":user/bob"),
        (ARN ":user/${aws:username}"),
        (ARN ":group/*"),
        "arn:aws:iam::*:*",
        FOREIGN,
    };
    static const char *const conditions[] = {
        "",
        "",
        "\"StringEquals\":{\"aws:PrincipalTag/team\":\"Blue\"}",
        "\"StringEquals\":{\"aws:ResourceTag/Stage\":\"Prod\"}",
        "\"StringNotEquals\":{\"iam:ResourceTag/Stage\":\"Prod\"}",
        "\"StringLike\":{\"aws:RequestTag/Team\":\"B*\"}",
        "\"ForAllValues:StringEquals\":{\"aws:TagKeys\":[\"Team\"]}",
        "\"ForAnyValue:StringEquals\":{\"aws:TagKeys\":[\"Team\"]}",
        "\"StringEquals\":{\"aws:TagKeys\":\"Team\"}",
        "\"IpAddress\":{\"aws:SourceIp\":\"127.0.0.0/8\"}",
        "\"Bool\":{\"aws:SecureTransport\":\"false\"}",
        "\"StringLike\":{\"aws:username\":\"?o?\"}",
        ("\"ArnLike\":{\"aws:PrincipalArn\":\"" ARN ":user/${aws:username}\"}"),
        ("\"StringEquals\":{\"aws:userid\":\"" ALICE "\"}"),
        "\"Null\":{\"aws:MultiFactorAuthPresent\":\"true\"}",
        "\"DateLessThan\":{\"aws:CurrentTime\":\"2023-11-15\"}",
        "\"StringEquals\":{\"aws:ResourceAccount\":\"${aws:PrincipalAccount}\"}",
    };
    const char *condition = PICK(conditions);
    return arena_printf(
        &box.arena, "{\"Effect\":\"%s\",\"%s\":\"%s\",\"%s\":\"%s\",\"Condition\":{%s}}",
        below(3) ? "Allow" : "Deny", below(6) ? "Action" : "NotAction", PICK(actions),
        below(6) ? "Resource" : "NotResource", PICK(resources), condition);
}

static const char *random_document(void)
{
    struct buf b = buf_new(&box.arena, 512);
    buf_add_text(&b, "{\"Version\":\"2012-10-17\",\"Statement\":[");
    for (size_t i = 0, n = 1 + below(MOST_STATEMENTS); i < n; i++)
        buf_printf(&b, "%s%s", i ? "," : "", random_statement());
    buf_add_text(&b, "]}");
    return buf_text(&b);
}

static void bound(const char *name, const char *id)
{
    struct tx tx;
    box_begin(&box, &tx);
    ASSERT_OK(q_user_set_boundary(&tx, &(struct q_user_set_boundary){.account = BOX_ACCOUNT,
                                                                     .name_key = name,
                                                                     .boundary = ARN ":policy/edge",
                                                                     .id = id}));
    box_end(&box, &tx);
}

static void make_boundary(const char *document)
{
    struct tx tx;
    box_begin(&box, &tx);
    ASSERT_OK(q_managed_insert(&tx, &(struct q_managed_insert){.account = BOX_ACCOUNT,
                                                               .name = "edge",
                                                               .name_key = "edge",
                                                               .path = "/",
                                                               .id = "ANPAEDGEEDGEEDGEEDGE2",
                                                               .arn = ARN ":policy/edge",
                                                               .created = 1700000000}));
    ASSERT_OK(q_version_insert(
        &tx, &(struct q_version_insert){ARN ":policy/edge", 1, document, 1700000000}));
    box_end(&box, &tx);
}

/* Every second account is in an organization, whose SCPs may say anything at each level. */
static void organize(void)
{
    static const char *const targets[] = {ORGANIZATION_ROOT, ORGANIZATION_UNIT, BOX_ACCOUNT};
    box_organize(&box);
    box_enable(&box, SCP, "p-FullAWSAccess");
    for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
        const char *id = arena_printf(&box.arena, "p-level%zu", i);
        box_organization_policy(&box, id, SCP, random_document());
        if (below(3) == 0)
            box_replace(&box, targets[i], SCP, id);
        else if (below(2))
            box_attach(&box, targets[i], SCP, id);
    }
}

/* Alice and Dave are of the crew; Dave has nothing but its policies. */
static void make_account(bool organized)
{
    static const char *const owners[OWNERS] = {ALICE, BOB, CREW};
    box_open(&box);
    box_user(&box, ALICE, "alice");
    box_user(&box, BOB, "bob");
    box_user(&box, DAVE, "dave");
    box_group(&box, CREW, "crew");
    box_member(&box, CREW, ALICE);
    box_member(&box, CREW, DAVE);
    box_tag(&box, ALICE, "Team", "Blue");
    box_tag(&box, BOB, "Stage", "Prod");
    for (size_t i = 0; i < DOCUMENTS; i++)
        documents[i] = random_document();
    for (size_t i = 0; i < OWNERS; i++)
        box_policy(&box, owners[i], "p", documents[i]);
    make_boundary(documents[OWNERS]);
    bound("alice", ALICE);
    if (below(2))
        bound("bob", BOB);
    if (organized)
        organize();
}

/* One request of IAM. */
struct in {
    const char *name;
    struct iam_tag_list tags;
};

static const struct shape_field fields[] = {
    {.name = "Name", .kind = SHAPE_STR, .off = offsetof(struct in, name)},
    {.name = "Tags", .kind = SHAPE_LIST, .item = SHAPE_STRUCT, .off = offsetof(struct in, tags)},
};
static const struct shape shape = {"in", sizeof(struct in), ARRAY_LEN(fields), fields, NULL, NULL};
static const struct api_key keys[] = {{.name = "aws:RequestTag", .field = 1}, {.name = NULL}};
static const struct api_service service = {.name = "iam"};

static const struct {
    const char *action;
    enum api_resource kind;
    const char *name, *arn;
    bool tags;
} requests[] = {
    {"iam:GetUser", RESOURCE_USER, "bob", ARN ":user/bob", false},
    {"iam:GetUser", RESOURCE_USER, "alice", ARN ":user/alice", false},
    {"iam:TagUser", RESOURCE_USER, "bob", ARN ":user/bob", true},
    {"iam:TagUser", RESOURCE_USER, "nobody", ARN ":user/nobody", true},
    {"iam:GetGroup", RESOURCE_GROUP, "crew", ARN ":group/crew", false},
    {"iam:GetPolicy", RESOURCE_POLICY, FOREIGN, FOREIGN, false},
    {"iam:ListUsers", RESOURCE_NONE, NULL, "*", false},
};

static struct iam_tag tag = {"Team", "Blue"};

/* What access_enforce says to a principal about a request. */
static const char *enforced(const char *id, size_t request)
{
    const struct api_auth rows[] = {
        {requests[request].action, requests[request].kind ? API_ON_ENTITY : API_ON_STAR,
         requests[request].kind, offsetof(struct in, name), API_NO_MEMBER, API_NO_MEMBER, -1, false,
         false, NULL, API_CLAIMS_ANY, false, false},
        {.action = NULL},
    };
    const struct api_op op = {
        .name = "Op", .service = &service, .in = &shape, .auth = rows, .keys = keys};
    struct in in = {.name = requests[request].name};
    if (requests[request].tags)
        in.tags = (struct iam_tag_list){1, &tag};
    struct view *view;
    struct tx tx;
    ASSERT_OK(view_acquire(&box.sandbox, &box.arena, id, &view));
    box_begin(&box, &tx);
    struct call c = box_call(&box);
    c.rq = &rq;
    c.op = &op;
    c.tx = &tx;
    c.principal = &view->principal;
    c.view = &view->base;
    int code = access_enforce(&c, &in);
    record_complete(&c, code, NULL);
    record_end(&c);
    box_end(&box, &tx);
    view_release(view);
    ck_assert(code == OK || code == ERR_ACCESS_DENIED);
    if (code == OK)
        return "allowed";
    return strstr(explain_get(&box.sandbox, &box.arena, str_of(c.request_id)).p,
                  "\"decision\":\"ExplicitDeny\"")
               ? "explicitDeny"
               : "implicitDeny";
}

struct entries {
    struct iam_context_entry v[16];
    size_t n;
};

static void add(struct entries *e, bool there, const char *key, const char *type, const char *value)
{
    struct str_list values = {1, NEW_ARRAY(&box.arena, const char *, 1)};
    values.v[0] = value;
    if (there)
        e->v[e->n++] = (struct iam_context_entry){key, values, type};
}

/* What the server knows about the request. */
static struct entries context_of(const char *id, size_t request)
{
    struct entries e = {.n = 0};
    bool bob = requests[request].name && strcmp(requests[request].name, "bob") == 0;
    bool foreign = strcmp(requests[request].arn, FOREIGN) == 0;
    add(&e, strcmp(id, ALICE) == 0, "aws:PrincipalTag/Team", "string", "Blue");
    add(&e, strcmp(id, BOB) == 0, "aws:PrincipalTag/Stage", "string", "Prod");
    add(&e, bob, "aws:ResourceTag/Stage", "string", "Prod");
    add(&e, bob, "iam:ResourceTag/Stage", "string", "Prod");
    add(&e, requests[request].tags, "aws:RequestTag/Team", "string", "Blue");
    add(&e, requests[request].tags, "aws:TagKeys", "stringList", "Team");
    add(&e, true, "aws:SourceIp", "ip", "127.0.0.1");
    add(&e, true, "aws:SecureTransport", "boolean", "true");
    add(&e, true, "aws:CurrentTime", "date", "2023-11-14T22:13:20Z");
    add(&e, true, "aws:userid", "string", id);
    add(&e, requests[request].kind, "aws:ResourceAccount", "string",
        foreign ? "210987654321" : BOX_ACCOUNT);
    return e;
}

static struct str_list one(const char *text)
{
    struct str_list list = {1, NEW_ARRAY(&box.arena, const char *, 1)};
    list.v[0] = text;
    return list;
}

/* The decision about the one action, with what authorization says where AWS does not look. */
static const char *decision(const struct iam_evaluation_result_list *results, bool foreign)
{
    ck_assert_uint_eq(results->n, 1);
    const struct iam_evaluation_result *result = results->v;
    const struct iam_decision_detail_list *details = &result->eval_decision_details;
    ck_assert(foreign || details->n == 0);
    return details->n ? details->v[details->n - 1].value : result->eval_decision;
}

static const char *simulated(const char *source_arn, const char *caller, const char *id,
                             size_t request)
{
    static const struct api_op op = {.name = "SimulatePrincipalPolicy"};
    struct entries entries = context_of(id, request);
    const struct iam_simulate_principal_policy_in in = {
        .policy_source_arn = source_arn,
        .caller_arn = caller,
        .action_names = one(requests[request].action),
        .resource_arns = one(requests[request].arn),
        .context_entries = {entries.n, entries.v},
        .max_items = 100,
    };
    struct iam_simulate_principal_policy_out out = {.is_truncated = false};
    struct call c = box_call(&box);
    struct tx tx;
    box_begin(&box, &tx);
    c.op = &op;
    c.tx = &tx;
    ASSERT_OK(iam_simulate_principal_policy(&c, &in, &out));
    box_end(&box, &tx);
    return decision(&out.evaluation_results, requests[request].kind == RESOURCE_POLICY);
}

/* Alice from nothing but her documents. */
static const char *simulated_by_documents(size_t request)
{
    static const struct api_op op = {.name = "SimulateCustomPolicy"};
    const char *own[] = {documents[0], documents[2]};
    struct entries entries = context_of(ALICE, request);
    const struct iam_simulate_custom_policy_in in = {
        .policy_input_list = {2, own},
        .permissions_boundary_policy_input_list = one(documents[OWNERS]),
        .caller_arn = ARN ":user/alice",
        .action_names = one(requests[request].action),
        .resource_arns = one(requests[request].arn),
        .context_entries = {entries.n, entries.v},
        .max_items = 100,
    };
    struct iam_simulate_custom_policy_out out = {.is_truncated = false};
    struct call c = box_call(&box);
    c.op = &op;
    ASSERT_OK(iam_simulate_custom_policy(&c, &in, &out));
    return decision(&out.evaluation_results, requests[request].kind == RESOURCE_POLICY);
}

static void compare(const char *who, size_t request, const char *is, const char *expected)
{
    ck_assert_msg(strcmp(is, expected) == 0,
                  "seed %" PRId64 ", %s, %s on %s: simulated %s, enforced %s\n%s\n%s\n%s\n%s", seed,
                  who, requests[request].action, requests[request].arn, is, expected, documents[0],
                  documents[1], documents[2], documents[3]);
}

START_TEST(simulated_equals_enforced)
{
    size_t outcomes[3] = {0};
    rand_init_seeded(&source, (uint64_t)seed);
    for (int round = 0; round < ROUNDS; round++) {
        bool organized = round % 2 > 0;
        make_account(organized);
        for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
            const char *alice = enforced(ALICE, i);
            compare("alice", i, simulated(ARN ":user/alice", NULL, ALICE, i), alice);
            if (!organized) /* which the documents know nothing of */
                compare("alice's documents", i, simulated_by_documents(i), alice);
            compare("bob", i, simulated(ARN ":user/bob", NULL, BOB, i), enforced(BOB, i));
            compare("crew", i, simulated(ARN ":group/crew", ARN ":user/dave", DAVE, i),
                    enforced(DAVE, i));
            outcomes[*alice == 'a' ? 0 : *alice == 'e' ? 1 : 2]++;
        }
        box_close(&box);
    }
    rand_done(&source);
    for (size_t i = 0; i < ARRAY_LEN(outcomes); i++)
        ck_assert_uint_gt(outcomes[i], ROUNDS / 10); /* each outcome is really tried */
}
END_TEST

int main(int argc, char **argv)
{
    if (argc > 1 && !str_to_int64(str_of(argv[1]), &seed))
        return EXIT_FAILURE;
    printf("seed %" PRId64 "\n", seed);
    TCase *tc = tcase_create("all");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, simulated_equals_enforced);
    return suite_run("simulation_enforced", tc);
}
