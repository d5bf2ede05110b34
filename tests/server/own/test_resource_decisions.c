/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of resources takes part in decisions about what stored principals may do. */
#include "support/client.h"
#include "support/suite.h"

#define A "123456789012"
#define B "222222222222"
#define ALICE "arn:aws:iam::" A ":user/alice"
#define BOB "arn:aws:iam::" A ":user/bob"
#define CAROL "arn:aws:iam::" A ":user/carol"
#define READER "arn:aws:iam::" A ":role/Reader"
#define BOUND "arn:aws:iam::" A ":role/Bound"
#define READS "arn:aws:sts::" A ":assumed-role/Reader/s"
#define BOUNDS "arn:aws:sts::" A ":assumed-role/Bound/s"
#define FEDERATED "arn:aws:sts::" A ":federated-user/fred"
#define ROOT "arn:aws:iam::" A ":root"
#define ZOE "arn:aws:iam::" B ":user/zoe"
#define YAN "arn:aws:iam::" B ":user/yan"
#define ROOT_B "arn:aws:iam::" B ":root"
#define SERVICE "cloudtrail.amazonaws.com"
#define BUCKET "arn:aws:s3:::photos"
#define OBJECT BUCKET "/cat.jpg"
#define KEY "arn:aws:kms:us-east-1:" A ":key/k"

static struct client client;
static struct client_key root_b;

/* With double quotes for single ones. */
static const char *json(const char *text)
{
    char *copy = arena_strdup(&client.arena, text);
    for (char *p = copy; *p; p++)
        *p = (char)(*p == '\'' ? '"' : *p);
    return copy;
}

static void iam_as(const struct client_key *as, const char *form)
{
    struct response response = client_post(
        &client, as, "iam", arena_printf(&client.arena, "Version=2010-05-08&Action=%s", form));
    ck_assert_msg(response.status == 200, "%s: %.*s", form, STR_FMT(response.body));
}

static void put_policy(const struct client_key *as, const char *whose, const char *statement)
{
    struct buf b = buf_new(&client.arena, 512);
    const char *document =
        json(arena_printf(&client.arena, "{'Version':'2012-10-17','Statement':%s}", statement));
    buf_add_text(&b, whose);
    buf_pct_encode(&b, str_of(document), "");
    iam_as(as, buf_text(&b));
}

static void add_role(const char *name)
{
    put_policy(
        NULL, arena_printf(&client.arena, "CreateRole&RoleName=%s&AssumeRolePolicyDocument=", name),
        "{'Effect':'Allow','Action':'sts:AssumeRole','Principal':{'AWS':'" A "'}}");
}

static struct response own(const char *method, const char *path, const char *body)
{
    return client_ask(&client, method, arena_printf(&client.arena, "/_iam-local/%s", path), NULL, 0,
                      str_of(json(body)));
}

/* Nobody has policies but: bob and zoe may do everything, carol what the boundary allows, which is
   nothing; sessions of Bound likewise. */
static void start(void)
{
    static const char all[] = "{'Effect':'Allow','Action':'*','Resource':'*'}";
    client_start(&client, NULL);
    iam_as(NULL, "CreateUser&UserName=alice");
    iam_as(NULL, "CreateUser&UserName=bob");
    put_policy(NULL, "CreatePolicy&PolicyName=narrow&PolicyDocument=",
               "{'Effect':'Allow','Action':'ec2:*','Resource':'*'}");
    iam_as(NULL, "CreateUser&UserName=carol&PermissionsBoundary=arn:aws:iam::" A ":policy/narrow");
    put_policy(NULL, "PutUserPolicy&UserName=bob&PolicyName=p&PolicyDocument=", all);
    add_role("Reader");
    add_role("Bound");
    iam_as(NULL, "PutRolePermissionsBoundary&RoleName=Bound&PermissionsBoundary=arn:aws:iam::" A
                 ":policy/narrow");
    struct response made = own("POST", "accounts", "{'account':'" B "'}");
    ck_assert_int_eq(made.status, 201);
    root_b.id = client_member(&client, made.body, "access_key_id");
    root_b.secret = client_member(&client, made.body, "secret_access_key");
    iam_as(&root_b, "CreateUser&UserName=zoe");
    iam_as(&root_b, "CreateUser&UserName=yan");
    put_policy(&root_b, "PutUserPolicy&UserName=zoe&PolicyName=p&PolicyDocument=", all);
}

