/* SPDX-License-Identifier: Apache-2.0 */
#include "call/rest.h"

#include <check.h>
#include <stdlib.h>

#include "err.h"
#include "parts_api.h"

static struct arena arena;
static const char *message;

static void setup(void)
{
    arena_init(&arena);
}

static void teardown(void)
{
    arena_done(&arena);
}

static const struct api_route *route(const char *method, const char *path)
{
    return api_route_find(&parts_service, str_of(method), str_of(path), STR("as=text"));
}

static int decode(const char *method, const char *path, const char *query, const char *token,
                  void *ret)
{
    const struct request_header header = {STR("X-Token"), str_of(token)};
    struct request rq = {.method = str_of(method), .headers = &header, .n_headers = 1};
    rq.query = str_of(query);
    return rest_decode(&arena, route(method, path), &rq, str_of(path), ret, &message);
}

START_TEST(members_from_all_places)
{
    struct parts_get_part_in in;
    ck_assert_int_eq(decode("GET", "/parts/a%2F", "x=y&Deep=true", "tok", &in), OK);
    ck_assert_str_eq(in.name, "a/");
    ck_assert_str_eq(in.token, "tok");
    ck_assert(in.deep && !in.has_version);
    ck_assert_int_eq(decode("GET", "/parts/a/12", "", "t", &in), OK);
    ck_assert(in.has_version && in.version == 12 && !in.deep);
}
END_TEST

START_TEST(members_that_make_no_sense)
{
    struct parts_get_part_in in;
    ck_assert_int_eq(decode("GET", "/parts/a%2", "", "t", &in), ERR_MALFORMED_REQUEST);
    ck_assert_int_eq(decode("GET", "/parts/a%00", "", "t", &in), ERR_MALFORMED_REQUEST);
    ck_assert_int_eq(decode("GET", "/parts/%ff", "", "t", &in), ERR_MALFORMED_REQUEST);
    ck_assert_int_eq(decode("GET", "/parts/a", "", "\xff", &in), ERR_MALFORMED_REQUEST);
    ck_assert_int_eq(decode("GET", "/parts/a", "Deep=%", "t", &in), ERR_MALFORMED_REQUEST);
    ck_assert_int_eq(decode("GET", "/parts/a", "Deep=maybe", "t", &in), ERR_SERIALIZATION);
    ck_assert_int_eq(decode("GET", "/parts/a/x", "", "t", &in), ERR_SERIALIZATION);
    ck_assert_int_eq(decode("GET", "/parts/abcd", "", "t", &in), ERR_VALIDATION_ERROR);
    ck_assert_str_eq(message, "1 validation error detected: Value 'abcd' at 'name' failed to "
                              "satisfy constraint: Member must have length less than or equal to "
                              "3");
}
END_TEST

static const char *header(const struct response *response, const char *name)
{
    for (size_t i = 0; i < response->n_headers; i++) {
        if (strcmp(response->headers[i].name, name) == 0)
            return response->headers[i].value;
    }
    return NULL;
}

static struct response encode(const char *method, const char *path, const void *out)
{
    struct response response = {.arena = &arena};
    rest_encode(&arena, route(method, path), out, &response);
    return response;
}

START_TEST(answers)
{
    struct parts_get_part_out part = {.status = 503, .has_status = true, .e_tag = "v", .name = "n"};
    struct response response = encode("GET", "/parts/a", &part);
    ck_assert_int_eq(response.status, 503);
    ck_assert(str_is(response.body, "{\"Name\":\"n\",\"Parts\":[],\"Note\":null}"));
    ck_assert_str_eq(header(&response, "content-type"), "application/json");
    ck_assert_str_eq(header(&response, "etag"), "v");
    part.has_status = false;
    ck_assert_int_eq(encode("GET", "/parts/a", &part).status, 200);
    response = encode("PUT", "/parts/a", &(struct parts_put_part_out){.name = "n"});
    ck_assert_int_eq(response.status, 201);
    response = encode("DELETE", "/parts", NULL);
    ck_assert(response.status == 200 && response.body.n == 0 && response.n_headers == 0);
}
END_TEST

START_TEST(payloads)
{
    struct response response =
        encode("POST", "/parts/text", &(struct parts_put_text_out){.body = STR("t")});
    ck_assert(str_is(response.body, "t"));
    ck_assert_str_eq(header(&response, "content-type"), "text/plain");
    response =
        encode("GET", "/rest/a", &(struct parts_get_rest_out){.type = "a/b", .body = STR("r")});
    ck_assert(str_is(response.body, "r") && response.n_headers == 1);
    ck_assert_str_eq(header(&response, "content-type"), "a/b");
    response = encode("POST", "/parts/any", &(struct parts_put_any_out){.any = "[1]"});
    ck_assert(str_is(response.body, "[1]"));
    ck_assert_str_eq(header(&response, "content-type"), "application/json");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rest");
    TCase *tcase = tcase_create("rest");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, members_from_all_places);
    tcase_add_test(tcase, members_that_make_no_sense);
    tcase_add_test(tcase, answers);
    tcase_add_test(tcase, payloads);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
