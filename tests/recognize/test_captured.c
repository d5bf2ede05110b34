/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What SDKs send is recognised as what they were told to call, and needs the permissions that
 * somebody wrote down for it.
 */
#include "authn/sigv4.h"
#include "recognize/captured.h"
#include "recognize/recognize.h"
#include "support/suite.h"

#include <stdio.h>

enum { LEAST_REQUESTS = 900, LEAST_SERVICES = 60, LEAST_WRITTEN = 150, SHOWN = 100 };

static struct arena a;

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_done(&a);
}

/* The problems of all requests are told at once. */
static struct {
    size_t n;
    struct buf text;
} problems;

static void problem(const char *id, const char *what)
{
    if (problems.n++ < SHOWN)
        buf_printf(&problems.text, "%s: %s\n", id, what);
}

static void recognize_captured(const struct captured *one, struct sigv4_auth *auth,
                               struct recognized *ret)
{
    const char *message;
    *auth = (struct sigv4_auth){0};
    if (sigv4_find(&a, &one->request, true, auth, &message) != OK)
        *auth = (struct sigv4_auth){0};
    recognize(&a, &one->request, auth->service, true, RECOGNIZE_HOSTS_OF_SDKS, ret);
}

/* Whether captured_aliases.txt has the two as one. */
static bool are_aliases(const char *called, const char *found)
{
    FILE *lines = fopen(CAPTURED "/captured_aliases.txt", "re");
    ck_assert_ptr_nonnull(lines);
    const char *wanted = arena_printf(&a, "%s %s\n", called, found);
    char line[256];
    bool are = false;
    while (!are && fgets(line, sizeof line, lines))
        are = strcmp(line, wanted) == 0;
    fclose(lines);
    return are;
}

static void check_operation(const struct captured *one)
{
    struct sigv4_auth auth;
    struct recognized op;
    recognize_captured(one, &auth, &op);
    if (op.why != RECOGNIZED) {
        problem(one->id, op.reason);
        return;
    }
    bool same = strcmp(one->operation, op.operation) == 0;
    if (same && strcmp(one->service, op.service_id) == 0)
        return;
    const char *called = arena_printf(&a, "%s.%s", one->service, one->operation);
    const char *found = arena_printf(&a, "%s.%s", op.service_id, op.operation);
    if (same ? !are_aliases(one->service, op.service_id) : !are_aliases(called, found))
        problem(one->id, found);
}

static struct captured_list begin(const char *file)
{
    problems.n = 0;
    problems.text = buf_new(&a, 0);
    return captured_read(&a, file);
}

static void end(void)
{
    fputs(buf_text(&problems.text), stdout); /* check has little room for messages */
    ck_assert_uint_eq(problems.n, 0);
}

static const char *const files[] = {"captured.jsonl", "captured_calls.jsonl",
                                    "captured_older.jsonl", "captured_javascript.jsonl"};
enum { N_FILES = sizeof files / sizeof *files };

START_TEST(recognizes_what_sdks_send)
{
    struct captured_list list = begin(files[_i]);
    for (size_t i = 0; i < list.n; i++)
        check_operation(&list.v[i]);
    end();
}
END_TEST

START_TEST(there_are_many_of_many_services)
{
    struct captured_list list = captured_read(&a, files[0]);
    size_t services = 0;
    for (size_t i = 0; i < list.n; i++)
        services += i == 0 || strcmp(list.v[i].service, list.v[i - 1].service) != 0;
    ck_assert_uint_ge(list.n, LEAST_REQUESTS);
    ck_assert_uint_ge(services, LEAST_SERVICES);
}
END_TEST

static struct recognize_permissions permissions_of(const struct captured *one)
{
    struct sigv4_auth auth;
    struct recognized op;
    recognize_captured(one, &auth, &op);
    struct recognize_caller caller = {.partition = "aws",
                                      .region = auth.region,
                                      .account = STR("123456789012"),
                                      .auth_type = "REST-HEADER",
                                      .signature = "AWS4-HMAC-SHA256",
                                      .signature_age = -1};
    struct recognize_permissions needed = {0};
    if (op.why != RECOGNIZED)
        problem(one->id, op.reason);
    else if (recognize_permissions(&a, &one->request, &op, &caller, true, &needed) != RECOGNIZED)
        problem(one->id, needed.reason);
    return needed;
}