static void stop(void)
{
    client_stop(&client);
}

static void tell(const char *arn, const char *body)
{
    struct response told = own("PUT", arena_printf(&client.arena, "resources/%s", arn), body);
    ck_assert_msg(told.status == 200, "%s %s: %.*s", arn, body, STR_FMT(told.body));
}

/* With no block of public access. */
static void tell_bucket(const char *statements)
{
    tell(BUCKET, arena_printf(&client.arena,
                              "{'account':'" A "','attributes':{'BlockPublicAcls':'false',"
                              "'BlockPublicPolicy':'false','RestrictPublicBuckets':'false'},"
                              "'policy':{'Version':'2012-10-17','Statement':%s}}",
                              statements));
}

static struct response ask(const char *principal, const char *action, const char *resource,
                           const char *context)
{
    return own("POST", "authorize",
               arena_printf(&client.arena,
                            "{'principal':'%s','action':'%s','resource':'%s','context':{%s}}",
                            principal, action, resource, context));
}

static void decides(const char *principal, const char *action, const char *resource,
                    const char *decision)
{
    struct response answer = ask(principal, action, resource, "");
    ck_assert_msg(answer.status == 200, "%.*s", STR_FMT(answer.body));
    const char *made = client_member(&client, answer.body, "decision");
    ck_assert_msg(strcmp(made, decision) == 0, "%s %s %s: %.*s", principal, action, resource,
                  STR_FMT(answer.body));
}

#define STATEMENT(PRINCIPAL)                                                                       \
    "{'Effect':'Allow','Principal':" PRINCIPAL ",'Action':'s3:GetObject','Resource':'" BUCKET "/*" \
    "'}"

/* The rows of the table "effect of a resource policy's Allow in the same account". */
static const struct {
    const char *principal; /* of the policy */
    const char *caller, *decision;
} same_account[] = {
    {"{'AWS':'" ALICE "'}", ALICE, "Allow"},
    {"{'AWS':'" CAROL "'}", CAROL, "Allow"}, /* whose boundary is silent */
    {"{'AWS':'" READER "'}", READS, "Allow"},
    {"{'AWS':'" BOUND "'}", BOUNDS, "ImplicitDeny"}, /* whose boundary limits */
    {"{'AWS':'" BOUNDS "'}", BOUNDS, "Allow"},       /* and does not */
    {"{'AWS':'" FEDERATED "'}", FEDERATED, "Allow"},
    {"{'AWS':'" ROOT "'}", ROOT, "Allow"},
    {"'*'", ROOT, "Allow"},
    {"{'Service':'" SERVICE "'}", SERVICE, "Allow"},
    {"{'AWS':'" A "'}", ALICE, "ImplicitDeny"}, /* which is for its own policies to say */
    {"{'AWS':'" ROOT "'}", ALICE, "ImplicitDeny"},
    {"{'AWS':'" ROOT "'}", BOB, "Allow"},
    {"{'AWS':'" A "'}", READS, "ImplicitDeny"},
    {"'*'", ALICE, "Allow"},
    {"{'AWS':'*'}", ALICE, "Allow"},
    {"{'AWS':'*'}", BOUNDS, "Allow"},
    {"'*'", FEDERATED, "Allow"},
    {"{'AWS':'" BOB "'}", ALICE, "ImplicitDeny"},
    {"{'AWS':'" BOB "'}", ROOT, "Allow"}, /* which needs nobody's leave */
    {"{'AWS':'" BOB "'}", SERVICE, "ImplicitDeny"},
};

START_TEST(test_same_account)
{
    for (size_t i = 0; i < ARRAY_LEN(same_account); i++) {
        tell_bucket(arena_printf(&client.arena,
                                 "{'Effect':'Allow','Principal':%s,'Action':'s3:GetObject',"
                                 "'Resource':'" BUCKET "/*'}",
                                 same_account[i].principal));
        decides(same_account[i].caller, "s3:GetObject", OBJECT, same_account[i].decision);
        const char *other =
            strcmp(same_account[i].caller, ROOT) == 0 || strcmp(same_account[i].caller, BOB) == 0
                ? "Allow"
                : "ImplicitDeny";
        decides(same_account[i].caller, "s3:PutObject", OBJECT, other);
    }
}
END_TEST

