/* SPDX-License-Identifier: Apache-2.0 */
/* Requests find their sandbox by the prefix of their path, and see no other. */
#include <jansson.h>

#include "err.h"
#include "support/client.h"
#include "support/suite.h"

#define IAM "&Version=2010-05-08"
#define STS "&Version=2011-06-15"

static struct client client;

static void start(void)
{
    client_start(&client, (const char *const[]){"--max-sandboxes", "3", NULL});
}

static void stop(void)
{
    client_stop(&client);
}

/* An own endpoint; the answer has to have STATUS and PART. */
static struct response own(const char *method, const char *path, const char *body, int status,
                           const char *part)
{
    struct response response = client_ask(&client, method, path, NULL, 0, str_of(body));
    const char *text = str_dup(&client.arena, response.body);
    ck_assert_msg(response.status == status && strstr(text, part), "%s %s: %d %s", method, path,
                  response.status, text);
    return response;
}

static void make(const char *name)
{
    own("PUT", arena_printf(&client.arena, "/_iam-local/sandboxes/%s", name), "", 201, name);
}

/* Signed by AS for a sandbox, whose path is PREFIX. */
static struct response post(const char *prefix, const struct client_key *as, const char *service,
                            const char *form)
{
    const struct signer signer = client_signer(&client, as, service);
    struct request *rq = sign_form_to(&client.arena, &signer, prefix, form);
    rq->source_ip = "127.0.0.1";
    rq->loopback = true;
    return client_send(&client, rq);
}

static struct response expect(int status, const char *prefix, const struct client_key *as,
                              const char *service, const char *form)
{
    struct response response = post(prefix, as, service, form);
    ck_assert_msg(response.status == status, "%s %s: %d %s", prefix, form, response.status,
                  str_dup(&client.arena, response.body));
    return response;
}

START_TEST(test_own_endpoint)
{
    own("GET", "/_iam-local/sandboxes", "", 200, "\"default\"");
    own("PUT", "/_iam-local/sandboxes/w1", "", 201,
        "\"endpoint\": \"http://localhost:4566/_sandbox/w1\"");
    own("PUT", "/_iam-local/sandboxes/w1", "{\"keep\": false}", 200, "\"name\": \"w1\"");
    own("GET", "/_iam-local/sandboxes/w1", "", 200, "\"keep\": false");
    own("GET", "/_iam-local/sandboxes", "", 200, "\"w1\"");
    own("GET", "/_sandbox/w1/_iam-local/sandboxes", "", 200, "\"default\"");
    own("DELETE", "/_iam-local/sandboxes/w1", "", 200, "\"deleted\": \"w1\"");
    own("GET", "/_iam-local/sandboxes/w1", "", 404, "no sandbox");
    own("DELETE", "/_iam-local/sandboxes/w1", "", 404, "no sandbox");
    own("DELETE", "/_iam-local/sandboxes/default", "", 409, "always there");
}
END_TEST

START_TEST(test_what_is_refused)
{
    own("PUT", "/_iam-local/sandboxes/a.b", "", 400, "letters");
    own("PUT", "/_iam-local/sandboxes/a/b", "", 404, "PUT /_iam-local/sandboxes/NAME");
    own("PUT", "/_iam-local/sandboxes/a", "[]", 400, "");
    own("PUT", "/_iam-local/sandboxes/a", "{\"keep\": 1}", 400, "keep");
    own("PUT", "/_iam-local/sandboxes/a", "{\"kept\": true}", 400, "keep");
    own("PUT", "/_iam-local/sandboxes/a", "{\"keep\": true}", 400, "--data");
    make("w1");
    make("w2");
    make("w3");
    own("PUT", "/_iam-local/sandboxes/w4", "", 409, "--max-sandboxes");
    own("DELETE", "/_sandbox/w1/_iam-local/sandboxes/w1", "", 200, "w1");
    make("w4");
}
END_TEST

START_TEST(test_each_has_its_own_entities)
{
    make("w1");
    make("w2");
    expect(200, "/_sandbox/w1/", NULL, "iam", "Action=CreateUser&UserName=alice" IAM);
    expect(200, "/_sandbox/w1", NULL, "iam", "Action=GetUser&UserName=alice" IAM);
    expect(404, "/_sandbox/w2/", NULL, "iam", "Action=GetUser&UserName=alice" IAM);
    expect(404, "/", NULL, "iam", "Action=GetUser&UserName=alice" IAM);
    expect(200, "/_sandbox/default/", NULL, "iam", "Action=CreateUser&UserName=bob" IAM);
    expect(200, "/", NULL, "iam", "Action=GetUser&UserName=bob" IAM);
}
END_TEST

