/* SPDX-License-Identifier: Apache-2.0 */
#include "jose/issuer.h"

#include <check.h>

#include "support/suite.h"

static const struct {
    const char *url;
    bool ok;
} urls[] = {
    {"https://idp.example", true},
    {"https://idp.example/", true},
    {"https://idp.example/realms/a-b_c~1/", true},
    {"http://localhost", true},
    {"http://localhost:8080/x", true},
    {"http://idp.localhost:8080", true},
    {"http://127.0.0.1:8080", true},
    {"http://127.1.2.3", true},
    {"http://[::1]:8080/x", true},
    {"https://localhost:8443", true},
    {"http://iam-local:4566/_iam-local/oidc", true},
    {"http://localhost:4566/_iam-local/oidc", true},
    {"", false},
    {"idp.example", false},
    {"ftp://idp.example", false},
    {"HTTPS://idp.example", false},
    {"https://", false},
    {"https:///x", false},
    {"https://idp.example:443", false},
    {"https://user@idp.example", false},
    {"https://idp.example/?x", false},
    {"https://idp.example/#x", false},
    {"https://idp.example/a b", false},
    {"https://idp.example/\"", false},
    {"http://idp.example", false},
    {"http://169.254.169.254/x", false},
    {"http://127.evil.example", false},
    {"http://localhost.example", false},
    {"http://[::2]", false},
    {"http://evil.example/_iam-local/oidc/x", false},
    {"http://localhost:4566/_iam-local/oidc/x", false},
    {"https://idp.example/_iam-local/oidc/x", false},
    {"http://evil.example/_sandbox/w1/_iam-local/oidc", true},
    {"http://localhost:4566/_sandbox/w1/_iam-local/oidc/x", false},
};

START_TEST(test_urls)
{
    ck_assert_int_eq(issuer_url_ok(urls[_i].url), urls[_i].ok);
}
END_TEST

/* What a client calls the server is part of the name, as long as it is a name. */
START_TEST(test_own)
{
    struct arena a;
    struct request_header host = {STR("host"), STR("127.0.0.1:4566")};
    struct request rq = {.headers = &host, .n_headers = 1};
    arena_init(&a);
    ck_assert_str_eq(issuer_own_url(&a, &rq, NULL), "http://127.0.0.1:4566/_iam-local/oidc");
    ck_assert_str_eq(issuer_own_url(&a, &rq, "x"), "http://127.0.0.1:4566/_iam-local/oidc/x");
    rq.prefix = STR("/_sandbox/w1");
    ck_assert_str_eq(issuer_own_url(&a, &rq, "x"),
                     "http://127.0.0.1:4566/_sandbox/w1/_iam-local/oidc/x");
    rq.prefix.n = 0;
    host.value = STR("a/b?");
    ck_assert_str_eq(issuer_own_url(&a, &rq, NULL), "http://localhost/_iam-local/oidc");
    rq.n_headers = 0;
    ck_assert_str_eq(issuer_own_url(&a, &rq, NULL), "http://localhost/_iam-local/oidc");
    arena_done(&a);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_loop_test(tc, test_urls, 0, ARRAY_LEN(urls));
    tcase_add_test(tc, test_own);
    return suite_run("issuer", tc);
}
