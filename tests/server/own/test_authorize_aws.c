/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What AWS says itself: tests/recognize/aws_pages.jsonl has requests with the permissions that a
 * page of its documentation names, and requests that it has refused, with the sentence. What is
 * refused here is what alice may do everything but.
 */
#include "authorize_box.h"
#include "recognize/captured.h"

#include <stdio.h>

enum { LEAST_PAGES = 105, LEAST_DENIALS = 100, SHOWN = 200 };

static struct {
    size_t n;
    struct buf text;
} problems;

/* They are told at once. */
static void problem(const struct captured *one, const char *what)
{
    if (problems.n++ < SHOWN)
        buf_printf(&problems.text, "%s: %s\n", one->id, what);
}

static void alice_may(const char *statements)
{
    struct buf b = buf_new(&client.arena, 512);
    buf_add_text(&b, "PutUserPolicy&UserName=alice&PolicyName=p&PolicyDocument=");
    buf_pct_encode(&b,
                   str_of(quoted(arena_printf(
                       &client.arena, "{'Version':'2012-10-17','Statement':[%s]}", statements))),
                   "");
    box_call("iam", buf_text(&b), NULL);
}

static void may_all_but(const char *action, const char *resource)
{
    bool is_arn = strncmp(resource, "arn:", sizeof "arn:" - 1) == 0;
    const char *others =
        arena_printf(&client.arena, "{'Effect':'Allow','NotAction':'%s','Resource':'*'}", action);
    const char *elsewhere = arena_printf(
        &client.arena, ",{'Effect':'Allow','Action':'%s','NotResource':'%s'}", action, resource);
    alice_may(arena_printf(&client.arena, "%s%s", others, is_arn ? elsewhere : ""));
}

static json_t *authorize(struct captured *one)
{
    const char *signed_for = text_of(one->line, "signed");
    bool is_s3 = strcmp(signed_for, "s3") == 0;
    struct request *rq = &one->request;
    sign(rq, NULL, signed_for, is_s3 ? "UNSIGNED-PAYLOAD" : NULL);
    return show(rq, true);
}

static bool is_written(const json_t *written, const char *permission)
{
    size_t i;
    json_t *each;
    json_array_foreach(written, i, each)
    {
        if (strcmp(json_string_value(each), permission) == 0)
            return true;
    }
    return false;
}

/* Nothing but the permissions of the page is asked for, and all of them. */
static void check_page(struct captured *one)
{
    json_t *answer = authorize(one), *each;
    const json_t *decisions = json_object_get(answer, "decisions");
    size_t i, n = 0;
    if (strcmp(text_of(answer, "decision"), "Allow") != 0)
        problem(one, json_dumps(answer, 0));
    json_array_foreach(decisions, i, each)
    {
        const char *permission = arena_printf(&client.arena, "%s %s", text_of(each, "action"),
                                              text_of(each, "resource"));
        if (json_is_true(json_object_get(each, "hint")))
            continue;
        n++;
        if (!is_written(one->permissions, permission))
            problem(one, arena_printf(&client.arena, "needs %s", permission));
    }
    if (n != json_array_size(one->permissions))
        problem(one, arena_printf(&client.arena, "%zu permissions instead of %s", n,
                                  json_dumps(one->permissions, 0)));
    json_decref(answer);
}

static void check_answer(const struct captured *one, const json_t *answer)
{
    const json_t *expected = json_object_get(one->line, "answer");
    const json_t *refusal = json_object_get(answer, "refusal");
    if (!expected || !json_is_object(refusal))
        return;
    const char *code = json_string_value(json_array_get(expected, 1));
    const char *text = json_dumps(refusal, 0);
    if (!json_equal(json_array_get(expected, 0), json_object_get(refusal, "status")))
        problem(one, arena_printf(&client.arena, "another status: %s", text));
    if (!strstr(text, code))
        problem(one, arena_printf(&client.arena, "no %s: %s", code, text));
}

/* The denial that was quoted is made, word for word. */
static void check_denial(struct captured *one)
{
    const json_t *denied = json_object_get(one->line, "denied");
    const char *action = json_string_value(json_array_get(denied, 0));
    const char *resource = json_string_value(json_array_get(denied, 1));
    may_all_but(action, resource);
    json_t *answer = authorize(one);
    const char *message = text_of(answer, "message");
    const char *sentence =
        arena_printf(&client.arena, "User: " ALICE " is not authorized to perform: %s",
                     text_of(one->line, "sentence"));
    const char *at = strstr(message, sentence),
               *reason = " because no identity-based policy allows";
    bool has_reason = strstr(sentence, reason) != NULL;
    if (!at || (!has_reason && strncmp(at + strlen(sentence), reason, strlen(reason)) != 0))
        problem(one, arena_printf(&client.arena, "says %s\n  instead of %s", message, sentence));
    check_answer(one, answer);
    json_decref(answer);
}

static struct captured_list list;

static void begin(void)
{
    box_start(NULL, "{'Effect':'Allow','Action':'*','Resource':'*'}");
    list = captured_read(&client.arena, "aws_pages.jsonl");
    problems.n = 0;
    problems.text = buf_new(&client.arena, 0);
}

static void end(void)
{
    fputs(buf_text(&problems.text), stdout); /* check has little room for messages */
    ck_assert_uint_eq(problems.n, 0);
    box_stop();
}

START_TEST(needs_what_the_pages_say)
{
    size_t n = 0;
    for (size_t i = 0; i < list.n; i++) {
        if (list.v[i].permissions) {
            check_page(&list.v[i]);
            n++;
        }
    }
    ck_assert_uint_ge(n, LEAST_PAGES);
}
END_TEST

START_TEST(refuses_as_aws_has_refused)
{
    size_t n = 0;
    for (size_t i = 0; i < list.n; i++) {
        if (!list.v[i].permissions) {
            check_denial(&list.v[i]);
            n++;
        }
    }
    ck_assert_uint_ge(n, LEAST_DENIALS);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("authorize_aws");
    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_test(tcase, needs_what_the_pages_say);
    tcase_add_test(tcase, refuses_as_aws_has_refused);
    return suite_run("authorize_aws", tcase);
}
