/* SPDX-License-Identifier: Apache-2.0 */
/* Whole requests through the stages: who is let in and through, and what stays unchanged. */
#include "access/account.h"
#include "access/explain.h"
#include "support/client.h"
#include "support/suite.h"

#define IAM "&Version=2010-05-08"
#define STS "&Version=2011-06-15"

static struct client client;

static void start(void)
{
    client_start(&client, NULL);
}

static void stop(void)
{
    client_stop(&client);
}

static struct response root(const char *form)
{
    return client_post(&client, NULL, "iam", form);
}

/* A user with a key, and with one inline policy unless DOCUMENT is NULL. */
static struct client_key make_user(const char *name, const char *document)
{
    struct arena *a = &client.arena;
    ck_assert_int_eq(root(arena_printf(a, "Action=CreateUser&UserName=%s" IAM, name)).status, 200);
    struct response made = root(arena_printf(a, "Action=CreateAccessKey&UserName=%s" IAM, name));
    ck_assert_int_eq(made.status, 200);
    if (document) {
        struct buf form = buf_new(a, 512);
        buf_printf(&form,
                   "Action=PutUserPolicy&PolicyName=p&UserName=%s" IAM "&PolicyDocument=", name);
        buf_pct_encode(&form, str_of(document), "");
        ck_assert_int_eq(root(buf_text(&form)).status, 200);
    }
    return (struct client_key){client_element(&client, &made, "AccessKeyId"),
                               client_element(&client, &made, "SecretAccessKey"), NULL};
}

static void expect_error(struct response response, int status, const char *code,
                         const char *message)
{
    ck_assert_int_eq(response.status, status);
    ck_assert_str_eq(client_element(&client, &response, "Code"), code);
    if (message)
        ck_assert_str_eq(client_element(&client, &response, "Message"), message);
}

static struct response send_signed(const struct signer *signer, const char *form)
{
    struct request *rq = sign_form(&client.arena, signer, form);
    rq->source_ip = "127.0.0.1";
    return client_send(&client, rq);
}

static const char *explanation(const struct response *response)
{
    struct str record = explain_get(client.server->sandbox, &client.arena,
                                    str_of(client_header(response, "x-amzn-requestid")));
    ck_assert_ptr_nonnull(record.p);
    return str_dup(&client.arena, record);
}

/* AWS's sentence is the same for all reasons; the explanation tells them apart. */
static void expect_refused_token(struct response response, const char *key_and_reason)
{
    expect_error(response, 403, "InvalidClientTokenId",
                 "The security token included in the request is invalid.");
    const char *text = explanation(&response);
    ck_assert_msg(strstr(text, key_and_reason) != NULL, "%s", text);
}

START_TEST(test_unknown_key)
{
    struct signer signer = client_signer(&client, NULL, "iam");
    signer.access_key_id = "AKIAZZZZZZZZZZZZZZZZ";
    expect_refused_token(
        send_signed(&signer, "Action=ListUsers" IAM),
        "\"access_key_id\":\"AKIAZZZZZZZZZZZZZZZZ\","
        "\"reason\":\"There is no such access key. The start of the server printed "
        "the root user's, as iam-local env does; CreateAccessKey makes others. With "
        "--enforce off the server takes any key, and allows everything.\"");
    signer.access_key_id = "\xff";
    expect_refused_token(send_signed(&signer, "Action=ListUsers" IAM), "\"access_key_id\":null,");
}
END_TEST

/* However many there are, and wherever the one stands that decides. */
START_TEST(test_all_statements_are_explained)
{
    struct buf b = buf_new(&client.arena, 1 << 14);
    buf_add_text(&b, "{\"Version\":\"2012-10-17\",\"Statement\":[");
    for (int i = 0; i < 200; i++)
        buf_add_text(&b, "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"},");
    buf_add_text(&b, "{\"Effect\":\"Deny\",\"Action\":\"iam:*\",\"Resource\":\"*\"}]}");
    atomic_store(&client.server->sandbox->quotas[QUOTA_USER_POLICY_SIZE], 1 << 14);
    struct client_key alice = make_user("alice", buf_text(&b));
    struct response denied = client_post(&client, &alice, "iam", "Action=ListUsers" IAM);
    ck_assert_int_eq(denied.status, 403);
    const char *text = explanation(&denied);
    ck_assert_ptr_nonnull(strstr(text, "{\"statement\":200,\"sid\":null,"));
    ck_assert_ptr_nonnull(strstr(text, "\"missing\":\"Statement 200 of policy p (user alice)"));
}
END_TEST

