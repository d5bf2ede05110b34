/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts that an organization makes, closes and invites, as far as the clock counts: what AWS
   does in the background, and what is left of them 90 days after. */
#include "support/client.h"
#include "support/suite.h"

#define STRANGER "210987654321"

enum { DAY = 24 * 3600 };

static struct client client;
static struct client_key stranger;

static struct str done(const struct client_key *as, const char *op, const char *body)
{
    struct response response = client_organizations(&client, as, op, body);
    ck_assert_msg(response.status == 200, "%s: %.*s", op, STR_FMT(response.body));
    return response.body;
}

static bool has(struct str body, const char *words)
{
    return memmem(body.p, body.n, words, strlen(words)) != NULL;
}

static void pass(int64_t seconds)
{
    struct clock *clock = &client.server->sandbox->clock;
    clock_freeze(clock, clock_now(clock) + seconds);
}

/* The member of that name whose text begins so. */
static const char *id_of(struct str body, const char *name, const char *prefix)
{
    const char *begin = arena_printf(&client.arena, "\"%s\":\"%s", name, prefix);
    const char *at = memmem(body.p, body.n, begin, strlen(begin));
    ck_assert_ptr_nonnull(at);
    at += strlen(begin) - strlen(prefix);
    return arena_strndup(&client.arena, at, strcspn(at, "\""));
}

static const char *create(const char *name)
{
    return id_of(
        done(NULL, "CreateAccount",
             arena_printf(&client.arena, "{\"Email\":\"%s@example.com\",\"AccountName\":\"%s\"}",
                          name, name)),
        "Id", "car-");
}

static struct str status_of(const char *request)
{
    return done(NULL, "DescribeCreateAccountStatus",
                arena_printf(&client.arena, "{\"CreateAccountRequestId\":\"%s\"}", request));
}

static const char *created(const char *name)
{
    const char *request = create(name);
    pass(1);
    return id_of(status_of(request), "AccountId", "");
}

static struct response own(const struct client_key *as, const char *task, const char *body)
{
    const struct signer by = client_signer(&client, as, "own");
    struct request rq = {
        .method = STR("POST"),
        .path = str_of(arena_printf(&client.arena, "/_iam-local/account-tasks/%s", task)),
        .body = str_of(body),
        .source_ip = "127.0.0.1"};
    sign_header(&client.arena, &by, &rq);
    return client_send(&client, &rq);
}

static struct client_key key_of(struct response made)
{
    return (struct client_key){client_member(&client, made.body, "access_key_id"),
                               client_member(&client, made.body, "secret_access_key"), NULL};
}

static void start(void)
{
    client_start(&client, NULL);
    struct response made = client_ask(&client, "POST", "/_iam-local/accounts", NULL, 0,
                                      STR("{\"account\":\"" STRANGER "\"}"));
    stranger = key_of(made);
    done(NULL, "CreateOrganization", "{}");
}

static void stop(void)
{
    client_stop(&client);
}

/* However often it is asked for: real time does not count. */
START_TEST(test_nothing_happens_while_the_clock_stands_still)
{
    const char *request = create("dev");
    for (int i = 0; i < 3; i++)
        ck_assert(has(status_of(request), "\"IN_PROGRESS\""));
    pass(1);
    ck_assert(has(status_of(request), "\"SUCCEEDED\""));
}
END_TEST

/* A clock that is let go is a second further here, whatever the time is. */
START_TEST(test_a_running_clock_gets_there)
{
    struct clock *clock = &client.server->sandbox->clock;
    const char *request = create("dev");
    clock_shift(clock, clock_now(clock) + 1 - clock_real());
    ck_assert(has(status_of(request), "\"SUCCEEDED\""));
    const char *account = id_of(status_of(request), "AccountId", "");
    const char *body = arena_printf(&client.arena, "{\"AccountId\":\"%s\"}", account);
    done(NULL, "CloseAccount", body);
    clock_shift(clock, clock_now(clock) + 1 - clock_real());
    ck_assert(has(done(NULL, "DescribeAccount", body), "\"CLOSED\""));
}
END_TEST

