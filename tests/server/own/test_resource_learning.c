/* SPDX-License-Identifier: Apache-2.0 */
/* What requests that are allowed tell of resources, and what those that are not do not. */
#include "resource_steps.h"

static struct client_key root_a, root_b;

static struct response own(const char *method, const char *path, const char *body)
{
    return client_ask(&client, method, arena_printf(&client.arena, "/_iam-local/%s", path), NULL, 0,
                      str_of(quoted(body)));
}

static void start(void)
{
    box_start(NULL, "{'Effect':'Allow','Action':'*','Resource':'*'}");
    const struct config *config = &client.server->config;
    root_a = (struct client_key){config->root_key_id, config->root_secret, NULL};
    struct response made = own("POST", "accounts", "{'account':'" OTHER "'}");
    ck_assert_int_eq(made.status, 201);
    root_b.id = client_member(&client, made.body, "access_key_id");
    root_b.secret = client_member(&client, made.body, "secret_access_key");
}

static const char *escape(const char *arn)
{
    struct buf b = buf_new(&client.arena, 256);
    buf_pct_encode(&b, str_of(arn), "");
    return buf_text(&b);
}

/* What is known: an object without blanks, and without its ARN. NULL: nothing. */
static const char *known(const char *arn)
{
    struct response answer =
        own("GET", arena_printf(&client.arena, "resources/%s", escape(arn)), "");
    if (answer.status == 404)
        return NULL;
    json_t *json = json_loadb(answer.body.p, answer.body.n, 0, NULL);
    json_t *resource = json_object_get(json, "resource");
    json_object_del(resource, "arn");
    char *text = json_dumps(resource, JSON_COMPACT | JSON_PRESERVE_ORDER);
    const char *copy = arena_strdup(&client.arena, text);
    free(text);
    json_decref(json);
    return copy;
}

static void expect(const char *what, const char *arn, const char *rest)
{
    const char *is = known(arn);
    const char *wanted = rest ? quoted(rest) : NULL;
    ck_assert_msg(is && wanted ? strcmp(is, wanted) == 0 : is == wanted, "%s: %s: %s, not %s", what,
                  arn, is ? is : "nothing", wanted ? wanted : "nothing");
}

/* Shows a request of alice, or of KEY, which is allowed. */
static void allowed(struct request *rq)
{
    json_t *json = show(rq, true);
    ck_assert_msg(strcmp(text_of(json, "decision"), "Allow") == 0, "%s: %s: %s: %s",
                  text_of(json, "operation"), text_of(json, "decision"), text_of(json, "message"),
                  text_of(json, "reason"));
    json_decref(json);
}

static struct request *request(const char *service, const char *line, const char *headers,
                               const char *body)
{
    struct str target = str_of(line), method = str_cut(&target, ' ');
    const char *host = arena_printf(&client.arena, "%s.us-east-1.amazonaws.com", service);
    return make(str_dup(&client.arena, method), host, str_dup(&client.arena, target), headers,
                quoted(body));
}

/* The name in the credential scope. */
static const char *scope(const char *service)
{
    return strcmp(service, "s3-control") == 0 ? "s3" : service;
}

START_TEST(test_what_is_learned)
{
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        bool s3 = strcmp(scope(steps[i].service), "s3") == 0;
        struct request *rq =
            request(steps[i].service, steps[i].line, steps[i].headers, steps[i].body);
        allowed(sign(rq, NULL, scope(steps[i].service), s3 ? "digest" : NULL));
        expect(arena_printf(&client.arena, "step %zu %s", i, steps[i].line), steps[i].arn,
               steps[i].known);
    }
}
END_TEST

static struct request *put_policy(const struct client_key *key)
{
    return sign(request("s3", "PUT /photos?policy", NULL, POLICY), key, "s3", "digest");
}

static void tell(const char *body)
{
    ck_assert_int_eq(own("PUT", "resources/" BUCKET, body).status, 200);
}