START_TEST(test_wrong_secret)
{
    struct signer signer = client_signer(&client, NULL, "iam");
    signer.secret = "wrong";
    struct response response = send_signed(&signer, "Action=ListUsers" IAM);
    const char *text = explanation(&response);
    ck_assert_ptr_nonnull(strstr(text, "\"POST\\n/\\n"));
    ck_assert_ptr_nonnull(strstr(text, "\"reason\":\"The client has another secret "));
    expect_error(response, 403, "SignatureDoesNotMatch",
                 "The request signature we calculated does not match the signature you provided. "
                 "Check your AWS Secret Access Key and signing method. Consult the service "
                 "documentation for details.");
}
END_TEST

/* What a request was checked against, with a session's key and a wrong secret. */
static const char *explained_mismatch(struct request *rq, const struct signer *signer, bool presign)
{
    rq->source_ip = "127.0.0.1";
    if (presign)
        sign_query(&client.arena, signer, 60, rq);
    else
        sign_header(&client.arena, signer, rq);
    struct response response = client_send(&client, rq);
    expect_error(response, 403, "SignatureDoesNotMatch", NULL);
    return explanation(&response);
}

START_TEST(test_no_secrets_in_what_was_signed)
{
    struct response made = client_post(&client, NULL, "sts", "Action=GetSessionToken" STS);
    struct signer signer = client_signer(&client, NULL, "iam");
    signer.access_key_id = client_element(&client, &made, "AccessKeyId");
    signer.token = client_element(&client, &made, "SessionToken");
    signer.secret = "wrong";
    struct request_header headers[] = {{STR("X-Custom-Password"), STR("SECRET1")},
                                       {STR("X-Plain"), STR("shown1")}};
    struct request rq = {.method = STR("GET"),
                         .path = STR("/"),
                         .headers = headers,
                         .n_headers = ARRAY_LEN(headers)};
    rq.query = STR("Action=ListUsers" IAM "&PathPrefix=shown2&OldPassword=SECRET2&NewPassword="
                   "SECRET3&WebIdentityToken=SECRET4&SAMLAssertion=SECRET5&TokenCode=SECRET6&"
                   "AuthenticationCode1=SECRET7&PrivateKey=SECRET8&pass%77ord=SECRET9");
    const char *text = explained_mismatch(&rq, &signer, false);
    const char *shown[] = {"x-amz-security-token:(hidden)\\n",
                           "x-custom-password:(hidden)\\n",
                           "x-plain:shown1\\n",
                           "&PathPrefix=shown2&",
                           "&TokenCode=(hidden)&",
                           "x-amz-date;x-amz-security-token;x-custom-password;x-plain\\n",
                           "Action=ListUsers&"};
    for (size_t i = 0; i < ARRAY_LEN(shown); i++)
        ck_assert_msg(strstr(text, shown[i]) != NULL, "missing: %s\nin: %s", shown[i], text);
    ck_assert_ptr_null(strstr(text, "SECRET"));
    ck_assert_ptr_null(strstr(text, arena_strndup(&client.arena, signer.token, 40)));
    rq = (struct request){
        .method = STR("GET"), .path = STR("/"), .query = STR("Action=ListUsers" IAM)};
    text = explained_mismatch(&rq, &signer, true);
    ck_assert_ptr_nonnull(strstr(text, "&X-Amz-Security-Token=(hidden)&"));
    ck_assert_ptr_null(strstr(text, arena_strndup(&client.arena, signer.token, 40)));
}
END_TEST

START_TEST(test_token_with_long_term_key)
{
    struct signer signer = client_signer(&client, NULL, "iam");
    signer.token = "FwoGZXIvYXdz";
    expect_refused_token(send_signed(&signer, "Action=ListUsers" IAM),
                         "\"A session token came with a long-term access key.\"");
}
END_TEST

