/* SPDX-License-Identifier: Apache-2.0 */
/* Proofs of RFC 9449, of WebCrypto's making and of our own, and what is none. */
#include "jose/dpop.h"
#include "jose/jwt.h"
#include "support/dpop.h"
#include "support/suite.h"

#define URL "http://127.0.0.1:4566/v1/token"

enum { NOW = 1700000000 };

static struct arena a;
static struct dpop_client client;
static struct request_header headers[3];
static struct request rq;

static void setup(void)
{
    arena_init(&a);
    dpop_client_init(&client, 1);
    headers[0] = (struct request_header){STR("Host"), STR("127.0.0.1:4566")};
    rq = (struct request){
        .method = STR("POST"), .path = STR("/v1/token"), .headers = headers, .n_headers = 2};
}

static void teardown(void)
{
    dpop_client_done(&client);
    arena_done(&a);
}

static const char *check(const char *proof, struct dpop *ret)
{
    headers[1] = (struct request_header){STR("dpop"), str_of(proof)};
    return dpop_check(&a, &rq, NOW, ret);
}

static void is_good(const char *proof)
{
    struct dpop dpop;
    const char *why_not = check(proof, &dpop);
    ck_assert_msg(!why_not, "%s: %s", proof, why_not);
}

static void is_refused(const char *proof, const char *expected)
{
    struct dpop dpop;
    const char *why_not = check(proof, &dpop);
    ck_assert_msg(why_not, "%s was taken", proof);
    ck_assert_str_eq(why_not, expected);
}

/* RFC 9449: the proof of section 4.1, whose key has the thumbprint of section 6.1. */
START_TEST(test_rfc)
{
    static const char proof[] =
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZy"
        "aHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpi"
        "VFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0V"
        "TYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3R"
        "va2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4Pt"
        "FLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";
    struct dpop dpop;
    headers[0].value = STR("server.example.com");
    headers[1] = (struct request_header){STR("DPoP"), STR(proof)};
    rq.path = STR("/token");
    ck_assert_ptr_null(dpop_check(&a, &rq, 1562262616 + 300, &dpop));
    ck_assert_str_eq(dpop.key, "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    ck_assert_ptr_nonnull(dpop_check(&a, &rq, 1562262616 + 301, &dpop));
    ck_assert_ptr_nonnull(dpop_check(&a, &rq, 1562262616 - 301, &dpop));
}
END_TEST

/* By WebCrypto of Node.js, which has the members in another order. */
START_TEST(test_web_crypto)
{
    static const char proof[] =
        "eyJhbGciOiJFUzI1NiIsInR5cCI6ImRwb3Arand0IiwiandrIjp7ImNydiI6IlAtMjU2Iiwia3R5Ijoi"
        "RUMiLCJ4IjoiQnNIQUVWOUpvV0hyZHJsUVhleElRNHBlMGdlMWRUemVjZGJUU29odll2byIsInkiOiJ1"
        "NVB0LW9oZnZVbFlnQ1BVQmE0MW81TThmU2JrLWFCTDFoOXAxZ0V5Uk9rIn19.eyJqdGkiOiI3ZjBiMGE"
        "1ZS02YjFjLTRjM2UtOWM2MS0xZDNiMmY0YTVjNmQiLCJodG0iOiJQT1NUIiwiaHR1IjoiaHR0cDovLzE"
        "yNy4wLjAuMTo0NTY2L3YxL3Rva2VuIiwiaWF0IjoxNzAwMDAwMDAwfQ.0btyt60qtBK1jOdKlSyyD7Ix"
        "QXWJ1-U5kQZcJE4P6D9fvD_1oZzP-e6sR-Vc06UnBKkO8qpMYj9ICczaWtRwiw";
    struct dpop dpop;
    is_good(proof);
    ck_assert_ptr_null(check(proof, &dpop));
    ck_assert_str_eq(dpop.key, "Jnfz7blksii0Qtql4gGnnLgWYSfL3TKjiAG1wP0trd4");
}
END_TEST

static const char *of_url(const char *url)
{
    return dpop_client_proof(&client, &a, url, NOW, "1");
}

static const char other_url[] = "the proof is for another URL";

/* As the client has it: letter case of the host and the port of the scheme make no difference. */
START_TEST(test_url)
{
    is_good(of_url(URL));
    is_good(of_url("https://127.0.0.1:4566/v1/token"));
    is_good(of_url(URL "?a=b#c"));
    is_refused(of_url("http://127.0.0.1:4567/v1/token"), other_url);
    is_refused(of_url("http://127.0.0.1/v1/token"), other_url);
    is_refused(of_url("http://localhost:4566/v1/token"), other_url);
    is_refused(of_url("http://user@127.0.0.1:4566/v1/token"), other_url);
    is_refused(of_url("ftp://127.0.0.1:4566/v1/token"), other_url);
    is_refused(of_url("127.0.0.1:4566/v1/token"), other_url);
    is_refused(of_url(URL "/"), other_url);
    is_refused(of_url("http://127.0.0.1:4566/v1/%74oken"), other_url);
    is_refused(of_url("http://127.0.0.1:4566//v1/token"), other_url);
    is_refused(of_url("http://127.0.0.1:4566"), other_url);
    headers[0].value = STR("LOCALHOST:80");
    is_good(of_url("http://localhost/v1/token"));
    is_good(of_url("http://localHost:80/v1/token"));
    is_refused(of_url("https://localhost/v1/token"), other_url);
    headers[0].value = STR("localhost");
    is_good(of_url("https://localhost:443/v1/token"));
    is_refused(of_url("http://localhost:443/v1/token"), other_url);
}
END_TEST

START_TEST(test_sandbox)
{
    rq.path = STR("/_sandbox/a/v1/token");
    request_cut_prefix(&rq);
    is_good(of_url("http://127.0.0.1:4566/_sandbox/a/v1/token"));
    is_refused(of_url("http://127.0.0.1:4566/_sandbox/b/v1/token"), other_url);
    is_refused(of_url(URL), other_url);
}
END_TEST

static const char *claiming(const char *claims)
{
    const char *head = arena_printf(&a, "{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":{%s}}",
                                    dpop_client_jwk(&client, &a));
    return dpop_client_sign(&client, &a, head, claims);
}