/* A new bucket blocks public policies. */
START_TEST(test_public_policies_are_blocked)
{
    allowed(sign(request("s3", "PUT /photos", NULL, ""), NULL, "s3", "digest"));
    json_t *json = show(put_policy(NULL), true);
    ck_assert_str_eq(text_of(json, "message"),
                     "User: " ALICE " is not authorized to perform: s3:PutBucketPolicy on "
                     "resource: \"" BUCKET "\" because public policies are blocked by the "
                     "BlockPublicPolicy block public access setting.");
    json_decref(json);
    expect("blocked", BUCKET, LEARNED(OWNED, "", ""));
    json = show(put_policy(NULL), false); /* by the hash of the payload */
    ck_assert_str_eq(text_of(json, "decision"), "ImplicitDeny");
    json_decref(json);
    static const char *const unreadable[] = {"4;chunk-signature=0\r\n{}\r\n0\r\n", "", "[]"};
    for (size_t i = 0; i < ARRAY_LEN(unreadable); i++) {
        struct request *rq = request("s3", "PUT /photos?policy", NULL, unreadable[i]);
        json = show(sign(rq, NULL, "s3", "digest"), true);
        ck_assert_str_eq(text_of(json, "decision"), "ImplicitDeny");
        json_decref(json);
    }
    tell("{'account':'" ACCOUNT "','attributes':{'BlockPublicPolicy':'false'}}");
    allowed(put_policy(NULL));
}
END_TEST

/* A principal of another account does not teach about a bucket that is known. */
START_TEST(test_others_teach_nothing)
{
    tell("{'account':'" ACCOUNT "','attributes':{'BlockPublicPolicy':'false',"
         "'RestrictPublicBuckets':'false'},'policy':" POLICY "}");
    const char *before = known(BUCKET);
    json_t *json = show(put_policy(&root_b), true);
    ck_assert_str_eq(text_of(json, "decision"), "ImplicitDeny");
    json_decref(json);
    static const struct {
        const char *line, *headers, *body;
    } attempts[] = {
        {"PUT /photos", NULL, ""}, /* the back end says that there is one */
        {"PUT /photos?publicAccessBlock", NULL, "<PublicAccessBlockConfiguration/>"},
    };
    for (size_t i = 0; i < ARRAY_LEN(attempts); i++) {
        allowed(sign(request("s3", attempts[i].line, attempts[i].headers, attempts[i].body),
                     &root_b, "s3", "digest"));
        ck_assert_str_eq(known(BUCKET), before);
    }
    /* Tags are learned from whoever may set them. */
    allowed(sign(request("s3", "PUT /photos/a%20b", "x-amz-tagging: team=red", ""), &root_b, "s3",
                 "digest"));
    expect("tagged", OBJECT, LEARNED(OWNED, "'team':'red'", ""));
    json = show(request("s3", "PUT /photos/a%20b", "x-amz-tagging: team=blue", ""), true);
    ck_assert_str_eq(text_of(json, "decision"), "Allow"); /* to anybody */
    json_decref(json);
    expect("tagged", OBJECT, LEARNED(OWNED, "'team':'blue'", ""));
    json = show(
        request("s3", "PUT /photos?publicAccessBlock", NULL, "<PublicAccessBlockConfiguration/>"),
        true);
    ck_assert_str_eq(text_of(json, "decision"), "Allow");
    json_decref(json);
    ck_assert_str_eq(known(BUCKET), before);
}
END_TEST

