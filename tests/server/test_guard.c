/* SPDX-License-Identifier: Apache-2.0 */
/* Which hosts a request may name while no secret keeps other sites' pages out. */
#include "server/admin_guard.h"
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
    const char *own = admin_guard(config, &rq, false);
    ck_assert_msg(!own == hosts[_i].own, "%s: %s", hosts[_i].host, own);
    const char *api = api_guard(config, &rq, true);
    ck_assert_msg(!api == hosts[_i].api, "%s: %s", hosts[_i].host, api);
}
END_TEST

START_TEST(test_no_host)
{
    struct request rq = {.n_headers = 0, .loopback = true};
    ck_assert_ptr_nonnull(admin_guard(&client.server->config, &rq, true));
    ck_assert_ptr_nonnull(api_guard(&client.server->config, &rq, true));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("guard");
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_loop_test(t, test_hosts, 0, ARRAY_LEN(hosts));
    tcase_add_test(t, test_no_host);
    return suite_run("guard", t);
}
