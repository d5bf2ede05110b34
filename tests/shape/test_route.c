/* SPDX-License-Identifier: Apache-2.0 */
#include "parts_api.h"
#include "support.h"

static const char *found(const char *method, const char *path, const char *query)
{
    struct str pairs = query ? str_of(query) : (struct str){NULL, 0};
    const struct api_route *route =
        api_route_find(&parts_service, str_of(method), str_of(path), pairs);
    return route ? route->op->name : "none";
}

START_TEST(the_first_that_fits_is_the_most_exact)
{
    ck_assert_int_eq(parts_service.protocol, API_REST_JSON);
    ck_assert_str_eq(found("GET", "/parts", NULL), "ListParts");
    ck_assert_str_eq(found("DELETE", "/parts", NULL), "DropParts");
    ck_assert_str_eq(found("GET", "/parts/a", NULL), "GetPart");
    ck_assert_str_eq(found("GET", "/parts/any", NULL), "GetPart");
    ck_assert_str_eq(found("GET", "/parts/a/5", NULL), "GetPart");
    ck_assert_str_eq(found("POST", "/parts/any", NULL), "PutAny");
    ck_assert_str_eq(found("PUT", "/parts/text", NULL), "PutPart");
    ck_assert_str_eq(found("POST", "/parts/text", "a=b&as=text"), "PutText");
    ck_assert_str_eq(found("GET", "/rest/a/b//c", NULL), "GetRest");
    ck_assert_str_eq(found("PURGE", "/any/", NULL), "DropParts");
}
END_TEST

START_TEST(nothing_else_fits)
{
    static const char *const paths[] = {
        "",          "/",       "/part", "/any",         "/parts/", "/parts//5",
        "/parts/a/", "//parts", "parts", "/parts/a/5/6", "/rest/",  "/rest"};
    for (size_t i = 0; i < ARRAY_LEN(paths); i++)
        ck_assert_msg(strcmp(found("GET", paths[i], NULL), "none") == 0, "%s", paths[i]);
    ck_assert_str_eq(found("get", "/parts", NULL), "none");
    ck_assert_str_eq(found("POST", "/parts/text", NULL), "none");
    ck_assert_str_eq(found("POST", "/parts/text", "as=textual"), "none");
}
END_TEST

static struct str part(const char *path, const char *name)
{
    const struct api_route *route =
        api_route_find(&parts_service, STR("GET"), str_of(path), (struct str){NULL, 0});
    return api_route_part(route, str_of(path), name);
}

START_TEST(parts_of_a_path)
{
    ck_assert(str_is(part("/parts/a%20b", "Name"), "a%20b"));
    ck_assert(str_is(part("/parts/a/5", "Version"), "5"));
    ck_assert_ptr_null(part("/parts/a", "Version").p);
    ck_assert(str_is(part("/rest/a/b//c", "Rest"), "a/b//c"));
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("route");
    tcase_add_test(tcase, the_first_that_fits_is_the_most_exact);
    tcase_add_test(tcase, nothing_else_fits);
    tcase_add_test(tcase, parts_of_a_path);
    return fix_run("route", tcase);
}