/* Nobody knows the password of its root user, who has no keys, either. */
START_TEST(test_nobody_signs_in_as_its_root_user)
{
    const char *account = created("dev");
    struct response response =
        client_ask(&client, "GET", arena_printf(&client.arena, "/_iam-local/accounts/%s", account),
                   NULL, 0, STR(""));
    ck_assert(has(response.body, "\"password\": true"));
    ck_assert(has(response.body, "\"access_keys\": []"));
    response = client_ask(&client, "POST", "/_iam-local/check-password", NULL, 0,
                          STR("{\"email\":\"dev@example.com\",\"password\":\"\"}"));
    ck_assert(has(response.body, "\"wrong\""));
}
END_TEST

START_TEST(test_a_closed_member_is_gone_after_90_days)
{
    const char *account = created("dev");
    const char *body = arena_printf(&client.arena, "{\"AccountId\":\"%s\"}", account);
    done(NULL, "CloseAccount", body);
    pass(90 * DAY - 1);
    server_tick(client.server);
    ck_assert(has(done(NULL, "ListAccounts", "{}"), account));
    ck_assert_int_eq(client_organizations(&client, NULL, "DeleteOrganization", "{}").status, 400);
    pass(1);
    for (int i = 0; i < 3; i++)
        server_tick(client.server);
    ck_assert(!has(done(NULL, "ListAccounts", "{}"), account));
    ck_assert_int_eq(client_organizations(&client, NULL, "DescribeAccount", body).status, 400);
    ck_assert(!has(done(NULL, "ListCreateAccountStatus", "{}"), account));
    done(NULL, "DeleteOrganization", "{}");
}
END_TEST

/* Its number can be had again, and is in no organization then. */
START_TEST(test_what_is_gone_is_no_member)
{
    const char *account = created("dev");
    const char *keys = arena_printf(&client.arena, "/_iam-local/accounts/%s/access-keys", account);
    const struct client_key root = key_of(client_ask(&client, "POST", keys, NULL, 0, STR("{}")));
    done(&root, "DescribeOrganization", "{}");
    done(NULL, "CloseAccount", arena_printf(&client.arena, "{\"AccountId\":\"%s\"}", account));
    pass(90 * DAY);
    for (int i = 0; i < 3; i++)
        server_tick(client.server);
    const char *body = arena_printf(&client.arena, "{\"account\":\"%s\"}", account);
    const struct client_key again =
        key_of(client_ask(&client, "POST", "/_iam-local/accounts", NULL, 0, str_of(body)));
    struct response response = client_organizations(&client, &again, "DescribeOrganization", "{}");
    ck_assert(has(response.body, "AWSOrganizationsNotInUseException"));
}
END_TEST

START_TEST(test_an_organization_goes_with_its_management_account)
{
    const char *account = created("dev");
    const char *body = arena_printf(&client.arena, "{\"AccountId\":\"%s\"}", account);
    done(NULL, "InviteAccountToOrganization",
         "{\"Target\":{\"Id\":\"" STRANGER "\",\"Type\":\"ACCOUNT\"}}");
    ck_assert_int_eq(own(NULL, "close-account", "{\"account\":\"123456789012\"}").status, 400);
    done(NULL, "CloseAccount", body);
    pass(1);
    ck_assert_int_eq(own(NULL, "close-account", "{\"account\":\"123456789012\"}").status, 200);
    ck_assert(has(done(&stranger, "ListHandshakesForAccount", "{}"), "\"INVITE\""));
    pass(91 * DAY);
    for (int i = 0; i < 5; i++)
        server_tick(client.server);
    ck_assert(!has(done(&stranger, "ListHandshakesForAccount", "{}"), "\"INVITE\""));
    done(&stranger, "CreateOrganization", "{}");
    ck_assert(!has(done(&stranger, "ListAccounts", "{}"), account));
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("members");
    tcase_add_checked_fixture(tcase, start, stop);
    tcase_add_test(tcase, test_nothing_happens_while_the_clock_stands_still);
    tcase_add_test(tcase, test_a_running_clock_gets_there);
    tcase_add_test(tcase, test_nobody_signs_in_as_its_root_user);
    tcase_add_test(tcase, test_a_closed_member_is_gone_after_90_days);
    tcase_add_test(tcase, test_what_is_gone_is_no_member);
    tcase_add_test(tcase, test_an_organization_goes_with_its_management_account);
    return suite_run("members", tcase);
}