/* Neither the header nor the host of S3 Control may name another account than the ARNs have. */
START_TEST(test_s3_control_of_another_account)
{
    static const struct {
        const char *host, *account;
        bool passes;
    } rows[] = {
        {"s3-control", ACCOUNT, true},
        {ACCOUNT ".s3-control", ACCOUNT, true},
        {"s3-control", OTHER, false},
        {OTHER ".s3-control", ACCOUNT, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *header = arena_printf(&client.arena, "x-amz-account-id: %s", rows[i].account);
        struct request *rq =
            request(rows[i].host, "GET /v20180820/accesspoint/p/policy", header, "");
        json_t *json = show(sign(rq, NULL, "s3", "digest"), true);
        ck_assert_msg(
            strcmp(text_of(json, "decision"), rows[i].passes ? "Allow" : "ImplicitDeny") == 0,
            "%s %s: %s", rows[i].host, rows[i].account, text_of(json, "message"));
        json_decref(json);
    }
}
END_TEST

/* Of a bucket of which nobody knows whose it is, the first who sets a policy is the owner. */
START_TEST(test_unknown_buckets)
{
    tell("{'attributes':{'BlockPublicPolicy':'false'}}");
    allowed(put_policy(NULL));
    ck_assert_ptr_nonnull(strstr(known(BUCKET), "\"account\":\"" ACCOUNT "\""));
    json_t *json = show(put_policy(&root_b), true);
    ck_assert_str_eq(text_of(json, "decision"), "ImplicitDeny");
    json_decref(json);
}
END_TEST

/* The back end refuses to make what there is, or gives it as it is: nobody gets at it by that. */
START_TEST(test_what_is_there_is_not_made_again)
{
    static const struct {
        const char *service, *headers, *body, *again, *arn;
    } rows[] = {
        {"sqs", JSON("AmazonSQS.CreateQueue"), "{'QueueName':'q','tags':{'a':'1'}}",
         "{'QueueName':'q','Attributes':{'Policy':'" TEXT_POLICY "'},'tags':{'a':'2'}}", QUEUE},
        {"sns", FORM, "Action=CreateTopic&Version=2010-03-31&Name=t",
         "Action=CreateTopic&Version=2010-03-31&Name=t&Attributes.entry.1.key=Policy"
         "&Attributes.entry.1.value=" FORM_POLICY,
         TOPIC},
        {"dynamodb", JSON("DynamoDB_20120810.CreateTable"),
         "{'TableName':'t','KeySchema':[{'AttributeName':'h','KeyType':'HASH'}]}",
         "{'TableName':'t','KeySchema':[{'AttributeName':'x','KeyType':'HASH'}],"
         "'ResourcePolicy':'" TEXT_POLICY "','Tags':[{'Key':'a','Value':'2'}]}",
         TABLE},
        {"kms", JSON("TrentService.CreateAlias"), "{'AliasName':'alias/a','TargetKeyId':'k'}",
         "{'AliasName':'alias/a','TargetKeyId':'mine'}",
         "arn:aws:kms:us-east-1:" ACCOUNT ":alias/a"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *service = rows[i].service, *headers = rows[i].headers;
        allowed(sign(request(service, "POST /", headers, rows[i].body), NULL, service, NULL));
        const char *before = known(rows[i].arn);
        ck_assert_ptr_nonnull(before);
        allowed(sign(request(service, "POST /", headers, rows[i].again), NULL, service, NULL));
        ck_assert_str_eq(known(rows[i].arn), before);
    }
}
END_TEST

/* Nothing is learned from what is refused, nor when nobody wants it. */
START_TEST(test_what_is_not_learned)
{
    static const char asked[] = "{'method':'PUT','target':'/photos','learn':false,'headers':{%s}}";
    struct request *rq = sign(request("s3", "PUT /photos", NULL, ""), NULL, "s3", "digest");
    struct buf b = buf_new(&client.arena, 512);
    for (size_t i = 0; i < rq->n_headers; i++)
        buf_printf(&b, "%s'%.*s':'%.*s'", i ? "," : "", STR_FMT(rq->headers[i].name),
                   STR_FMT(rq->headers[i].value));
    struct response answer =
        post_authorize(quoted(arena_printf(&client.arena, asked, buf_text(&b))));
    ck_assert_str_eq(client_member(&client, answer.body, "decision"), "Allow");
    expect("learn", BUCKET, NULL);
    rq->body = STR("x"); /* which was not signed */
    json_t *json = show(rq, true);
    ck_assert_str_eq(text_of(json, "decision"), "NotAuthenticated");
    json_decref(json);
    expect("refused", BUCKET, NULL);
    allowed(sign(request("sqs", "POST /", JSON("AmazonSQS.CreateQueue"),
                         "{'QueueName':'q','Attributes':{'Policy':'{}'}}"),
                 NULL, "sqs", NULL));
    expect("malformed", QUEUE, NULL);
}
END_TEST

/* What was learned first makes room; what was told stays. */
START_TEST(test_room)
{
    box_stop();
    box_start((const char *const[]){"--quota", "Resources=3", NULL},
              "{'Effect':'Allow','Action':'*','Resource':'*'}");
    ck_assert_int_eq(own("PUT", "resources/arn:aws:s3:::told", "{}").status, 200);
    for (int i = 0; i < 4; i++) {
        const char *line = arena_printf(&client.arena, "PUT /b%d", i);
        allowed(sign(request("s3", line, NULL, ""), NULL, "s3", "digest"));
    }
    ck_assert_ptr_nonnull(known("arn:aws:s3:::told"));
    ck_assert_ptr_null(known("arn:aws:s3:::b1"));
    ck_assert_ptr_nonnull(known("arn:aws:s3:::b2"));
    ck_assert_ptr_nonnull(known("arn:aws:s3:::b3"));
    ck_assert_int_eq(own("PUT", "resources/arn:aws:s3:::told2", "{}").status, 200);
    ck_assert_int_eq(own("PUT", "resources/arn:aws:s3:::told3", "{}").status, 200);
    json_t *json = show(sign(request("s3", "PUT /b4", NULL, ""), NULL, "s3", "digest"), true);
    ck_assert_str_eq(text_of(json, "decision"), "Allow");
    ck_assert_ptr_nonnull(strstr(text_of(json, "reason"), "there is no room for it"));
    json_decref(json);
    ck_assert_ptr_null(known("arn:aws:s3:::b4"));
}
END_TEST

static void make_queue(const struct client_key *key, const char *name, const char *more)
{
    const char *body = arena_printf(&client.arena, "{'QueueName':'%s'%s}", name, more);
    allowed(sign(request("sqs", "POST /", JSON("AmazonSQS.CreateQueue"), body), key, "sqs", NULL));
}

/* Who makes many resources forgets those of his own account, and no policies for mere tags. */
START_TEST(test_whose_room)
{
    static const char in_b[] = "arn:aws:sqs:us-east-1:" OTHER ":b";
    box_stop();
    box_start((const char *const[]){"--quota", "Resources=4", NULL},
              "{'Effect':'Allow','Action':'*','Resource':'*'}");
    make_queue(NULL, "q", ",'Attributes':{'Policy':'" TEXT_POLICY "'}");
    struct response made = own("POST", "accounts", "{'account':'" OTHER "'}");
    const struct client_key other = {client_member(&client, made.body, "access_key_id"),
                                     client_member(&client, made.body, "secret_access_key"), NULL};
    make_queue(&other, "b", "");
    for (int i = 0; i < 6; i++)
        make_queue(NULL, arena_printf(&client.arena, "n%d", i), ",'tags':{'a':'1'}");
    ck_assert_ptr_nonnull(known(in_b));
    ck_assert_ptr_nonnull(known(QUEUE));
    ck_assert_ptr_null(known("arn:aws:sqs:us-east-1:" ACCOUNT ":n3"));
    ck_assert_ptr_nonnull(known("arn:aws:sqs:us-east-1:" ACCOUNT ":n5"));
}
END_TEST

/* The next request is decided with it. */
START_TEST(test_what_is_learned_counts)
{
    struct request *get = request("s3", "GET /photos/cat.jpg", NULL, "");
    json_t *json = show(get, true);
    ck_assert_str_eq(text_of(json, "decision"), "ImplicitDeny");
    json_decref(json);
    allowed(sign(request("s3", "PUT /photos", NULL, ""), NULL, "s3", "digest"));
    allowed(
        sign(request("s3", "DELETE /photos?publicAccessBlock", NULL, ""), NULL, "s3", "digest"));
    allowed(put_policy(NULL));
    json = show(get, true);
    ck_assert_str_eq(text_of(json, "decision"), "Allow");
    json_decref(json);
    allowed(sign(request("s3", "DELETE /photos?policy", NULL, ""), NULL, "s3", "digest"));
    json = show(get, true);
    ck_assert_str_eq(text_of(json, "decision"), "ImplicitDeny");
    json_decref(json);
}
END_TEST

/* The root user has a device; x-amz-mfa is its serial number and a code. */
static const char *add_device(void)
{
    struct response made = client_post(&client, NULL, "iam",
                                       "Version=2010-05-08&Action=CreateVirtualMFADevice"
                                       "&VirtualMFADeviceName=d");
    const char *seed = client_element(&client, &made, "Base32StringSeed");
    struct buf plain = buf_new(&client.arena, 128);
    ck_assert(buf_base64_decode(&plain, str_of(seed)));
    const char *enable =
        arena_printf(&client.arena,
                     "Version=2010-05-08&Action=EnableMFADevice&UserName=root"
                     "&SerialNumber=arn:aws:iam::" ACCOUNT ":mfa/d"
                     "&AuthenticationCode1=%s&AuthenticationCode2=%s",
                     client_mfa_code(&client, seed, -2), client_mfa_code(&client, seed, -1));
    made = client_post(&client, NULL, "iam", enable);
    ck_assert_msg(made.status == 200, "%.*s", STR_FMT(made.body));
    return seed;
}

static const char *with_code(const char *seed, int64_t ahead)
{
    return arena_printf(&client.arena, "x-amz-mfa: arn:aws:iam::" ACCOUNT ":mfa/d %s",
                        client_mfa_code(&client, seed, ahead));
}

static void expect_mfa(const struct client_key *key, const char *line, const char *headers,
                       const char *body, bool passes)
{
    struct request *rq = sign(request("s3", line, headers, body), key, "s3", "digest");
    json_t *json = show(rq, true);
    ck_assert_msg(strcmp(text_of(json, "decision"), passes ? "Allow" : "ImplicitDeny") == 0,
                  "%s: %s: %s: %s", line, text_of(json, "decision"), text_of(json, "message"),
                  text_of(json, "reason"));
    if (!passes)
        ck_assert_str_eq(text_of(json, "message"),
                         "Mfa Authentication must be used for this request");
    json_decref(json);
}

START_TEST(test_mfa_delete)
{
    static const char enabled[] = "<VersioningConfiguration><Status>Enabled</Status>"
                                  "<MfaDelete>Enabled</MfaDelete></VersioningConfiguration>";
    static const char plain[] =
        "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    const char *seed = add_device();
    const struct client_key *root = &root_a;
    tell("{'account':'" ACCOUNT "'}");
    expect_mfa(NULL, "PUT /photos?versioning", NULL, plain, true);
    expect_mfa(NULL, "PUT /photos?versioning", NULL, enabled, false);
    expect_mfa(NULL, "PUT /photos?versioning", with_code(seed, 0), enabled, false);
    expect_mfa(root, "PUT /photos?versioning", NULL, enabled, false);
    expect_mfa(root, "PUT /photos?versioning", "x-amz-mfa: x", enabled, false);
    expect_mfa(root, "PUT /photos?versioning", "x-amz-mfa: x 123456", enabled, false);
    expect_mfa(root, "PUT /photos?versioning", with_code(seed, 0), enabled, true);
    ck_assert_ptr_nonnull(strstr(known(BUCKET), "\"MFADelete\":\"Enabled\""));
    expect_mfa(root, "DELETE /photos/a?versionId=1", with_code(seed, 0), "", false); /* used */
    clock_shift(&client.server->sandbox->clock, 30);
    expect_mfa(root, "DELETE /photos/a?versionId=1", with_code(seed, 0), "", true);
    expect_mfa(NULL, "DELETE /photos/a?versionId=1", NULL, "", false);
    expect_mfa(NULL, "DELETE /photos/a", NULL, "", true);
    expect_mfa(NULL, "PUT /photos?versioning", NULL, plain, false);
}
END_TEST

/* One code is for all objects of a request. */
START_TEST(test_one_code_for_many)
{
    const char *seed = add_device();
    tell("{'account':'" ACCOUNT "','attributes':{'MFADelete':'Enabled'}}");
    expect_mfa(&root_a, "POST /photos?delete", with_code(seed, 0),
               "<Delete><Object><Key>x</Key><VersionId>1</VersionId></Object>"
               "<Object><Key>y</Key><VersionId>2</VersionId></Object></Delete>",
               true);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("resource learning");
    tcase_add_checked_fixture(t, start, box_stop);
    tcase_add_test(t, test_what_is_learned);
    tcase_add_test(t, test_public_policies_are_blocked);
    tcase_add_test(t, test_others_teach_nothing);
    tcase_add_test(t, test_s3_control_of_another_account);
    tcase_add_test(t, test_unknown_buckets);
    tcase_add_test(t, test_what_is_there_is_not_made_again);
    tcase_add_test(t, test_what_is_not_learned);
    tcase_add_test(t, test_room);
    tcase_add_test(t, test_whose_room);
    tcase_add_test(t, test_what_is_learned_counts);
    tcase_add_test(t, test_mfa_delete);
    tcase_add_test(t, test_one_code_for_many);
    return suite_run("resource learning", t);
}