/* Explicit denies win over each row. */
START_TEST(test_denies)
{
    static const char *const callers[] = {ALICE, BOB,     CAROL, READS,  BOUNDS,
                                          ROOT,  SERVICE, ZOE,   ROOT_B, "anonymous"};
    tell_bucket("[" STATEMENT("'*'") ",{'Effect':'Deny','Principal':'*','Action':'s3:*',"
                                     "'Resource':'*'}]");
    for (size_t i = 0; i < ARRAY_LEN(callers); i++)
        decides(callers[i], "s3:GetObject", OBJECT, "ExplicitDeny");
}
END_TEST

static const struct {
    const char *principal, *caller, *decision;
} cross_account[] = {
    {"{'AWS':'" B "'}", ZOE, "Allow"},
    {"{'AWS':'" ZOE "'}", ZOE, "Allow"},
    {"'*'", ZOE, "Allow"},
    {"{'AWS':'" YAN "'}", YAN, "ImplicitDeny"}, /* whose own policies are silent */
    {"'*'", YAN, "ImplicitDeny"},
    {"{'AWS':'" B "'}", ROOT_B, "Allow"},
    {"{'AWS':'" YAN "'}", ROOT_B, "ImplicitDeny"},
    {"{'AWS':'" A "'}", ZOE, "ImplicitDeny"},
    {"{'AWS':'" ALICE "'}", ZOE, "ImplicitDeny"},
    {"'*'", "anonymous", "Allow"},
    {"{'AWS':'" A "'}", "anonymous", "ImplicitDeny"},
    {"{'AWS':'*'}", "anonymous", "Allow"},
};

START_TEST(test_other_accounts_and_nobody)
{
    for (size_t i = 0; i < ARRAY_LEN(cross_account); i++) {
        tell_bucket(arena_printf(&client.arena,
                                 "{'Effect':'Allow','Principal':%s,'Action':'s3:GetObject',"
                                 "'Resource':'" BUCKET "/*'}",
                                 cross_account[i].principal));
        decides(cross_account[i].caller, "s3:GetObject", OBJECT, cross_account[i].decision);
        decides(cross_account[i].caller, "s3:PutObject", OBJECT, "ImplicitDeny");
    }
    tell(BUCKET, "{'account':'" A "'}");
    struct response answer = ask(ZOE, "s3:GetObject", OBJECT, "");
    ck_assert_ptr_nonnull(
        strstr(client_member(&client, answer.body, "reason"), "No policy of " BUCKET " is known"));
    decides(ZOE, "s3:GetObject", OBJECT, "ImplicitDeny");
    decides("anonymous", "s3:GetObject", OBJECT, "ImplicitDeny");
    decides(BOB, "s3:GetObject", OBJECT, "Allow");
}
END_TEST

/* A bucket is its caller's unless somebody has told otherwise; the reason says so. */
START_TEST(test_whose_a_bucket_is)
{
    struct response answer = ask(ZOE, "s3:GetObject", OBJECT, "");
    ck_assert_str_eq(client_member(&client, answer.body, "decision"), "Allow");
    ck_assert_ptr_nonnull(strstr(client_member(&client, answer.body, "reason"), BUCKET));
    tell(BUCKET, "{'account':'" A "'}");
    answer = ask(BOB, "s3:GetObject", OBJECT, "");
    ck_assert_str_eq(client_member(&client, answer.body, "decision"), "Allow");
    ck_assert_ptr_null(client_member(&client, answer.body, "reason"));
    decides(ZOE, "s3:GetObject", OBJECT, "ImplicitDeny");
    decides(ROOT_B, "s3:GetObject", OBJECT, "ImplicitDeny");
    decides(ZOE, "s3:CreateBucket", BUCKET, "Allow"); /* the back end says that it is taken */
    ck_assert_int_eq(own("DELETE", "resources/" BUCKET, "").status, 200);
    decides(ZOE, "s3:GetObject", OBJECT, "Allow");
}
END_TEST

/* New buckets block public access: others are kept out of one whose policy is public, whichever of
   its statements lets them in. */