START_TEST(test_claims)
{
    static const char no_id[] = "the proof has no usable id", old[] = "the proof is not of now",
                      no_proof[] = "the DPoP header is no proof of ES256 with its key";
    const char *at = "\"htm\":\"POST\",\"htu\":\"" URL "\",\"iat\":1700000000";
    is_good(claiming(arena_printf(&a, "{%s,\"jti\":\"1\",\"nonce\":\"2\"}", at)));
    is_refused(claiming(arena_printf(&a, "{%s}", at)), no_id);
    is_refused(claiming(arena_printf(&a, "{%s,\"jti\":\"\"}", at)), no_id);
    is_refused(claiming(arena_printf(&a, "{%s,\"jti\":\"%0257d\"}", at, 1)), no_id);
    is_refused(claiming(arena_printf(&a, "{%s,\"iat\":1}", at)), no_proof); /* twice */
    is_refused(claiming("{\"htm\":\"POST\",\"htu\":\"" URL "\",\"jti\":\"1\"}"), old);
    is_refused(claiming("{\"htm\":\"GET\",\"htu\":\"" URL "\",\"iat\":1700000000}"),
               "the proof is for another method");
    is_refused(claiming("{\"htm\":\"POST\",\"iat\":1700000000}"), other_url);
    is_refused(claiming("[]"), no_proof);
    is_good(dpop_client_proof(&client, &a, URL, NOW - 300, "1"));
    is_good(dpop_client_proof(&client, &a, URL, NOW + 300, "1"));
    is_refused(dpop_client_proof(&client, &a, URL, NOW - 301, "1"), old);
    is_refused(dpop_client_proof(&client, &a, URL, NOW + 301, "1"), old);
}
END_TEST

static const char *headed(const char *head)
{
    return dpop_client_sign(&client, &a, head,
                            "{\"htm\":\"POST\",\"htu\":\"" URL
                            "\",\"iat\":1700000000,\"jti\":\"1\"}");
}

