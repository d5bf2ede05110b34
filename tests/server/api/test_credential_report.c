/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Credential reports of many users: complete, in order, byte for byte the same until they expire;
 * what others are told while one is being made; and what a reset and a failed one leave behind.
 */
#include "authn/reports.h"
#include "call/response.h"
#include "iam_api.h"
#include "queries.h"
#include "support/client.h"
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
    for (int i = 0; i < USERS; i++)
        ck_assert_int_eq(
            post(arena_printf(&client.arena, "CreateUser&UserName=user-%d", USERS + i)).status,
            200);
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

START_TEST(test_in_progress)
{
    struct reports *reports = client.server->sandbox->reports;
    uint64_t claim = reports_claim(reports, STR(ACCOUNT));
    ck_assert(claim != 0);
    ck_assert_uint_eq(reports_claim(reports, STR(ACCOUNT)), 0);
    generate("INPROGRESS");
    get(404, "ReportInProgress");
    reports_release(reports, STR(ACCOUNT), claim + 1); /* somebody else's */
    ck_assert(reports_renew(reports, STR(ACCOUNT), claim));
    reports_release(reports, STR(ACCOUNT), claim);
    ck_assert(!reports_renew(reports, STR(ACCOUNT), claim));
    get(410, "ReportNotPresent");
    generate("STARTED");
    ck_assert(!reports_claimed(reports, STR(ACCOUNT)));
    ck_assert_uint_eq(lines_of(content()), 2);
}
END_TEST

/* While the server stops, nobody waits for a report. */
START_TEST(test_stopped)
{
    atomic_store(&client.server->sandbox->stopping, true);
    ck_assert_int_eq(post("GenerateCredentialReport").status, 503);
    atomic_store(&client.server->sandbox->stopping, false);
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
    struct iam_generate_credential_report_in in = {0};
    struct call c = {.arena = &client.arena, .sandbox = sandbox, .account = ACCOUNT};
    struct report_part_row_list parts;
    struct tx tx;
    ck_assert_int_eq(iam_generate_credential_report_prove(&c, &in), CALL_AGAIN);
    ck_assert_int_eq(iam_generate_credential_report_prove(&c, &in), CALL_AGAIN);
    ck_assert_int_eq(store_begin(sandbox->store, true, &client.arena, &tx), OK);
    ck_assert_int_eq(taken_away[_i](&tx), OK);
    ck_assert_int_eq(store_end(&tx, true), OK);
    ck_assert_int_eq(iam_generate_credential_report_prove(&c, &in), ERR_INVALID_CLIENT_TOKEN_ID);
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
    tcase_add_test(tests, test_stopped);
    tcase_add_test(tests, test_reset);
    tcase_add_loop_test(tests, test_account_taken_away, 0, ARRAY_LEN(taken_away));
    return suite_run("credential_report", tests);
}