static void tell_restricted(const char *statements)
{
    tell(BUCKET, arena_printf(&client.arena,
                              "{'account':'" A "','policy':{'Version':'2012-10-17','Statement':["
                              "{'Effect':'Allow','Principal':{'AWS':['" ZOE "','" ALICE "']},"
                              "'Action':'s3:ListBucket','Resource':'*'},"
                              "{'Effect':'Allow','Principal':{'Service':'" SERVICE "'},"
                              "'Action':'s3:ListBucket','Resource':'*'},%s]}}",
                              statements));
}

START_TEST(test_public_policies_are_restricted)
{
    tell_restricted(STATEMENT("'*'"));
    decides(ZOE, "s3:ListBucket", BUCKET, "ImplicitDeny");
    decides("anonymous", "s3:GetObject", OBJECT, "ImplicitDeny");
    decides(ALICE, "s3:ListBucket", BUCKET, "Allow");
    decides(SERVICE, "s3:ListBucket", BUCKET, "Allow");
    struct response answer = ask(ZOE, "s3:GetObject", OBJECT, "");
    ck_assert_ptr_nonnull(
        strstr(client_member(&client, answer.body, "reason"), "RestrictPublicBuckets"));
    tell_restricted(STATEMENT("{'AWS':'" B "'}"));
    decides(ZOE, "s3:ListBucket", BUCKET, "Allow");
}
END_TEST

/* That of the account is for all its buckets. */
START_TEST(test_the_account_restricts)
{
    tell_bucket(STATEMENT("'*'"));
    decides("anonymous", "s3:GetObject", OBJECT, "Allow");
    tell("arn:aws:s3::" B ":account", "{'attributes':{'RestrictPublicBuckets':'true'}}");
    decides("anonymous", "s3:GetObject", OBJECT, "Allow");
    tell("arn:aws:s3::" A ":account", "{'attributes':{'RestrictPublicBuckets':'true'}}");
    decides("anonymous", "s3:GetObject", OBJECT, "ImplicitDeny");
    decides(ALICE, "s3:GetObject", OBJECT, "Allow");
    tell("arn:aws:s3::" A ":account", "{'attributes':{'RestrictPublicBuckets':'false'}}");
    decides("anonymous", "s3:GetObject", OBJECT, "Allow");
}
END_TEST

START_TEST(test_public_acls_are_blocked)
{
    static const char *const acls[] = {
        "'s3:x-amz-acl':'public-read'",
        "'s3:x-amz-acl':'authenticated-read'",
        "'s3:x-amz-grant-read':'id=1, uri=\\\"http://acs.amazonaws.com/groups/global/AllUsers\\\"'",
    };
    for (size_t i = 0; i < ARRAY_LEN(acls); i++) {
        tell(BUCKET, "{'account':'" A "'}");
        struct response answer = ask(BOB, "s3:PutObject", OBJECT, acls[i]);
        ck_assert_str_eq(client_member(&client, answer.body, "decision"), "ImplicitDeny");
        ck_assert_ptr_nonnull(strstr(
            client_member(&client, answer.body, "message"),
            "because public access control lists (ACLs) are blocked by the BlockPublicAcls"));
        tell(BUCKET, "{'account':'" A "','attributes':{'BlockPublicAcls':'false'}}");
        answer = ask(BOB, "s3:PutObject", OBJECT, acls[i]);
        ck_assert_str_eq(client_member(&client, answer.body, "decision"), "Allow");
    }
    tell(BUCKET, "{'account':'" A "'}");
    struct response answer = ask(BOB, "s3:PutObject", OBJECT, "'s3:x-amz-acl':'private'");
    ck_assert_str_eq(client_member(&client, answer.body, "decision"), "Allow");
}
END_TEST

/* Whoever is locked out of a bucket has its root user. */
START_TEST(test_root_unlocks_a_bucket)
{
    tell_bucket("{'Effect':'Deny','Principal':'*','Action':'s3:*','Resource':'*'}");
    static const char *const actions[] = {"s3:GetBucketPolicy", "s3:PutBucketPolicy",
                                          "s3:DeleteBucketPolicy"};
    for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
        decides(ROOT, actions[i], BUCKET, "Allow");
        decides(BOB, actions[i], BUCKET, "ExplicitDeny");
        decides(ROOT_B, actions[i], BUCKET, "ExplicitDeny");
    }
    decides(ROOT, "s3:ListBucket", BUCKET, "ExplicitDeny");
}
END_TEST