START_TEST(test_service_not_served)
{
    struct signer signer = client_signer(&client, NULL, "iam");
    signer.service = "s3";
    expect_error(send_signed(&signer, "Action=ListUsers" IAM), 403, "SignatureDoesNotMatch",
                 "Credential should be scoped to correct service: 'iam'. ");
    signer.service = "iam";
    struct request rq = {.method = STR("GET"), .path = STR("/"), .source_ip = "127.0.0.1"};
    sign_header(&client.arena, &signer, &rq);
    ck_assert_int_eq(client_send(&client, &rq).status, 302);
}
END_TEST

START_TEST(test_any_region)
{
    struct signer signer = client_signer(&client, NULL, "iam");
    signer.region = "ap-southeast-2";
    ck_assert_int_eq(send_signed(&signer, "Action=ListUsers" IAM).status, 200);
}
END_TEST

START_TEST(test_old_and_future_signatures)
{
    struct signer signer = client_signer(&client, NULL, "iam");
    signer.at -= 16 * 60;
    expect_error(send_signed(&signer, "Action=ListUsers" IAM), 403, "SignatureDoesNotMatch", NULL);
    signer.at += 32 * 60;
    expect_error(send_signed(&signer, "Action=ListUsers" IAM), 403, "SignatureDoesNotMatch", NULL);
}
END_TEST

START_TEST(test_presigned)
{
    struct signer signer = client_signer(&client, NULL, "iam");
    struct request *rq = sign_form_query(&client.arena, &signer, 60, "Action=ListUsers" IAM);
    rq->source_ip = "127.0.0.1";
    ck_assert_int_eq(client_send(&client, rq).status, 200);
    signer.at -= 61;
    rq = sign_form_query(&client.arena, &signer, 60, "Action=ListUsers" IAM);
    rq->source_ip = "127.0.0.1";
    expect_error(client_send(&client, rq), 403, "SignatureDoesNotMatch", NULL);
}
END_TEST

START_TEST(test_tampered_body)
{
    struct signer signer = client_signer(&client, NULL, "iam");
    struct request *rq = sign_form(&client.arena, &signer, "Action=ListUsers" IAM);
    rq->source_ip = "127.0.0.1";
    rq->body = STR("Action=ListGroups" IAM);
    expect_error(client_send(&client, rq), 403, "SignatureDoesNotMatch", NULL);
}
END_TEST

START_TEST(test_errors_change_nothing)
{
    struct client_key alice = make_user("alice", NULL);
    client_post(&client, &alice, "iam", "Action=CreateUser&UserName=eve" IAM);
    root("Action=CreateUser&UserName=eve&Tags.member.1.Key=a&Tags.member.1.Value=1"
         "&Tags.member.2.Key=A&Tags.member.2.Value=2" IAM);
    expect_error(root("Action=GetUser&UserName=eve" IAM), 404, "NoSuchEntity", NULL);
}
END_TEST

START_TEST(test_quota_of_users)
{
    atomic_store(&client.server->sandbox->quotas[QUOTA_USERS], 2);
    make_user("one", NULL);
    make_user("two", NULL);
    expect_error(root("Action=CreateUser&UserName=three" IAM), 409, "LimitExceeded",
                 "Cannot exceed quota for UsersPerAccount: 2");
    root("Action=DeleteUser&UserName=two" IAM); /* has a key: fails, and is still counted */
    expect_error(root("Action=CreateUser&UserName=three" IAM), 409, "LimitExceeded", NULL);
}
END_TEST

START_TEST(test_an_access_key_of_somebody_else_is_not_given_out)
{
    root("Action=CreateUser&UserName=alice" IAM);
    root("Action=CreateUser&UserName=bob" IAM);
    struct rand *source = &client.server->sandbox->rand;
    rand_restart(source, 7);
    ck_assert_int_eq(root("Action=CreateAccessKey&UserName=alice" IAM).status, 200);
    rand_restart(source, 7);
    expect_error(root("Action=CreateAccessKey&UserName=bob" IAM), 500, "ServiceFailure", NULL);
    struct response keys = root("Action=ListAccessKeys&UserName=bob" IAM);
    ck_assert_ptr_null(client_element(&client, &keys, "AccessKeyId"));
}
END_TEST

static const char allow_all[] =
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\","
    "\"Resource\":\"*\"}]}";

