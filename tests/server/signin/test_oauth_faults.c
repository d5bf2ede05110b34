/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logins with each statement failing in turn: the answer is a failure of the server, nothing has
 * changed, and the same request with the same proof then succeeds. The linker puts functions of
 * this file before sqlite3_step and log_write.
 */
#include <sqlite3.h>

#include "base/log.h"
#include "signin/oauth_box.h"
#include "support/browser.h"
#include "support/suite.h"

static int steps_to_fault; /* the last of so many steps fails; 0: none will */

int __real_sqlite3_step(sqlite3_stmt *stmt);
int __wrap_sqlite3_step(sqlite3_stmt *stmt);
void __wrap_log_write(const struct log *log, enum log_level level, const char *event,
                      const struct log_field *fields, size_t n);

void __wrap_log_write(const struct log *log UNUSED, enum log_level level UNUSED,
                      const char *event UNUSED, const struct log_field *fields UNUSED,
                      size_t n UNUSED)
{
}

int __wrap_sqlite3_step(sqlite3_stmt *stmt)
{
    if (steps_to_fault > 0 && --steps_to_fault == 0)
        return SQLITE_IOERR;
    return __real_sqlite3_step(stmt);
}

/* Whether there was such a step, and it failed. */
static bool has_failed(void)
{
    bool failed = steps_to_fault == 0;
    steps_to_fault = 0;
    return failed;
}

/* The answer when nothing fails any more. */
static struct response insist(const char *body)
{
    const char *proof = oauth_proof(&box.device);
    for (int step = 1;; step++) {
        steps_to_fault = step;
        struct response answer = oauth_post(JSON, body, proof);
        if (!has_failed()) {
            ck_assert_int_gt(step, 3); /* begin, at least one statement, commit */
            return answer;
        }
        ck_assert_int_eq(answer.status, 500);
        ck_assert_str_eq(client_header(&answer, "x-amzn-errortype"), "InternalServerException");
        ck_assert_str_eq(client_member(&box.client, answer.body, "error"), "server_error");
    }
}

START_TEST(test_code)
{
    const char *code = oauth_code_of_alice();
    struct oauth_gift gift = oauth_given(insist(oauth_with_code(code)));
    ck_assert_str_eq(oauth_caller(&gift), "arn:aws:iam::" ACCOUNT ":user/alice");
    oauth_is_malformed(oauth_ask(oauth_with_code(code)));
}
END_TEST

START_TEST(test_refresh)
{
    struct oauth_gift first = oauth_exchanged();
    struct oauth_gift second = oauth_given(insist(oauth_with_token(first.refresh)));
    struct oauth_gift again = oauth_given(oauth_ask(oauth_with_token(first.refresh)));
    ck_assert_str_eq(again.key_id, second.key_id);
    oauth_given(oauth_ask(oauth_with_token(second.refresh)));
}
END_TEST

/* The page tells of the failure, and the form is sent again. */
START_TEST(test_page)
{
    struct browser alice = browser_signed_in(&box.client, ACCOUNT, "alice");
    const char *form =
        arena_printf(&box.client.arena,
                     "response_type=code&client_id=" OAUTH_SAME_DEVICE
                     "&code_challenge_method=SHA-256&scope=openid&redirect_uri=" CALLBACK
                     "&code_challenge=%s&decision=allow",
                     jwt_digest(&box.client.arena, VERIFIER));
    for (int step = 1;; step++) {
        steps_to_fault = step;
        struct response page = browser_post(&alice, "/v1/authorize/consent", form);
        if (has_failed()) {
            ck_assert_int_eq(page.status, 500);
            continue;
        }
        const char *code = strstr(client_header(&page, "location"), "?code=") + strlen("?code=");
        oauth_given(oauth_ask(oauth_with_code(code)));
        break;
    }
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("oauth_faults");
    tcase_add_checked_fixture(tcase, oauth_start, oauth_stop);
    tcase_add_test(tcase, test_code);
    tcase_add_test(tcase, test_refresh);
    tcase_add_test(tcase, test_page);
    return suite_run("oauth_faults", tcase);
}
