/* SPDX-License-Identifier: Apache-2.0 */
/* Which hosts a request may name while no secret keeps other sites' pages out, and those pages. */
#include "server/api/admin_guard.h"
#include "support/client.h"
#include "support/suite.h"

static struct client client;

static void start(void)
{
    client_start(&client, (const char *const[]){"--allow-host", "iam.example.com", NULL});
}

static void stop(void)
{
    client_stop(&client);
}

static const struct {
    const char *host;
    bool own, api; /* whether own endpoints and the API answer */
} hosts[] = {
    {"127.0.0.1", true, true},
    {"127.0.0.1:4566", true, true},
    {"192.168.1.7:80", true, true},
    {"[::1]", true, true},
    {"[::1]:4566", true, true},
    {"[fd00::7]:4566", true, true},
    {"localhost", true, true},
    {"LOCALHOST:4566", true, true},
    {"localhost.", true, true},
    {"localhost.:4566", true, true},
    {"iam.localhost", true, true},
    {"bucket.s3.localhost.:4566", true, true},
    {"host.docker.internal:4566", true, true},
    {"iam-local", true, true},
    {"iam_local:4566", true, true},
    {"3f9a2c7b1d04", true, true},
    {"iam.example.com", true, true},
    {"IAM.example.com.:4566", true, true},
    {"iam.amazonaws.com", false, true},
    {"sts.eu-central-1.amazonaws.com:4566", false, true},
    {"sts.eu-central-1.amazonaws.com.", false, true},

    {"", false, false},
    {".", false, false},
    {":4566", false, false},
    {"evil.com", false, false},
    {"evil.com.", false, false},
    {"ai.", false, false},
    {"a.iam.example.com", false, false},
    {"[::1].evil.com", false, false},
    {"[evil.com]", false, false},
    {"[::1", false, false},
    {"[::1]evil.com", false, false},
    {"[::1%25eth0]", false, false},
    {"127.0.0.1:1@evil.com", false, false},
    {"127.0.0.1@evil.com", false, false},
    {"localhost:1@evil.com", false, false},
    {"localhost@evil.com", false, false},
    {"127.0.0.1:65536", false, false},
    {"127.0.0.1:4566:1", false, false},
    {"127.0.0.1:http", false, false},
    {"127.0.0.1.", false, false},
    {"127.0.0.1.evil.com", false, false},
    {"127.1", false, false},
    {"127.0.0.256", false, false},
    {"127.0.0.1.1", false, false},
    {"0x7f.0.0.1", false, false},
    {"0177.0.0.01", false, false},
    {"localhost.evil.com", false, false},
    {"evil.com/.localhost", false, false},
    {"evil.com?.localhost", false, false},
    {"evil.com#.localhost", false, false},
    {"evil.com\\.localhost", false, false},
    {"evil.com .localhost", false, false},
    {"evil.com,localhost", false, false},
    {"evillocalhost.com", false, false},
    {".localhost", false, false},
    {"a..localhost", false, false},
    {"localhost..", false, false},
    {"amazonaws.com.evil.com", false, false},
    {"evil.amazonaws.com.evil.com", false, false},
    {"evilamazonaws.com", false, false},
    {".amazonaws.com", false, false},
    {"\xff", false, false},
    {"evil.com%00.localhost", false, false},
};

START_TEST(test_hosts)
{
    const struct config *config = &client.server->config;
    struct request_header header = {STR("host"), str_of(hosts[_i].host)};
    struct request rq = {.headers = &header, .n_headers = 1, .loopback = true};
    const char *own = admin_guard(config, &rq, true);
    ck_assert_msg(!own == hosts[_i].own, "%s: %s", hosts[_i].host, own);
    const char *api = api_guard(config, &rq, true);
    ck_assert_msg(!api == hosts[_i].api, "%s: %s", hosts[_i].host, api);
}
END_TEST

START_TEST(test_no_host)
{
    struct request rq = {.n_headers = 0, .loopback = true};
    ck_assert_ptr_nonnull(admin_guard(&client.server->config, &rq, false));
    ck_assert_ptr_nonnull(api_guard(&client.server->config, &rq, true));
}
END_TEST

/* A signed request of the root user; one header is added, or stands for the signed Host. */
static struct response send_with(const char *name, const char *value)
{
    const struct signer signer = client_signer(&client, NULL, "iam");
    struct request_header headers[8] = {{str_of(name), str_of(value)}};
    struct request rq = {.method = STR("GET"),
                         .path = STR("/"),
                         .query = STR("Action=ListUsers&Version=2010-05-08"),
                         .headers = headers,
                         .n_headers = 1,
                         .source_ip = "127.0.0.1"};
    sign_header(&client.arena, &signer, &rq);
    return client_send(&client, &rq);
}