START_TEST(test_changes_are_seen_at_once)
{
    struct client_key alice = make_user("alice", NULL);
    const char *form = "Action=ListUsers" IAM;
    ck_assert_int_eq(client_post(&client, &alice, "iam", form).status, 403);
    struct buf put = buf_new(&client.arena, 512);
    buf_printf(&put, "Action=PutUserPolicy&PolicyName=p&UserName=alice" IAM "&PolicyDocument=");
    buf_pct_encode(&put, str_of(allow_all), "");
    ck_assert_int_eq(root(buf_text(&put)).status, 200);
    ck_assert_int_eq(client_post(&client, &alice, "iam", form).status, 200);
    ck_assert_int_eq(root("Action=DeleteUserPolicy&PolicyName=p&UserName=alice" IAM).status, 200);
    ck_assert_int_eq(client_post(&client, &alice, "iam", form).status, 403);
}
END_TEST

START_TEST(test_group_policies_apply_to_members_only)
{
    struct client_key alice = make_user("alice", NULL);
    struct buf put = buf_new(&client.arena, 512);
    ck_assert_int_eq(root("Action=CreateGroup&GroupName=admins" IAM).status, 200);
    buf_printf(&put, "Action=PutGroupPolicy&PolicyName=p&GroupName=admins" IAM "&PolicyDocument=");
    buf_pct_encode(&put, str_of(allow_all), "");
    ck_assert_int_eq(root(buf_text(&put)).status, 200);
    const char *form = "Action=ListUsers" IAM;
    ck_assert_int_eq(client_post(&client, &alice, "iam", form).status, 403);
    root("Action=AddUserToGroup&GroupName=admins&UserName=alice" IAM);
    ck_assert_int_eq(client_post(&client, &alice, "iam", form).status, 200);
    root("Action=RemoveUserFromGroup&GroupName=admins&UserName=alice" IAM);
    ck_assert_int_eq(client_post(&client, &alice, "iam", form).status, 403);
}
END_TEST

START_TEST(test_rename_keeps_everything)
{
    struct client_key alice = make_user("alice", allow_all);
    ck_assert_int_eq(
        root("Action=UpdateUser&UserName=alice&NewUserName=amy&NewPath=%2Fx%2F" IAM).status, 200);
    struct response who = client_post(&client, &alice, "sts", "Action=GetCallerIdentity" STS);
    ck_assert_str_eq(client_element(&client, &who, "Arn"), "arn:aws:iam::123456789012:user/x/amy");
    ck_assert_int_eq(client_post(&client, &alice, "iam", "Action=ListUsers" IAM).status, 200);
}
END_TEST

START_TEST(test_keys_switched_off_and_deleted)
{
    struct client_key alice = make_user("alice", allow_all);
    const char *who = "Action=GetCallerIdentity" STS;
    struct arena *a = &client.arena;
    ck_assert_int_eq(client_post(&client, &alice, "sts", who).status, 200);
    root(arena_printf(a, "Action=UpdateAccessKey&UserName=alice&Status=Inactive&AccessKeyId=%s" IAM,
                      alice.id));
    expect_refused_token(client_post(&client, &alice, "sts", who), "The access key is inactive.");
    root(arena_printf(a, "Action=UpdateAccessKey&UserName=alice&Status=Active&AccessKeyId=%s" IAM,
                      alice.id));
    ck_assert_int_eq(client_post(&client, &alice, "sts", who).status, 200);
    root(arena_printf(a, "Action=DeleteAccessKey&UserName=alice&AccessKeyId=%s" IAM, alice.id));
    expect_refused_token(client_post(&client, &alice, "sts", who), "There is no such access key. ");
}
END_TEST

