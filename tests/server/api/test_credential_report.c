/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Credential reports of many users: complete, in order, byte for byte the same until they expire;
 * what others are told while one is being made; and what a reset and a failed one leave behind.
 */
#include "authn/reports.h"
#include "call/response.h"
#include "queries.h"
#include "server/api/pipeline.h"
#include "support/client.h"
#include "support/sign.h"
#include "support/suite.h"

#define IAM "Version=2010-05-08&Action="
#define ACCOUNT "123456789012"

enum { USERS = 1100, FRESH = 4 * 60 * 60 };

static struct client client;

static void start(void)
{
    client_start(&client, (const char *[]){"--quota", "Users=5000", NULL});
}

static void stop(void)
{
    client_stop(&client);
}

static struct response post(const char *form)
{
    return client_post(&client, NULL, "iam", arena_printf(&client.arena, IAM "%s", form));
}

static void generate(const char *state)
{
    struct response response = post("GenerateCredentialReport");
    ck_assert_int_eq(response.status, 200);
    ck_assert_str_eq(client_element(&client, &response, "State"), state);
}

static void get(int status, const char *code)
{
    struct response response = post("GetCredentialReport");
    ck_assert_int_eq(response.status, status);
    ck_assert_str_eq(client_element(&client, &response, "Code"), code);
    ck_assert_ptr_null(client_element(&client, &response, "Message"));
}

static struct str content(void)
{
    struct response response = post("GetCredentialReport");
    struct buf b = buf_new(&client.arena, 1 << 20);
    ck_assert_int_eq(response.status, 200);
    ck_assert(buf_base64_decode(&b, str_of(client_element(&client, &response, "Content"))));
    return buf_str(&b);
}

static void advance(int64_t seconds)
{
    struct clock *clock = &client.server->sandbox->clock;
    clock_freeze(clock, clock_now(clock) + seconds);
}

static void create_users(int n)
{
    for (int i = 0; i < n; i++)
        ck_assert_int_eq(
            post(arena_printf(&client.arena, "CreateUser&UserName=user-%d", USERS + i)).status,
            200);
}

static size_t lines_of(struct str text)
{
    size_t n = 0;
    for (; text.p; n++)
        str_cut(&text, '\n');
    return n;
}

/* Several slices, and several parts. */
START_TEST(test_many_users)
{
    create_users(USERS);
    generate("STARTED");
    struct str text = content(), rest = text;
    ck_assert_uint_eq(lines_of(text), USERS + 2);
    ck_assert(str_is(str_cut(&(struct str){text.p, text.n}, ','), "user"));
    str_cut(&rest, '\n');
    ck_assert(
        str_starts(str_cut(&rest, '\n'), STR("<root_account>,arn:aws:iam::" ACCOUNT ":root,")));
    for (int i = 0; i < USERS; i++) {
        struct str line = str_cut(&rest, '\n');
        struct str name = str_of(arena_printf(&client.arena, "user-%d,", USERS + i));
        ck_assert(str_starts(line, name));
    }
    post("DeleteUser&UserName=user-1100");
    advance(FRESH - 1);
    generate("COMPLETE");
    ck_assert(str_eq(content(), text));
    advance(1);
    get(410, "ReportExpired");
    generate("STARTED");
    ck_assert_uint_eq(lines_of(content()), USERS + 1);
}
END_TEST

/* Answered, and what is left to do has not begun. */
static struct flow *begin(const char *form)
{
    const struct signer signer = client_signer(&client, NULL, "iam");
    struct request *rq =
        sign_form(&client.arena, &signer, arena_printf(&client.arena, IAM "%s", form));
    rq->source_ip = "127.0.0.1";
    rq->loopback = true;
    struct flow *f = pipeline_begin(client.server, &client.arena, rq);
    ck_assert_int_eq(pipeline_go_on(f, PLACE_SERVE), PLACE_DONE);
    ck_assert_str_eq(client_element(&client, &f->response, "State"), "STARTED");
    ck_assert_ptr_nonnull(f->rest);
    return f->rest;
}

