/* SPDX-License-Identifier: Apache-2.0 */
/* What all answers of STS have in common, and where its session tokens travel. */
#include <time.h>

#include "base/clock.h"
#include "shape/form.h"
#include "support/client.h"
#include "support/suite.h"

#define STS "&Version=2011-06-15"
#define WHO "Action=GetCallerIdentity" STS
#define EXTENDED "x-amz-sts-extended-request-id"
#define BASE64 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
#define ALNUM "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static struct client client;

static void start(void)
{
    client_start(&client, NULL);
}

static void stop(void)
{
    client_stop(&client);
}

static struct signer signer_of(const struct client_key *key, const char *region)
{
    struct signer signer = client_signer(&client, key, "sts");
    signer.region = region;
    return signer;
}

static struct response ask(const struct signer *signer, const char *form)
{
    struct request *rq = sign_form(&client.arena, signer, form);
    rq->source_ip = "127.0.0.1";
    return client_send(&client, rq);
}

static const char *extended_id(const struct response *response)
{
    const char *header = client_header(response, EXTENDED);
    ck_assert_ptr_nonnull(header);
    struct buf text = buf_new(&client.arena, 128);
    ck_assert(buf_base64_decode(&text, str_of(header)));
    return buf_text(&text);
}

/* Returns the part that is chance. */
static const char *expect_extended(const struct response *response, const char *region)
{
    const char *text = extended_id(response);
    const char *head = arena_printf(&client.arena, "1:%s:S:1700000000000:R:", region);
    ck_assert_msg(str_starts(str_of(text), str_of(head)), "%s", text);
    const char *chance = text + strlen(head);
    ck_assert_uint_eq(strlen(chance), 8);
    ck_assert_uint_eq(strspn(chance, ALNUM), 8);
    return chance;
}

START_TEST(test_extended_request_id)
{
    struct signer far = signer_of(NULL, "eu-west-3");
    struct response one = ask(&far, WHO), other = ask(&far, WHO);
    ck_assert_int_eq(one.status, 200);
    ck_assert_str_ne(expect_extended(&one, "eu-west-3"), expect_extended(&other, "eu-west-3"));
    struct response refused = ask(&far, "Action=AssumeRole" STS);
    ck_assert_int_eq(refused.status, 400);
    expect_extended(&refused, "eu-west-3");
    refused = ask(&far, "Action=NoSuchAction" STS);
    ck_assert_str_eq(client_element(&client, &refused, "Code"), "InvalidAction");
    expect_extended(&refused, "eu-west-3");
    far.secret = "wrong";
    refused = ask(&far, WHO);
    ck_assert_int_eq(refused.status, 403);
    expect_extended(&refused, "eu-west-3");
}
END_TEST

/* Where the scope names no region, the answer is the global endpoint's. */
START_TEST(test_extended_request_id_without_region)
{
    struct signer odd = signer_of(NULL, "\xff:\n");
    struct response refused = ask(&odd, WHO);
    ck_assert_int_eq(refused.status, 403);
    expect_extended(&refused, "us-east-1");
    const struct request_header headers[] = {
        {STR("Host"), STR("sts.localhost:4566")},
        {STR("Content-Type"), STR("application/x-www-form-urlencoded")}};
    struct response response = client_ask(&client, "POST", "/", headers, ARRAY_LEN(headers),
                                          STR("Action=AssumeRoleWithWebIdentity&RoleArn=x" STS));
    ck_assert_int_eq(response.status, 400);
    expect_extended(&response, "us-east-1");
}
END_TEST

START_TEST(test_no_extended_request_id_of_iam)
{
    struct response response =
        client_post(&client, NULL, "iam", "Action=ListUsers&Version=2010-05-08");
    ck_assert_int_eq(response.status, 200);
    ck_assert_ptr_null(client_header(&response, EXTENDED));
}
END_TEST

/* With the sandbox's clock, to the millisecond while it runs. */
START_TEST(test_extended_request_id_of_a_running_clock)
{
    struct signer signer = signer_of(NULL, "us-east-1");
    clock_shift(&client.server->sandbox->clock, -86400);
    struct timespec before, after;
    clock_gettime(CLOCK_REALTIME, &before);
    struct response response = ask(&signer, WHO);
    clock_gettime(CLOCK_REALTIME, &after);
    const char *text = extended_id(&response);
    struct str rest = {text + strlen("1:us-east-1:S:"), strlen(text) - strlen("1:us-east-1:S:")};
    int64_t at;
    ck_assert(str_to_int64(str_cut(&rest, ':'), &at));
    at += INT64_C(86400000);
    ck_assert_int_ge(at, before.tv_sec * 1000 + before.tv_nsec / 1000000);
    ck_assert_int_le(at, after.tv_sec * 1000 + after.tv_nsec / 1000000);
}
END_TEST

static struct client_key session_of(const struct client_key *as, const char *form)
{
    struct response made = client_post(&client, as, "sts", form);
    ck_assert_msg(made.status == 200, "%.*s", STR_FMT(made.body));
    return (struct client_key){client_element(&client, &made, "AccessKeyId"),
                               client_element(&client, &made, "SecretAccessKey"),
                               client_element(&client, &made, "SessionToken")};
}