static bool is_written(const json_t *written, const char *permission)
{
    size_t i;
    json_t *one;
    json_array_foreach(written, i, one)
    {
        if (strcmp(json_string_value(one), permission) == 0)
            return true;
    }
    return false;
}

static void compare(const struct captured *one, const struct recognize_permissions *needed)
{
    size_t n = 0;
    for (size_t i = 0; i < needed->n; i++) {
        const struct recognize_permission *p = &needed->v[i];
        const char *text = arena_printf(&a, "%.*s %.*s", STR_FMT(p->action), STR_FMT(p->resource));
        if (p->is_hint)
            continue;
        n++;
        if (!is_written(one->permissions, text))
            problem(one->id, arena_printf(&a, "needs %s", text));
    }
    if (n != json_array_size(one->permissions))
        problem(one->id, arena_printf(&a, "%zu permissions instead of %s", n,
                                      json_dumps(one->permissions, 0)));
}

START_TEST(needs_what_was_written_down)
{
    struct captured_list list = begin(files[_i]);
    size_t written = 0;
    for (size_t i = 0; i < list.n; i++) {
        if (!list.v[i].permissions)
            continue;
        struct recognize_permissions needed = permissions_of(&list.v[i]);
        compare(&list.v[i], &needed);
        written++;
    }
    end();
    if (_i == 1)
        ck_assert_uint_ge(written, LEAST_WRITTEN);
}
END_TEST

static size_t count_values(const struct recognize_permission *p, const char *name,
                           const char *value)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n_keys; i++) {
        const struct authz_key_value *key = &p->keys[i];
        if (!str_eq_fold(str_of(key->name), str_of(name)))
            continue;
        if (!key->list)
            n += str_is(key->value, value);
        for (size_t at = 0; key->list && at < key->n; at++)
            n += str_is(key->list[at], value);
    }
    return n;
}

static size_t count_tags(const struct recognize_permission *p, const char *name, const char *value)
{
    static const char tag[] = "aws:RequestTag/";
    size_t n = 0;
    for (size_t i = 0; i < p->n_tags; i++)
        n += strncmp(name, tag, sizeof tag - 1) == 0 &&
             str_is(p->tags[i].key, name + sizeof tag - 1) && str_is(p->tags[i].value, value);
    for (size_t i = 0; i < p->n_tag_keys && strcmp(name, "aws:TagKeys") == 0; i++)
        n += str_is(p->tag_keys[i], value);
    return n;
}

static bool has_key(const struct recognize_permissions *needed, const char *name, const char *value)
{
    for (size_t i = 0; i < needed->n; i++)
        if (count_values(&needed->v[i], name, value) + count_tags(&needed->v[i], name, value) > 0)
            return true;
    return false;
}

START_TEST(has_the_keys_that_were_written_down)
{
    struct captured_list list = begin(files[_i]);
    for (size_t i = 0; i < list.n; i++) {
        if (!list.v[i].keys)
            continue;
        struct recognize_permissions needed = permissions_of(&list.v[i]);
        const char *name;
        json_t *values, *value;
        json_object_foreach((json_t *)(uintptr_t)list.v[i].keys, name, values)
        {
            size_t at;
            json_array_foreach(values, at, value)
            {
                if (!has_key(&needed, name, json_string_value(value)))
                    problem(list.v[i].id, arena_printf(&a, "no %s", name));
            }
        }
    }
    end();
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("captured");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, recognizes_what_sdks_send, 0, N_FILES);
    tcase_add_test(tcase, there_are_many_of_many_services);
    tcase_add_loop_test(tcase, needs_what_was_written_down, 1, N_FILES);
    tcase_add_loop_test(tcase, has_the_keys_that_were_written_down, 1, N_FILES);
    return suite_run("captured", tcase);
}