/* Whatever policies say, these are for the owner's own principals. */
START_TEST(test_what_other_accounts_may_never)
{
    tell_bucket("{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*'}");
    decides(ZOE, "s3:PutObject", OBJECT, "Allow");
    decides(ZOE, "s3:PutBucketPolicy", BUCKET, "ImplicitDeny");
    decides("anonymous", "s3:DeleteBucketPolicy", BUCKET, "ImplicitDeny");
    decides(BOB, "s3:PutBucketPolicy", BUCKET, "Allow");
    tell("arn:aws:sqs:us-east-1:" A ":q",
         "{'policy':{'Statement':{'Effect':'Allow','Principal':'*','Action':'sqs:*',"
         "'Resource':'*'}}}");
    decides(ZOE, "sqs:SendMessage", "arn:aws:sqs:us-east-1:" A ":q", "Allow");
    decides(ZOE, "sqs:SetQueueAttributes", "arn:aws:sqs:us-east-1:" A ":q", "ImplicitDeny");
    tell(KEY, "{'policy':{'Statement':{'Effect':'Allow','Principal':{'AWS':['" A "','" B "']},"
              "'Action':'kms:*','Resource':'*'}}}");
    decides(ZOE, "kms:Decrypt", KEY, "Allow");
    decides(ZOE, "kms:PutKeyPolicy", KEY, "ImplicitDeny");
    decides(ZOE, "kms:ScheduleKeyDeletion", KEY, "ImplicitDeny");
    decides(BOB, "kms:ScheduleKeyDeletion", KEY, "Allow");
}
END_TEST

/* A key always has a policy, and no other one gives anything without it. */
START_TEST(test_keys)
{
    decides(BOB, "kms:Decrypt", KEY, "Allow"); /* by the default key policy */
    decides(ALICE, "kms:Decrypt", KEY, "ImplicitDeny");
    decides(ROOT, "kms:Decrypt", KEY, "Allow");
    decides(ZOE, "kms:Decrypt", KEY, "ImplicitDeny");
    tell(KEY, "{'policy':{'Statement':{'Effect':'Allow','Principal':{'AWS':'" ALICE "'},"
              "'Action':'kms:*','Resource':'*'}}}");
    decides(ALICE, "kms:Decrypt", KEY, "Allow");
    decides(BOB, "kms:Decrypt", KEY, "ImplicitDeny"); /* IAM is powerless */
    decides(ROOT, "kms:Decrypt", KEY, "ImplicitDeny");
    decides(BOB, "kms:CreateKey", "*", "Allow");
    decides(BOB, "kms:ListAliases", "*", "Allow");
    decides(BOB, "kms:UpdateAlias", "arn:aws:kms:us-east-1:" A ":alias/a", "Allow");
}
END_TEST

#define GRANT(REST)                                                                                \
    "{'grants':[{'id':'g','grantee':'" ALICE                                                       \
    "','operations':['Decrypt','DescribeKey','Sign']" REST "}]}"

static void decrypts(const char *context, const char *decision)
{
    struct response answer = ask(ALICE, "kms:Decrypt", KEY, context);
    ck_assert_msg(strcmp(client_member(&client, answer.body, "decision"), decision) == 0,
                  "%s: %.*s", context, STR_FMT(answer.body));
}

