/* SPDX-License-Identifier: Apache-2.0 */
#include "authn/sigv4a.h"

#include "err.h"
#include "support/suite.h"
#include "support/wire.h"

static struct arena a;

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_done(&a);
}

static const char *hex_of(const unsigned char number[static SIGV4A_NUMBER_SIZE])
{
    struct buf b = {.arena = &a};
    buf_hex(&b, number, SIGV4A_NUMBER_SIZE);
    return buf_text(&b);
}

/* The keys of awslabs/aws-c-auth's tests, of which the first is that of its signing test suite. */
START_TEST(test_keys)
{
    struct sigv4a_key key;
    sigv4a_key_of(STR("AKIDEXAMPLE"), STR("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), &key);
    ck_assert_str_eq(hex_of(key.x),
                     "b6618f6a65740a99e650b33b6b4b5bd0d43b176d721a3edfea7e7d2d56d936b1");
    ck_assert_str_eq(hex_of(key.y),
                     "865ed22a7eadc9c5cb9d2cbaca1b3699139fedc5043dc6661864218330c8e518");
    sigv4a_key_of(STR("AKISORANDOMAASORANDOM"), STR("q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom"),
                  &key);
    ck_assert_str_eq(hex_of(key.x),
                     "15d242ceebf8d8169fd6a8b5a746c41140414c3b07579038da06af89190fffcb");
    ck_assert_str_eq(hex_of(key.y),
                     "0515242cedd82e94799482e4c0514b505afccf2c0c98d6a553bf539f424c5ec0");
}
END_TEST

START_TEST(test_regions)
{
    static const struct {
        const char *host, *set, *region; /* "": none */
    } cases[] = {
        {"localhost:4566", "us-east-1", "us-east-1"},
        {"localhost:4566", "eu-west-1,us-east-1", "eu-west-1"},
        {"localhost:4566", " eu-west-1 , us-east-1", "eu-west-1"},
        {"localhost:4566", "*", "us-east-1"},
        {"localhost:4566", "eu-*", "us-east-1"},
        {"localhost:4566", "*,ap-south-1", "ap-south-1"},
        {"s3.eu-west-1.amazonaws.com", "*", "eu-west-1"},
        {"s3.eu-west-1.amazonaws.com:443", "us-east-1,eu-west-*", "eu-west-1"},
        {"us-east-1.s3.eu-west-1.amazonaws.com", "us-east-1,eu-west-1", "eu-west-1"},
        {"s3.eu-west-1.amazonaws.com", "us-east-1", ""},
        {"s3.eu-west-1.amazonaws.com", "eu-west", ""},
        {"abc.accesspoint.s3-global.amazonaws.com", "*", "us-east-1"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct request *rq = wire_request(
            &a, str_of(arena_printf(&a, "GET / HTTP/1.1\nHost: %s\n\n", cases[i].host)));
        struct str region = sigv4a_region(rq, str_of(cases[i].set));
        ck_assert_msg(str_is(region, cases[i].region), "%zu: %.*s", i, STR_FMT(region));
        ck_assert((region.p == NULL) == (cases[i].region[0] == '\0'));
    }
}
END_TEST

/* What is no signature at all, whatever the key. */
START_TEST(test_malformed_signatures)
{
    static const char *const cases[] = {
        "",
        "3",
        "30",
        "3006020101020101", /* well formed */
        "3006020101020100",
        "3006020101020181",
        "3006020101040101",
        "300602010102010100",
        "3003020101",
        "30090201010201010201010",
        "3006020101020101zz",
        "300602010102010G",
        "30060201010201FF",
    };
    struct sigv4a_key key;
    sigv4a_key_of(STR("AKIDEXAMPLE"), STR("secret"), &key);
    struct request *rq = wire_request(&a, STR("GET / HTTP/1.1\nHost: h\n\n"));
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct sigv4_auth auth = {.asymmetric = true, .signed_headers = STR("host")};
        struct sigv4_rules rules = {.s3 = true};
        auth.signature = str_of(cases[i]);
        ck_assert(!sigv4a_verify(&a, rq, &auth, &rules, &key));
    }
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_keys);
    tcase_add_test(tc, test_regions);
    tcase_add_test(tc, test_malformed_signatures);
    return suite_run("sigv4a", tc);
}