/* Creating with tags needs iam:TagUser too; renaming needs the permission for both names. */
START_TEST(test_dependent_and_second_permissions)
{
    struct client_key alice = make_user(
        "alice", "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":"
                 "[\"iam:CreateUser\",\"iam:UpdateUser\"],\"Resource\":"
                 "\"arn:aws:iam::123456789012:user/team/*\"}]}");
    const char *create = "Action=CreateUser&UserName=new&Path=%2Fteam%2F" IAM;
    ck_assert_int_eq(client_post(&client, &alice, "iam", create).status, 200);
    expect_error(client_post(&client, &alice, "iam",
                             "Action=CreateUser&UserName=n2&Path=%2Fteam%2F&Tags.member.1.Key=k"
                             "&Tags.member.1.Value=v" IAM),
                 403, "AccessDenied",
                 "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: "
                 "iam:TagUser on resource: arn:aws:iam::123456789012:user/team/n2 because no "
                 "identity-based policy allows the iam:TagUser action");
    expect_error(client_post(&client, &alice, "iam",
                             "Action=UpdateUser&UserName=new&NewPath=%2Fother%2F" IAM),
                 403, "AccessDenied",
                 "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: "
                 "iam:UpdateUser on resource: arn:aws:iam::123456789012:user/other/new because no "
                 "identity-based policy allows the iam:UpdateUser action");
}
END_TEST

START_TEST(test_conditions_on_tags)
{
    struct client_key alice = make_user(
        "alice",
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":"
        "\"iam:*User*\",\"Resource\":\"*\",\"Condition\":{\"StringEquals\":"
        "{\"aws:ResourceTag/team\":\"red\"}}},{\"Effect\":\"Allow\",\"Action\":"
        "\"iam:TagUser\",\"Resource\":\"*\",\"Condition\":{\"ForAllValues:StringEquals\":"
        "{\"aws:TagKeys\":[\"cost\"]},\"StringLike\":{\"aws:RequestTag/cost\":\"c*\"}}}]}");
    root("Action=CreateUser&UserName=red&Tags.member.1.Key=Team&Tags.member.1.Value=red" IAM);
    root("Action=CreateUser&UserName=blue&Tags.member.1.Key=team&Tags.member.1.Value=blue" IAM);
    ck_assert_int_eq(client_post(&client, &alice, "iam", "Action=GetUser&UserName=red" IAM).status,
                     200);
    ck_assert_int_eq(client_post(&client, &alice, "iam", "Action=GetUser&UserName=blue" IAM).status,
                     403);
    struct arena *a = &client.arena;
    static const struct {
        const char *key, *value;
        int status;
    } cases[] = {{"cost", "c1", 200}, {"cost", "x1", 403}, {"other", "c1", 403}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf form = buf_new(a, 256);
        buf_printf(&form,
                   "Action=TagUser&UserName=blue&Tags.member.1.Key=%s"
                   "&Tags.member.1.Value=%s" IAM,
                   cases[i].key, cases[i].value);
        ck_assert_int_eq(client_post(&client, &alice, "iam", buf_text(&form)).status,
                         cases[i].status);
    }
}
END_TEST

START_TEST(test_soft_lets_through_and_tells)
{
    struct client_key alice = make_user("alice", NULL);
    atomic_store(&client.server->sandbox->enforcement, ENFORCE_SOFT);
    struct response got = client_post(&client, &alice, "iam", "Action=ListUsers" IAM);
    ck_assert_int_eq(got.status, 200);
    ck_assert_str_eq(client_header(&got, "x-iam-local-enforcement"), "soft");
    ck_assert_str_eq(client_header(&got, "x-iam-local-would-deny"),
                     "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: "
                     "iam:ListUsers on resource: arn:aws:iam::123456789012:user/ because no "
                     "identity-based policy allows the iam:ListUsers action");
    struct signer signer = client_signer(&client, NULL, "iam");
    signer.secret = "wrong";
    expect_error(send_signed(&signer, "Action=ListUsers" IAM), 403, "SignatureDoesNotMatch", NULL);
}
END_TEST

static const char *arn_of(struct response who)
{
    ck_assert_int_eq(who.status, 200);
    return client_element(&client, &who, "Arn");
}

START_TEST(test_off_takes_anybody)
{
    struct client_key alice = make_user("alice", NULL);
    atomic_store(&client.server->sandbox->enforcement, ENFORCE_OFF);
    const char *who = "Action=GetCallerIdentity" STS;
    struct client_key unknown = {"test", "test", NULL}, account = {"222222222222", "x", NULL};
    ck_assert_str_eq(arn_of(client_post(&client, &unknown, "sts", who)),
                     "arn:aws:iam::123456789012:root");
    ck_assert_str_eq(arn_of(client_post(&client, &account, "sts", who)),
                     "arn:aws:iam::222222222222:root");
    alice.secret = "wrong";
    ck_assert_str_eq(arn_of(client_post(&client, &alice, "sts", who)),
                     "arn:aws:iam::123456789012:user/alice");
    ck_assert_int_eq(client_post(&client, &alice, "iam", "Action=ListUsers" IAM).status, 200);
    struct request_header headers[] = {
        {STR("host"), STR("localhost")},
        {STR("content-type"), STR("application/x-www-form-urlencoded")}};
    struct request bare = {.method = STR("POST"),
                           .path = STR("/"),
                           .headers = headers,
                           .n_headers = ARRAY_LEN(headers),
                           .body = str_of(who),
                           .source_ip = "127.0.0.1"};
    ck_assert_str_eq(arn_of(client_send(&client, &bare)), "arn:aws:iam::123456789012:root");
}
END_TEST