/* The root key of the configuration is in all of them, no other one is. */
START_TEST(test_credentials_of_one_are_unknown_in_others)
{
    make("w1");
    expect(200, "/_sandbox/w1/", NULL, "iam", "Action=CreateUser&UserName=alice" IAM);
    struct response made =
        expect(200, "/_sandbox/w1/", NULL, "iam", "Action=CreateAccessKey&UserName=alice" IAM);
    const struct client_key alice = {client_element(&client, &made, "AccessKeyId"),
                                     client_element(&client, &made, "SecretAccessKey"), NULL};
    expect(200, "/_sandbox/w1/", &alice, "sts", "Action=GetCallerIdentity" STS);
    expect(403, "/", &alice, "sts", "Action=GetCallerIdentity" STS);
    made = expect(200, "/_sandbox/w1/", &alice, "sts", "Action=GetSessionToken" STS);
    const struct client_key session = {client_element(&client, &made, "AccessKeyId"),
                                       client_element(&client, &made, "SecretAccessKey"),
                                       client_element(&client, &made, "SessionToken")};
    expect(200, "/_sandbox/w1/", &session, "sts", "Action=GetCallerIdentity" STS);
    expect(403, "/", &session, "sts", "Action=GetCallerIdentity" STS);
}
END_TEST

START_TEST(test_prefix_is_signed)
{
    make("w1");
    make("w2");
    const struct signer signer = client_signer(&client, NULL, "iam");
    struct request *rq =
        sign_form_to(&client.arena, &signer, "/_sandbox/w1/", "Action=GetUser" IAM);
    rq->loopback = true;
    ck_assert_int_eq(client_send(&client, rq).status, 200);
    rq->path = STR("/_sandbox/w2/");
    ck_assert_int_eq(client_send(&client, rq).status, 403);
}
END_TEST

START_TEST(test_settings_and_records_are_apart)
{
    make("w1");
    own("PUT", "/_sandbox/w1/_iam-local/enforcement", "{\"enforcement\": \"off\"}", 200, "off");
    own("GET", "/_iam-local/enforcement", "", 200, "strict");
    own("PUT", "/_sandbox/w1/_iam-local/clock", "{\"set\": \"2001-02-03T04:05:06Z\"}", 200, "2001");
    own("GET", "/_iam-local/clock", "", 200, "2023-11-14");
    own("PUT", "/_sandbox/w1/_iam-local/quotas", "{\"Users\": 1}", 200, "\"Users\": 1");
    own("GET", "/_iam-local/quotas", "", 200, "\"Users\": 5000");
    own("GET", "/_sandbox/w1/_iam-local/health", "", 200, "\"off\"");
    struct response denied = expect(200, "/_sandbox/w1", NULL, "iam", "Action=GetUser" IAM);
    const char *id = client_header(&denied, "x-amzn-requestid");
    own("GET", arena_printf(&client.arena, "/_iam-local/explain/%s", id), "", 404, "");
    own("POST", "/_sandbox/w1/_iam-local/reset", "", 200, "w1");
    own("GET", "/_sandbox/w1/_iam-local/enforcement", "", 200, "strict");
}
END_TEST

START_TEST(test_urls_have_the_prefix)
{
    make("w1");
    own("GET", "/_sandbox/w1/_iam-local/oidc/.well-known/openid-configuration", "", 200,
        "\"http://localhost:4566/_sandbox/w1/_iam-local/oidc\"");
    own("POST", "/_sandbox/w1/_iam-local/oidc/token", "", 200,
        "\"http://localhost:4566/_sandbox/w1/_iam-local/oidc\"");
    expect(200, "/_sandbox/w1", NULL, "iam",
           "Action=CreateRole&RoleName=task&AssumeRolePolicyDocument="
           "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22sts%3AAssumeRole"
           "%22%2C%22Principal%22%3A%7B%22Service%22%3A%22ecs-tasks.amazonaws.com%22%7D%7D%7D" IAM);
    own("POST", "/_sandbox/w1/_iam-local/container", "{\"role\": \"task\"}", 200,
        "http://localhost:4566/_sandbox/w1/_iam-local/container/credentials");
    own("POST", "/_iam-local/container", "{\"role\": \"task\"}", 404, "no such role");
}
END_TEST

/* Clients are told in their own words. */
START_TEST(test_unknown_sandbox)
{
    struct response xml = expect(404, "/_sandbox/nope/", NULL, "iam", "Action=GetUser" IAM);
    ck_assert_str_eq(client_element(&client, &xml, "Code"), "NoSuchSandbox");
    ck_assert_ptr_nonnull(strstr(client_element(&client, &xml, "Message"), "sandbox nope"));
    own("GET", "/_sandbox/nope/_iam-local/health", "", 404, "sandbox nope");
    own("GET", "/_sandbox//_iam-local/health", "", 404, "\"error\"");
    own("GET", "/_sandbox", "", 404, "no sandbox of this name");
    own("GET", "/_sandbox/a%3Cb/", "", 404, "NoSuchSandbox");
    const struct request_header headers[] = {{STR("Host"), STR("localhost")},
                                             {STR("Accept"), STR("application/json")}};
    struct response json =
        client_ask(&client, "POST", "/_sandbox/nope/", headers, 2, STR("Action=GetUser"));
    ck_assert_int_eq(json.status, 404);
    ck_assert(str_starts(json.body, STR("{")));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("sandboxes");
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, test_own_endpoint);
    tcase_add_test(t, test_what_is_refused);
    tcase_add_test(t, test_each_has_its_own_entities);
    tcase_add_test(t, test_credentials_of_one_are_unknown_in_others);
    tcase_add_test(t, test_prefix_is_signed);
    tcase_add_test(t, test_settings_and_records_are_apart);
    tcase_add_test(t, test_urls_have_the_prefix);
    tcase_add_test(t, test_unknown_sandbox);
    return suite_run("sandboxes", t);
}