START_TEST(test_grants)
{
    tell(KEY, GRANT(""));
    decrypts("", "Allow");
    decrypts("'kms:EncryptionContext:a':'b','kms:EncryptionContextKeys':['a']", "Allow");
    decides(ALICE, "kms:Encrypt", KEY, "ImplicitDeny");
    decides(ALICE, "kms:RetireGrant", KEY, "ImplicitDeny");
    decides(READS, "kms:Decrypt", KEY, "ImplicitDeny");
    decides(BOB, "kms:Encrypt", KEY, "Allow"); /* the default key policy is still there */
    tell(KEY, GRANT(",'context_subset':{'a':'b'},'retiring':'" READER "'"));
    decrypts("", "ImplicitDeny");
    decrypts("'kms:EncryptionContext:a':'b','kms:EncryptionContextKeys':['a']", "Allow");
    decrypts("'kms:EncryptionContext:a':'c','kms:EncryptionContextKeys':['a']", "ImplicitDeny");
    decrypts("'kms:EncryptionContext:a':'b','kms:EncryptionContext:x':'y',"
             "'kms:EncryptionContextKeys':['a','x']",
             "Allow");
    decides(ALICE, "kms:DescribeKey", KEY, "Allow"); /* which has no context */
    decides(ALICE, "kms:Sign", KEY, "Allow");
    decides(READS, "kms:RetireGrant", KEY, "Allow");
    tell(KEY, GRANT(",'context_equals':{'a':'${aws:username}'}"));
    decrypts("'kms:EncryptionContext:a':'alice','kms:EncryptionContextKeys':['a']", "ImplicitDeny");
    decrypts("'kms:EncryptionContext:a':'${aws:username}','kms:EncryptionContextKeys':['a']",
             "Allow");
    decrypts("'kms:EncryptionContext:a':'${aws:username}','kms:EncryptionContext:x':'y',"
             "'kms:EncryptionContextKeys':['a','x']",
             "ImplicitDeny");
}
END_TEST

static void grants(const char *context, const char *decision)
{
    struct response answer = ask(ALICE, "kms:CreateGrant", KEY, context);
    ck_assert_msg(strcmp(client_member(&client, answer.body, "decision"), decision) == 0,
                  "%s: %.*s", context, STR_FMT(answer.body));
}

/* Whoever may make grants makes none that lets more in than his own. */
START_TEST(test_grants_of_grants)
{
    static const char may[] =
        "{'grants':[{'id':'g','grantee':'" ALICE "','operations':['Encrypt','CreateGrant']%s}]}";
    tell(KEY, arena_printf(&client.arena, may, ""));
    grants("'kms:GrantOperations':['Encrypt']", "Allow");
    grants("'kms:GrantOperations':['Encrypt','CreateGrant']", "Allow");
    grants("'kms:GrantOperations':['Encrypt','Decrypt']", "ImplicitDeny");
    grants("", "ImplicitDeny");
    tell(KEY, arena_printf(&client.arena, may, ",'context_subset':{'a':'b'}"));
    grants("'kms:GrantOperations':['Encrypt']", "ImplicitDeny");
    grants("'kms:GrantOperations':['Encrypt'],'kms:EncryptionContext:a':'b',"
           "'kms:EncryptionContext:c':'d'",
           "Allow");
    tell(KEY, arena_printf(&client.arena, may, ",'context_equals':{'a':'b'}"));
    grants("'kms:GrantOperations':['Encrypt'],'kms:EncryptionContext:a':'b'", "ImplicitDeny");
}
END_TEST

START_TEST(test_tags_and_accounts)
{
    static const char tagged[] = "PutUserPolicy&UserName=alice&PolicyName=p&PolicyDocument=";
    put_policy(NULL, tagged,
               "[{'Effect':'Allow','Action':'sqs:*','Resource':'*','Condition':{'StringEquals':"
               "{'aws:ResourceTag/team':'red','aws:ResourceAccount':'" A "'}}},"
               "{'Effect':'Allow','Action':'s3:*','Resource':'*','Condition':{'StringEquals':"
               "{'s3:ExistingObjectTag/team':'red','s3:ResourceAccount':'" A "'}}},"
               "{'Effect':'Allow','Action':'ec2:*','Resource':'*','Condition':{'StringEquals':"
               "{'ec2:InstanceType':'t3.micro','ec2:ResourceTag/team':'red'}}}]");
    const char *queue = "arn:aws:sqs:us-east-1:" A ":q";
    decides(ALICE, "sqs:SendMessage", queue, "ImplicitDeny");
    tell(queue, "{'tags':{'team':'red'}}");
    decides(ALICE, "sqs:SendMessage", queue, "Allow");
    decides(ALICE, "s3:GetObject", OBJECT, "ImplicitDeny");
    tell(OBJECT, "{'tags':{'team':'red'}}");
    decides(ALICE, "s3:GetObject", OBJECT, "Allow");
    decides(ALICE, "s3:DeleteObject", OBJECT, "ImplicitDeny"); /* which does not know it */
    decides(ALICE, "s3:GetObject", BUCKET "/dog.jpg", "ImplicitDeny");
    tell(BUCKET, "{'account':'" B "'}");
    decides(ALICE, "s3:GetObject", OBJECT, "ImplicitDeny");
    const char *instance = "arn:aws:ec2:us-east-1:" A ":instance/i-1";
    decides(ALICE, "ec2:StopInstances", instance, "ImplicitDeny");
    tell(instance, "{'tags':{'team':'red'},'attributes':{'ec2:InstanceType':'t3.micro'}}");
    decides(ALICE, "ec2:StopInstances", instance, "Allow");
}
END_TEST