/* Base64 with padding, 100 characters or more, of every length of what is inside. */
START_TEST(test_session_tokens)
{
    bool seen[3] = {false};
    for (size_t n = 2; n < 8; n++) {
        struct client_key key =
            session_of(NULL, arena_printf(&client.arena, "Action=GetFederationToken&Name=%.*s" STS,
                                          (int)n, "federated"));
        size_t length = strlen(key.token), digits = strspn(key.token, BASE64);
        ck_assert_uint_ge(length, 100);
        ck_assert_uint_eq(length % 4, 0);
        ck_assert_uint_le(length - digits, 2);
        ck_assert_uint_eq(strspn(key.token + digits, "="), length - digits);
        seen[length - digits] = true;
        struct signer signer = signer_of(&key, "us-east-1");
        ck_assert_int_eq(ask(&signer, WHO).status, 200);
    }
    ck_assert(seen[0] && seen[1] && seen[2]);
}
END_TEST

/* Tokens with each of the characters that a query has to escape. */
START_TEST(test_session_tokens_in_queries)
{
    const char *found = "";
    for (int i = 0; i < 200 && strlen(found) < 3; i++) {
        struct client_key key = session_of(
            NULL, arena_printf(&client.arena, "Action=GetFederationToken&Name=f%d" STS, i));
        struct signer signer = signer_of(&key, "us-east-1");
        struct request *rq = sign_form_query(&client.arena, &signer, 60, WHO);
        rq->source_ip = "127.0.0.1";
        struct response response = client_send(&client, rq);
        ck_assert_msg(response.status == 200, "%s %.*s", key.token, STR_FMT(response.body));
        for (const char *c = "+/="; *c; c++) {
            if (strchr(key.token, *c) && !strchr(found, *c))
                found = arena_printf(&client.arena, "%s%c", found, *c);
        }
    }
    ck_assert_uint_eq(strlen(found), 3);
}
END_TEST

/* Before anybody asks whether they may, and whether the request is complete. */
START_TEST(test_no_sessions_of_sessions)
{
    struct buf form = buf_new(&client.arena, 512);
    buf_add_text(&form,
                 "Action=CreateRole&RoleName=r&Version=2010-05-08&AssumeRolePolicyDocument=");
    buf_pct_encode(&form,
                   STR("{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\","
                       "\"Action\":\"sts:AssumeRole\",\"Principal\":{\"AWS\":\"123456789012\"}}}"),
                   "");
    ck_assert_int_eq(client_post(&client, NULL, "iam", buf_text(&form)).status, 200);
    struct response made =
        client_post(&client, NULL, "iam", "Action=CreateUser&UserName=alice&Version=2010-05-08");
    ck_assert_int_eq(made.status, 200);
    form = buf_new(&client.arena, 512);
    buf_add_text(&form, "Action=PutUserPolicy&UserName=alice&PolicyName=p&Version=2010-05-08"
                        "&PolicyDocument=");
    buf_pct_encode(&form,
                   STR("{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\","
                       "\"Action\":\"sts:*\",\"Resource\":\"*\"}}"),
                   "");
    ck_assert_int_eq(client_post(&client, NULL, "iam", buf_text(&form)).status, 200);
    made = client_post(&client, NULL, "iam",
                       "Action=CreateAccessKey&UserName=alice&Version=2010-05-08");
    struct client_key alice = {client_element(&client, &made, "AccessKeyId"),
                               client_element(&client, &made, "SecretAccessKey"), NULL};
    struct client_key session = session_of(&alice, "Action=AssumeRole&RoleSessionName=session"
                                                   "&RoleArn=arn:aws:iam::123456789012:role/r" STS);
    static const char *const forms[] = {"GetFederationToken", "GetFederationToken&Name=bob",
                                        "GetSessionToken", "GetSessionToken&DurationSeconds=1"};
    for (size_t i = 0; i < ARRAY_LEN(forms) * (ENFORCE_OFF + 1); i++) {
        const char *form_of = forms[i % ARRAY_LEN(forms)];
        atomic_store(&client.server->sandbox->enforcement, (int)(i / ARRAY_LEN(forms)));
        struct response response = client_post(
            &client, &session, "sts", arena_printf(&client.arena, "Action=%s" STS, form_of));
        ck_assert_int_eq(response.status, 403);
        struct str rest = str_of(form_of), name = str_cut(&rest, '&');
        ck_assert_str_eq(client_element(&client, &response, "Message"),
                         arena_printf(&client.arena, "Cannot call %.*s with session credentials",
                                      STR_FMT(name)));
    }
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, start, stop);
    tcase_add_test(tc, test_extended_request_id);
    tcase_add_test(tc, test_extended_request_id_without_region);
    tcase_add_test(tc, test_no_extended_request_id_of_iam);
    tcase_add_test(tc, test_extended_request_id_of_a_running_clock);
    tcase_add_test(tc, test_session_tokens);
    tcase_add_test(tc, test_session_tokens_in_queries);
    tcase_add_test(tc, test_no_sessions_of_sessions);
    return suite_run("sts", tc);
}