static void expect_foreign(struct response response)
{
    ck_assert_int_eq(response.status, 403);
    ck_assert_str_eq(client_element(&client, &response, "Code"), "AccessDenied");
    ck_assert_ptr_nonnull(client_header(&response, "x-amzn-requestid"));
}

START_TEST(test_web_pages_of_other_sites)
{
    static const char *const foreign[][2] = {
        {"Origin", "http://evil.example.com"}, {"Origin", "null"},
        {"Origin", "https://127.0.0.1:4566"},  {"Sec-Fetch-Site", "cross-site"},
        {"Sec-Fetch-Site", "same-site"},
    };
    for (size_t i = 0; i < ARRAY_LEN(foreign); i++) {
        client.server->guessable = i % 2;
        expect_foreign(send_with(foreign[i][0], foreign[i][1]));
    }
    ck_assert_int_eq(send_with("Origin", "http://127.0.0.1:4566").status, 200);
    ck_assert_int_eq(send_with("Sec-Fetch-Site", "none").status, 200);
}
END_TEST

START_TEST(test_hosts_while_no_secret_protects)
{
    static const char *const usual[] = {
        "127.0.0.1:4566",     "[::1]:4566",
        "localhost:4566",     "iam-local",
        "iam.localhost:4566", "host.docker.internal:4566",
        "iam.amazonaws.com",  "sts.eu-central-1.amazonaws.com:4566"};
    static const char *const foreign[] = {"evil.example.com:4566", "iam.evil.example", "",
                                          "amazonaws.com.evil.example", "evilamazonaws.com"};
    ck_assert(client.server->guessable);
    for (size_t i = 0; i < ARRAY_LEN(usual); i++)
        ck_assert_int_eq(send_with("Host", usual[i]).status, 200);
    for (size_t i = 0; i < ARRAY_LEN(foreign); i++)
        expect_foreign(send_with("Host", foreign[i]));
    client.server->guessable = false;
    for (size_t i = 0; i < ARRAY_LEN(foreign); i++)
        ck_assert_int_eq(send_with("Host", foreign[i]).status, 200);
    atomic_store(&client.server->sandbox->enforcement, ENFORCE_OFF);
    for (size_t i = 0; i < ARRAY_LEN(foreign); i++)
        expect_foreign(send_with("Host", foreign[i]));
}
END_TEST

/* An own endpoint as another host asks for it, with no admin token; it is called by CALLERS. */
static struct response ask_as(enum api_callers callers, bool sign)
{
    const struct signer signer = client_signer(&client, NULL, "own");
    struct request *rq = NEW(&client.arena, struct request);
    struct request_header *headers = NEW_ARRAY(&client.arena, struct request_header, 1);
    headers[0] = (struct request_header){STR("Host"), STR("iam-local")};
    *rq = (struct request){.method = STR("GET"),
                           .path = STR("/_iam-local/clock"),
                           .headers = headers,
                           .n_headers = 1,
                           .source_ip = "192.0.2.1"};
    if (sign)
        sign_header(&client.arena, &signer, rq);
    struct flow *f = pipeline_begin(client.server, &client.arena, rq);
    struct api_op *op = NEW(&client.arena, struct api_op);
    struct api_route *way = NEW(&client.arena, struct api_route);
    *op = *f->call.op;
    op->callers = callers;
    *way = *f->exchange.way;
    way->op = op;
    f->call.op = op;
    f->exchange.way = way;
    ck_assert_int_eq(pipeline_go_on(f, PLACE_SERVE), PLACE_DONE);
    return f->response;
}

/* Who signs as an account shows a signature, where others show the admin token. */
START_TEST(test_who_needs_the_admin_token)
{
    ck_assert_int_eq(ask_as(API_PUBLIC, false).status, 200);
    struct response response = ask_as(API_ADMIN, true);
    ck_assert_int_eq(response.status, 403);
    ck_assert_ptr_nonnull(
        strstr(client_member(&client, response.body, "error"), "Authorization: Bearer"));
    ck_assert_int_eq(ask_as(API_PRINCIPALS, true).status, 200);
    response = ask_as(API_PRINCIPALS, false);
    ck_assert_int_eq(response.status, 403);
    ck_assert_str_eq(client_member(&client, response.body, "error"),
                     "Request is missing Authentication Token");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("guard");
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_loop_test(t, test_hosts, 0, ARRAY_LEN(hosts));
    tcase_add_test(t, test_no_host);
    tcase_add_test(t, test_web_pages_of_other_sites);
    tcase_add_test(t, test_hosts_while_no_secret_protects);
    tcase_add_test(t, test_who_needs_the_admin_token);
    return suite_run("guard", t);
}