/* Tags of a bucket count when attribute-based access control is enabled for it. */
START_TEST(test_tags_of_buckets)
{
    put_policy(NULL, "PutUserPolicy&UserName=alice&PolicyName=p&PolicyDocument=",
               "{'Effect':'Allow','Action':'s3:*','Resource':'*','Condition':{'StringEquals':"
               "{'aws:ResourceTag/team':'red'}}}");
    tell(BUCKET, "{'tags':{'team':'red'}}");
    decides(ALICE, "s3:ListBucket", BUCKET, "ImplicitDeny");
    tell(BUCKET, "{'tags':{'team':'red'},'attributes':{'Abac':'Enabled'}}");
    decides(ALICE, "s3:ListBucket", BUCKET, "Allow");
}
END_TEST

#define OF_ALL(WHAT)                                                                               \
    "{'policy':{'Statement':{'Effect':'Allow','Principal':{'AWS':'" B "'},'Action':'" WHAT         \
    "','Resource':'*'}}}"

/* An index has the policy of its table; a version of a function, its own. */
static const struct {
    const char *told, *policy, *action, *resource, *decision;
} holders[] = {
    {"arn:aws:dynamodb:us-east-1:" A ":table/t", OF_ALL("dynamodb:*"), "dynamodb:Query",
     "arn:aws:dynamodb:us-east-1:" A ":table/t/index/i", "Allow"},
    {"arn:aws:dynamodb:us-east-1:" A ":table/t", OF_ALL("dynamodb:*"), "dynamodb:GetRecords",
     "arn:aws:dynamodb:us-east-1:" A ":table/t/stream/s", "ImplicitDeny"},
    {"arn:aws:lambda:us-east-1:" A ":function:f", OF_ALL("lambda:*"), "lambda:InvokeFunction",
     "arn:aws:lambda:us-east-1:" A ":function:f", "Allow"},
    {"arn:aws:lambda:us-east-1:" A ":function:f", OF_ALL("lambda:*"), "lambda:InvokeFunction",
     "arn:aws:lambda:us-east-1:" A ":function:f:prod", "ImplicitDeny"},
    {"arn:aws:lambda:us-east-1:" A ":function:f", OF_ALL("lambda:*"), "lambda:InvokeFunction",
     "arn:aws:lambda:us-east-1:" A ":function:f:$LATEST", "Allow"},
    {"arn:aws:lambda:us-east-1:" A ":function:f:prod", OF_ALL("lambda:*"), "lambda:InvokeFunction",
     "arn:aws:lambda:us-east-1:" A ":function:f:prod", "Allow"},
    {"arn:aws:lambda:us-east-1:" A ":function:f:prod", OF_ALL("lambda:*"), "lambda:InvokeFunction",
     "arn:aws:lambda:us-east-1:" A ":function:f", "ImplicitDeny"},
    {"arn:aws:secretsmanager:us-east-1:" A ":secret:s-AbCdEf", OF_ALL("secretsmanager:*"),
     "secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:" A ":secret:s-AbCdEf",
     "Allow"},
    {"arn:aws:secretsmanager:us-east-1:" A ":secret:s-%3F%3F%3F%3F%3F%3F",
     OF_ALL("secretsmanager:*"), "secretsmanager:GetSecretValue",
     "arn:aws:secretsmanager:us-east-1:" A ":secret:s-AbCdEf", "Allow"},
    {"arn:aws:glue:us-east-1:" A ":catalog", OF_ALL("glue:*"), "glue:GetTable",
     "arn:aws:glue:us-east-1:" A ":table/d/t", "Allow"},
    {"arn:aws:sns:us-east-1:" A ":t", OF_ALL("sns:*"), "sns:Publish",
     "arn:aws:sns:us-east-1:" A ":t", "Allow"},
    {"arn:aws:logs:us-east-1:" A ":log-group:g", OF_ALL("logs:*"), "logs:GetLogEvents",
     "arn:aws:logs:us-east-1:" A ":log-group:g:log-stream:s", "Allow"},
    {"arn:aws:es:us-east-1:" A ":domain/d", OF_ALL("es:*"), "es:ESHttpGet",
     "arn:aws:es:us-east-1:" A ":domain/d/index/_search", "Allow"},
    {"arn:aws:s3:us-east-1:" A ":accesspoint/p", OF_ALL("s3:*"), "s3:GetObject",
     "arn:aws:s3:us-east-1:" A ":accesspoint/p/object/a/b", "Allow"},
};