/* How many slices it takes; BEFORE each. */
static int finish(struct flow *rest, void (*before)(void))
{
    int slices = 0;
    for (; pipeline_place(rest) == PLACE_POOL; slices++) {
        before();
        pipeline_go_on(rest, PLACE_POOL);
    }
    ck_assert_int_eq(pipeline_place(rest), PLACE_DONE);
    pipeline_abandon(rest);
    return slices;
}

static void is_in_progress(void)
{
    generate("INPROGRESS");
    get(404, "ReportInProgress");
}

START_TEST(test_in_progress)
{
    create_users(USERS);
    ck_assert_int_gt(finish(begin("GenerateCredentialReport"), is_in_progress), 5);
    generate("COMPLETE");
    ck_assert_uint_eq(lines_of(content()), USERS + 2);
    advance(FRESH);
    get(410, "ReportExpired");
    finish(begin("GenerateCredentialReport"), is_in_progress);
    generate("COMPLETE");
}
END_TEST

/* Nobody makes it any more: the next one begins anew. */
START_TEST(test_given_up)
{
    struct flow *rest = begin("GenerateCredentialReport");
    pipeline_go_on(rest, PLACE_POOL);
    pipeline_give_up(rest);
    ck_assert_int_eq(pipeline_place(rest), PLACE_DONE);
    pipeline_abandon(rest);
    get(410, "ReportNotPresent");
    generate("STARTED");
    ck_assert_uint_eq(lines_of(content()), 2);
}
END_TEST

static void stop_server(void)
{
    atomic_store(&client.server->sandbox->stopping, true);
}

START_TEST(test_stopped)
{
    ck_assert_int_eq(finish(begin("GenerateCredentialReport"), stop_server), 1);
    atomic_store(&client.server->sandbox->stopping, false);
    get(410, "ReportNotPresent");
    generate("STARTED");
}
END_TEST

START_TEST(test_reset)
{
    generate("STARTED");
    struct response response = client_ask(&client, "POST", "/_iam-local/reset", NULL, 0, STR(""));
    ck_assert_int_eq(response.status, 200);
    get(410, "ReportNotPresent");
    generate("STARTED");
}
END_TEST

/* What takes the account away between two slices. */
static int close_account(struct tx *tx)
{
    return q_account_close(tx, &(struct q_account_close){.id = ACCOUNT, .now = 1});
}

static int delete_account(struct tx *tx)
{
    return q_purge_account(tx, &(struct q_purge_account){.id = ACCOUNT});
}

static int (*const taken_away[])(struct tx *tx) = {close_account, delete_account};

START_TEST(test_account_taken_away)
{
    struct sandbox *sandbox = client.server->sandbox;
    struct flow *rest = begin("GenerateCredentialReport");
    struct report_part_row_list parts;
    struct tx tx;
    ck_assert_int_eq(pipeline_go_on(rest, PLACE_POOL), PLACE_POOL);
    ck_assert_int_eq(store_begin(sandbox->store, true, &client.arena, &tx), OK);
    ck_assert_int_eq(taken_away[_i](&tx), OK);
    ck_assert_int_eq(store_end(&tx, true), OK);
    ck_assert_int_eq(pipeline_go_on(rest, PLACE_POOL), PLACE_DONE);
    pipeline_abandon(rest);
    ck_assert(!reports_claimed(sandbox->reports, STR(ACCOUNT)));
    ck_assert_int_eq(store_begin(sandbox->store, false, &client.arena, &tx), OK);
    ck_assert_int_eq(q_report_part_page(&tx, &(struct q_report_part_page){ACCOUNT, 0, 9}, &parts),
                     OK);
    ck_assert_uint_eq(parts.n, 0);
    ck_assert_int_eq(store_end(&tx, true), OK);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("credential_report");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, start, stop);
    tcase_add_test(tests, test_many_users);
    tcase_add_test(tests, test_in_progress);
    tcase_add_test(tests, test_given_up);
    tcase_add_test(tests, test_stopped);
    tcase_add_test(tests, test_reset);
    tcase_add_loop_test(tests, test_account_taken_away, 0, ARRAY_LEN(taken_away));
    return suite_run("credential_report", tests);
}