static const char *with(const char *type, const char *algorithm, const char *key)
{
    return headed(
        arena_printf(&a, "{\"typ\":\"%s\",\"alg\":\"%s\",\"jwk\":{%s}}", type, algorithm, key));
}

static const char *and_member(const char *key, const char *name)
{
    return arena_printf(&a, "{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":{%s},\"%s\":[]}", key,
                        name);
}

START_TEST(test_head)
{
    static const char none[] = "the DPoP header is no proof of ES256 with its key",
                      other[] = "the proof is not signed by its key";
    struct dpop_client stranger;
    const char *key = dpop_client_jwk(&client, &a);
    dpop_client_init(&stranger, 2);
    is_good(with("dpop+jwt", "ES256", key));
    is_refused(with("dpop+jwt", "ES256", dpop_client_jwk(&stranger, &a)), other);
    is_refused(with("dpop+jwt", "ES256", arena_printf(&a, "%s,\"d\":\"1\"", key)), none);
    is_refused(with("dpop+jwt", "ES256", "\"kty\":\"RSA\""), none);
    is_refused(with("dpop+jwt", "ES256", ""), none);
    is_refused(with("JWT", "ES256", key), none);
    is_refused(with("dpop+jwt", "none", key), none);
    is_refused(with("dpop+jwt", "ES384", key), none);
    is_refused(headed("{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\"}"), none);
    is_refused(headed(arena_printf(&a, "{\"alg\":\"ES256\",\"jwk\":{%s}}", key)), none);
    is_good(headed(and_member(key, "x5c")));
    is_refused(headed(and_member(key, "crit")), none);
    dpop_client_done(&stranger);
}
END_TEST

/* Each character of a proof counts, and a key has one form. */
START_TEST(test_tampered)
{
    char *proof = arena_strdup(&a, of_url(URL));
    struct dpop dpop;
    for (size_t i = 0; proof[i]; i++) {
        char was = proof[i];
        proof[i] = was == 'A' ? 'B' : 'A';
        ck_assert_ptr_nonnull(check(proof, &dpop));
        proof[i] = was;
    }
    is_good(proof);
    is_refused("", "the DPoP header is no proof of ES256 with its key");
    is_refused("..", "the DPoP header is no proof of ES256 with its key");
}
END_TEST

START_TEST(test_several)
{
    struct dpop dpop;
    static const char none[] = "the request has no DPoP proof, or several";
    is_good(of_url(URL));
    headers[2] = headers[1];
    rq.n_headers = 3;
    ck_assert_str_eq(dpop_check(&a, &rq, NOW, &dpop), none);
    rq.n_headers = 1;
    ck_assert_str_eq(dpop_check(&a, &rq, NOW, &dpop), none);
}
END_TEST

START_TEST(test_memory)
{
    struct dpop first, second;
    struct dpop_memory *memory = dpop_memory_new();
    ck_assert_ptr_null(check(dpop_client_proof(&client, &a, URL, NOW, "1"), &first));
    ck_assert_ptr_null(check(dpop_client_proof(&client, &a, URL, NOW, "2"), &second));
    ck_assert_str_eq(first.key, second.key);
    ck_assert_str_ne(first.id, second.id);
    ck_assert(!dpop_is_used(memory, &first));
    dpop_note_used(memory, &first);
    dpop_note_used(memory, &first);
    ck_assert(dpop_is_used(memory, &first));
    ck_assert(!dpop_is_used(memory, &second));
    dpop_memory_clear(memory);
    ck_assert(!dpop_is_used(memory, &first));
    dpop_memory_free(memory);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("dpop");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, test_rfc);
    tcase_add_test(tcase, test_web_crypto);
    tcase_add_test(tcase, test_url);
    tcase_add_test(tcase, test_sandbox);
    tcase_add_test(tcase, test_claims);
    tcase_add_test(tcase, test_head);
    tcase_add_test(tcase, test_tampered);
    tcase_add_test(tcase, test_several);
    tcase_add_test(tcase, test_memory);
    return suite_run("dpop", tcase);
}