START_TEST(test_what_has_the_policy_of_another)
{
    for (size_t i = 0; i < ARRAY_LEN(holders); i++) {
        tell(holders[i].told, holders[i].policy);
        decides(ZOE, holders[i].action, holders[i].resource, holders[i].decision);
        own("DELETE", arena_printf(&client.arena, "resources/%s", holders[i].told), "");
        decides(ZOE, holders[i].action, holders[i].resource, "ImplicitDeny");
    }
}
END_TEST

/* Only the root user of the owner, with a code, which form (c) cannot bring. */
START_TEST(test_mfa_delete)
{
    tell(BUCKET, "{'account':'" A "','attributes':{'MFADelete':'Enabled'}}");
    decides(BOB, "s3:DeleteObject", OBJECT, "Allow");
    static const char *const callers[] = {BOB, ROOT, ZOE};
    for (size_t i = 0; i < ARRAY_LEN(callers); i++) {
        decides(callers[i], "s3:DeleteObjectVersion", OBJECT, "ImplicitDeny");
        decides(callers[i], "s3:PutBucketVersioning", BUCKET, "ImplicitDeny");
    }
    struct response answer = ask(BOB, "s3:DeleteObjectVersion", OBJECT, "");
    ck_assert_str_eq(client_member(&client, answer.body, "message"),
                     "Mfa Authentication must be used for this request");
    tell(BUCKET, "{'account':'" A "','attributes':{'MFADelete':'Disabled'}}");
    decides(BOB, "s3:DeleteObjectVersion", OBJECT, "Allow");
}
END_TEST

/* Trust policies of roles are stored here. */
START_TEST(test_roles)
{
    decides(BOB, "sts:AssumeRole", READER, "Allow");
    decides(ALICE, "sts:AssumeRole", READER, "ImplicitDeny");
    decides(ZOE, "sts:AssumeRole", READER, "ImplicitDeny");
    decides(ROOT, "sts:AssumeRole", READER, "ImplicitDeny"); /* which no root user may */
    decides(BOB, "sts:AssumeRole", "arn:aws:iam::" A ":role/None", "ImplicitDeny");
    decides(BOB, "sts:AssumeRole", "arn:aws:iam::" A ":role/reader", "ImplicitDeny");
    decides(BOB, "iam:DeleteRole", READER, "Allow");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("resource decisions");
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, test_same_account);
    tcase_add_test(t, test_denies);
    tcase_add_test(t, test_other_accounts_and_nobody);
    tcase_add_test(t, test_whose_a_bucket_is);
    tcase_add_test(t, test_public_policies_are_restricted);
    tcase_add_test(t, test_the_account_restricts);
    tcase_add_test(t, test_public_acls_are_blocked);
    tcase_add_test(t, test_root_unlocks_a_bucket);
    tcase_add_test(t, test_what_other_accounts_may_never);
    tcase_add_test(t, test_keys);
    tcase_add_test(t, test_grants);
    tcase_add_test(t, test_grants_of_grants);
    tcase_add_test(t, test_tags_and_accounts);
    tcase_add_test(t, test_tags_of_buckets);
    tcase_add_test(t, test_what_has_the_policy_of_another);
    tcase_add_test(t, test_mfa_delete);
    tcase_add_test(t, test_roles);
    return suite_run("resource decisions", t);
}