START_TEST(test_accounts_do_not_see_each_other)
{
    struct client_key alice = make_user("alice", NULL);
    struct account_spec spec = {.id = "222222222222"};
    account_new_key(client.server->sandbox, &client.arena, &spec);
    ck_assert_int_eq(account_create(client.server->sandbox, &client.arena, &spec), OK);
    struct client_key other = {spec.access_key_id, spec.secret, NULL};
    expect_error(client_post(&client, &other, "iam", "Action=GetUser&UserName=alice" IAM), 404,
                 "NoSuchEntity", NULL);
    expect_error(
        client_post(&client, &other, "iam",
                    arena_printf(&client.arena, "Action=GetAccessKeyLastUsed&AccessKeyId=%s" IAM,
                                 alice.id)),
        404, "NoSuchEntity", NULL);
    struct response list = client_post(&client, &other, "iam", "Action=ListUsers" IAM);
    ck_assert_ptr_null(client_element(&client, &list, "UserName"));
}
END_TEST

START_TEST(test_paging_yields_every_user_once)
{
    struct arena *a = &client.arena;
    for (int i = 0; i < 23; i++)
        root(arena_printf(a, "Action=CreateUser&UserName=user%02d" IAM, i));
    const char *marker = NULL;
    int seen = 0, pages = 0;
    do {
        struct buf form = buf_new(a, 256);
        buf_printf(&form, "Action=ListUsers&MaxItems=5" IAM);
        if (marker) {
            buf_printf(&form, "&Marker=");
            buf_pct_encode(&form, str_of(marker), "");
        }
        struct response page = root(buf_text(&form));
        ck_assert_int_eq(page.status, 200);
        const char *body = str_dup(a, page.body);
        while ((body = strstr(body, "<UserName>")) != NULL) {
            ck_assert_int_eq(strncmp(body, arena_printf(a, "<UserName>user%02d<", seen++), 17), 0);
            body++;
        }
        marker = client_element(&client, &page, "Marker");
        pages++;
    } while (marker);
    ck_assert_int_eq(seen, 23);
    ck_assert_int_eq(pages, 5);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("pipeline");
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, test_unknown_key);
    tcase_add_test(t, test_all_statements_are_explained);
    tcase_add_test(t, test_wrong_secret);
    tcase_add_test(t, test_no_secrets_in_what_was_signed);
    tcase_add_test(t, test_token_with_long_term_key);
    tcase_add_test(t, test_service_not_served);
    tcase_add_test(t, test_any_region);
    tcase_add_test(t, test_old_and_future_signatures);
    tcase_add_test(t, test_presigned);
    tcase_add_test(t, test_tampered_body);
    tcase_add_test(t, test_errors_change_nothing);
    tcase_add_test(t, test_quota_of_users);
    tcase_add_test(t, test_an_access_key_of_somebody_else_is_not_given_out);
    tcase_add_test(t, test_changes_are_seen_at_once);
    tcase_add_test(t, test_group_policies_apply_to_members_only);
    tcase_add_test(t, test_rename_keeps_everything);
    tcase_add_test(t, test_keys_switched_off_and_deleted);
    tcase_add_test(t, test_dependent_and_second_permissions);
    tcase_add_test(t, test_conditions_on_tags);
    tcase_add_test(t, test_soft_lets_through_and_tells);
    tcase_add_test(t, test_off_takes_anybody);
    tcase_add_test(t, test_accounts_do_not_see_each_other);
    tcase_add_test(t, test_paging_yields_every_user_once);
    return suite_run("pipeline", t);
}
