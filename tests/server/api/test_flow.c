/* SPDX-License-Identifier: Apache-2.0 */
/* A request in pieces: where its stages go on, and what becomes of it when others come between. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "support/client.h"
#include "support/suite.h"

#define IAM "Version=2010-05-08&Action="

static struct client client;
static char directory[64];
static int gone_on;

static void setup(void)
{
    directory[0] = '\0';
    client_start(&client, NULL);
}

/* From now on with a directory. */
static void keep(void)
{
    client_stop(&client);
    const char *tmp = getenv("TMPDIR");
    snprintf(directory, sizeof directory, "%.40s/flow-XXXXXX", tmp ? tmp : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(directory));
    client_start(&client, (const char *const[]){"--data", directory, NULL});
}

static void teardown(void)
{
    static const char *const files[] = {"iam-local.db", "iam-local.db-shm", "iam-local.db-wal",
                                        "iam-local.lock"};
    client_stop(&client);
    for (size_t i = 0; i < ARRAY_LEN(files) && *directory; i++) {
        char path[96];
        snprintf(path, sizeof path, "%s/%s", directory, files[i]);
        unlink(path);
    }
    ck_assert(!*directory || rmdir(directory) == 0);
}

static void go(struct flow *f UNUSED)
{
    gone_on++;
}

static struct flow *begin_form(const char *service, const char *form)
{
    const struct signer signer = client_signer(&client, NULL, service);
    struct request *rq = sign_form(&client.arena, &signer, form);
    rq->source_ip = "127.0.0.1";
    rq->loopback = true;
    struct flow *f = pipeline_begin(client.server, &client.arena, rq);
    f->go = go;
    return f;
}

static struct flow *begin_own(const char *method, const char *path, struct str body)
{
    static const struct request_header host = {{"Host", 4}, {"localhost", 9}};
    struct request *rq = NEW(&client.arena, struct request);
    *rq = (struct request){.method = str_of(method),
                           .path = str_of(path),
                           .headers = &host,
                           .n_headers = 1,
                           .body = body,
                           .source_ip = "127.0.0.1",
                           .loopback = true};
    struct flow *f = pipeline_begin(client.server, &client.arena, rq);
    f->go = go;
    return f;
}

/* From wherever it is up to its end. */
static void finish(struct flow *f)
{
    enum place place = pipeline_place(f);
    while (place == PLACE_SERVE || place == PLACE_POOL)
        place = pipeline_go_on(f, place);
}

static void expect_status(const struct flow *f, int status)
{
    ck_assert_int_eq(pipeline_place(f), PLACE_DONE);
    ck_assert_msg(f->response.status == status, "%d, not %d: %.*s", f->response.status, status,
                  STR_FMT(f->response.body));
}

START_TEST(test_places)
{
    static const struct {
        const char *service, *form;
        enum place place;
    } rows[] = {
        {"iam", IAM "GetUser", PLACE_DONE},
        {"iam", IAM "CreateUser&UserName=alice", PLACE_DONE},
        {"iam", IAM "ListUsers&MaxItems=200", PLACE_DONE},
        {"iam", IAM "ListUsers&MaxItems=201", PLACE_POOL},
        {"iam", IAM "GetAccountAuthorizationDetails", PLACE_POOL},
        {"iam", IAM "CreateVirtualMFADevice&VirtualMFADeviceName=x", PLACE_POOL},
        {"sts", "Version=2011-06-15&Action=GetCallerIdentity", PLACE_DONE},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct flow *f = begin_form(rows[i].service, rows[i].form);
        ck_assert_msg(pipeline_go_on(f, PLACE_SERVE) == rows[i].place, "%s", rows[i].form);
        finish(f);
        expect_status(f, 200);
    }
}
END_TEST

/* Two codes that a device shows so many steps from now. */
static const char *with_codes(const char *action, const char *seed, int64_t steps)
{
    return arena_printf(&client.arena,
                        IAM "%s&UserName=alice&SerialNumber=arn:aws:iam::123456789012:mfa/x"
                            "&AuthenticationCode1=%s&AuthenticationCode2=%s",
                        action, client_mfa_code(&client, seed, steps),
                        client_mfa_code(&client, seed, steps + 1));
}

/* Codes are looked for in the pool, and are good once all the same. */
START_TEST(test_codes_are_taken_once)
{
    client_post(&client, NULL, "iam", IAM "CreateUser&UserName=alice");
    struct response made =
        client_post(&client, NULL, "iam", IAM "CreateVirtualMFADevice&VirtualMFADeviceName=x");
    const char *seed = client_element(&client, &made, "Base32StringSeed");
    const char *enable = with_codes("EnableMFADevice", seed, 0);
    const char *resync = with_codes("ResyncMFADevice", seed, 100);
    ck_assert_int_eq(client_post(&client, NULL, "iam", enable).status, 200);
    struct flow *flows[] = {begin_form("iam", resync), begin_form("iam", resync)};
    for (size_t i = 0; i < ARRAY_LEN(flows); i++) {
        ck_assert_int_eq(pipeline_go_on(flows[i], PLACE_SERVE), PLACE_POOL);
        ck_assert_int_eq(pipeline_go_on(flows[i], PLACE_POOL), PLACE_SERVE);
    }
    finish(flows[0]);
    expect_status(flows[0], 200);
    finish(flows[1]);
    expect_status(flows[1], 403);
}
END_TEST

/* Its signature is checked and its form taken apart where nobody waits for that. */
START_TEST(test_large_bodies_are_read_in_the_pool)
{
    enum { FEW = 16 * 1024, MANY = FEW + 1 };
    for (size_t size = FEW; size <= MANY; size++) {
        char *form = arena_printf(&client.arena, "%s%*d", IAM "GetUser&Odd=", (int)size, 1);
        form[size] = '\0';
        memset(strchr(form, ' '), '1', strspn(strchr(form, ' '), " "));
        struct flow *f = begin_form("iam", form);
        ck_assert_uint_eq(f->call.rq->body.n, size);
        ck_assert_int_eq(pipeline_go_on(f, PLACE_SERVE), size == FEW ? PLACE_DONE : PLACE_POOL);
        finish(f);
        expect_status(f, 200);
    }
}
END_TEST

/* A reset waits for who is inside, and others wait for it. */
START_TEST(test_reset_waits_and_lets_others_wait)
{
    struct flow *inside = begin_form("iam", IAM "GetAccountAuthorizationDetails");
    struct flow *reset = begin_own("POST", "/_iam-local/reset", STR(""));
    struct flow *later = begin_form("iam", IAM "GetUser&UserName=alice");
    gone_on = 0;
    ck_assert_int_eq(client_post(&client, NULL, "iam", IAM "CreateUser&UserName=alice").status,
                     200);
    ck_assert_int_eq(pipeline_go_on(inside, PLACE_SERVE), PLACE_POOL);
    ck_assert_int_eq(pipeline_go_on(reset, PLACE_SERVE), PLACE_GATE);
    ck_assert(pipeline_await(reset));
    ck_assert_int_eq(pipeline_go_on(later, PLACE_SERVE), PLACE_GATE);
    finish(inside);
    expect_status(inside, 200);
    ck_assert_int_eq(gone_on, 1);
    ck_assert_int_eq(pipeline_go_on(reset, PLACE_SERVE), PLACE_POOL);
    ck_assert_int_eq(pipeline_go_on(reset, PLACE_POOL), PLACE_DONE);
    expect_status(reset, 200);
    ck_assert(!pipeline_await(later)); /* it was let in before it came to the gate */
    ck_assert_int_eq(pipeline_go_on(later, PLACE_SERVE), PLACE_DONE);
    expect_status(later, 404);
}
END_TEST

enum { LINES = 4000 }; /* which take more than a slice */

static struct flow *begin_evaluate(void)
{
    static const char line[] =
        "{\"principal\": \"arn:aws:iam::123456789012:user/alice\", \"action\": \"s3:GetObject\", "
        "\"identity_policies\": [{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\", "
        "\"Resource\": \"*\"}}], \"resource\": \"arn:aws:s3:::a/b\"}\n";
    struct buf body = buf_new(&client.arena, LINES * sizeof line);
    for (int i = 0; i < LINES; i++)
        buf_add_text(&body, line);
    struct flow *f = begin_own("POST", "/_iam-local/evaluate", buf_str(&body));
    ck_assert_int_eq(pipeline_go_on(f, PLACE_SERVE), PLACE_POOL);
    return f;
}

/* What takes long comes back to its place until it is done. */
START_TEST(test_evaluate_runs_in_slices)
{
    struct flow *f = begin_evaluate();
    int slices = 0;
    while (pipeline_go_on(f, PLACE_POOL) == PLACE_POOL)
        slices++;
    finish(f);
    expect_status(f, 200);
    ck_assert_int_gt(slices, 0);
    int allowed = 0;
    for (struct str rest = f->response.body; rest.p;)
        allowed += strstr(str_dup(&client.arena, str_cut(&rest, '\n')), "\"Allow\"") != NULL;
    ck_assert_int_eq(allowed, LINES);
}
END_TEST

START_TEST(test_who_goes_away_leaves_the_sandbox)
{
    struct flow *f = begin_form("iam", IAM "GetAccountAuthorizationDetails");
    ck_assert_int_eq(pipeline_go_on(f, PLACE_SERVE), PLACE_POOL);
    pipeline_abandon(f);
    ck_assert_int_eq(client_ask(&client, "POST", "/_iam-local/reset", NULL, 0, STR("")).status,
                     200);
}
END_TEST

/* No line is said to be too much work that was not looked at. */
START_TEST(test_evaluate_while_the_server_stops)
{
    struct flow *f = begin_evaluate();
    ck_assert_int_eq(pipeline_go_on(f, PLACE_POOL), PLACE_POOL);
    server_stop(client.server);
    finish(f);
    expect_status(f, 503);
}
END_TEST

/* What was held between two slices is given back with the memory of the request: the leak
   sanitizer finds what is not. */
START_TEST(test_abandoned_between_slices)
{
    struct flow *f = begin_evaluate();
    ck_assert_int_eq(pipeline_go_on(f, PLACE_POOL), PLACE_POOL);
    ck_assert_ptr_nonnull(f->call.progress);
    pipeline_abandon(f);
}
END_TEST

START_TEST(test_no_place_is_service_unavailable)
{
    struct flow *f = begin_form("iam", IAM "GetAccountAuthorizationDetails");
    ck_assert_int_eq(pipeline_go_on(f, PLACE_SERVE), PLACE_POOL);
    pipeline_give_up(f);
    ck_assert_int_eq(pipeline_go_on(f, PLACE_SERVE), PLACE_DONE);
    expect_status(f, 503);
}
END_TEST

static struct flow *begin_write(const char *form)
{
    struct flow *f = begin_form("iam", form);
    ck_assert_int_eq(pipeline_go_on(f, PLACE_SERVE), PLACE_WRITE);
    return f;
}

/* Each sees what those before it did, and one that is refused takes nothing with it. */
START_TEST(test_writes_in_one_commit)
{
    keep();
    struct flow *flows[] = {
        begin_write(IAM "CreateUser&UserName=alice"),
        begin_write(IAM "CreateUser&UserName=ALICE"),
        begin_write(IAM "DeleteUser&UserName=nobody"),
        begin_write(IAM "CreateAccessKey&UserName=alice"),
    };
    static const int status[] = {200, 409, 404, 200};
    for (size_t i = 0; i + 1 < ARRAY_LEN(flows); i++)
        flows[i]->next = flows[i + 1];
    pipeline_write(flows[0]);
    for (size_t i = 0; i < ARRAY_LEN(flows); i++) {
        ck_assert_int_eq(pipeline_go_on(flows[i], PLACE_SERVE), PLACE_DONE);
        expect_status(flows[i], status[i]);
    }
    ck_assert_int_eq(client_post(&client, NULL, "iam", IAM "GetUser&UserName=alice").status, 200);
}
END_TEST

/* What was let go on before the commit is told as it was then: not at all. */
START_TEST(test_a_failed_commit_fails_all)
{
    keep();
    struct flow *made = begin_write(IAM "CreateUser&UserName=alice");
    struct flow *refused = begin_write(IAM "DeleteUser&UserName=nobody");
    const char *file = arena_printf(&client.arena, "%s/iam-local.db", directory);
    made->next = refused;
    ck_assert_int_eq(unlink(file), 0);
    pipeline_write(made);
    ck_assert_int_eq(pipeline_go_on(made, PLACE_SERVE), PLACE_POOL); /* to look what happened */
    finish(made);
    finish(refused);
    expect_status(made, 500);
    expect_status(refused, 500);
}
END_TEST

/* What one sandbox has been told by an issuer the others do not know. */
START_TEST(test_sandboxes_fetch_for_themselves)
{
    struct sandbox other = {.name = "other"};
    const char *issuer = "https://idp.example.com";
    struct flow f = {.call = {.sandbox = client.server->sandbox, .wanted = issuer}};
    struct flow same = f, elsewhere = f;
    elsewhere.call.sandbox = &other;
    ck_assert(pipeline_turn(&f, PLACE_FETCH) == pipeline_turn(&same, PLACE_FETCH));
    ck_assert(pipeline_turn(&f, PLACE_FETCH) != pipeline_turn(&elsewhere, PLACE_FETCH));
}
END_TEST

static void own(const char *method, const char *path, int status)
{
    ck_assert_int_eq(client_ask(&client, method, path, NULL, 0, STR("")).status, status);
}

#define ISSUER "https://idp.example.com"
#define PROVIDER IAM "CreateOpenIDConnectProvider&ClientIDList.member.1=app&Url=" ISSUER

/* A request that waits for the keys of an issuer, in the sandbox of this PREFIX. */
static struct flow *begin_fetch(const char *prefix)
{
    const char *token =
        client_token(&client, STR("{\"iss\": \"" ISSUER
                                  "\", \"aud\": \"app\", \"iat\": 1, \"exp\": 9999999999}"));
    own("POST", "/_iam-local/reset", 200); /* and it is not signed here any more */
    const struct signer iam = client_signer(&client, NULL, "iam");
    const struct signer sts = client_signer(&client, NULL, "sts");
    struct request *made = sign_form_to(&client.arena, &iam, prefix, PROVIDER);
    ck_assert_int_eq(client_send(&client, made).status, 200);
    struct request *rq = sign_form_to(
        &client.arena, &sts, prefix,
        arena_printf(&client.arena,
                     "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn="
                     "arn:aws:iam::123456789012:role/r&RoleSessionName=ci&WebIdentityToken=%s",
                     token));
    rq->source_ip = "127.0.0.1";
    rq->loopback = true;
    struct flow *f = pipeline_begin(client.server, &client.arena, rq);
    f->go = go;
    ck_assert_int_eq(pipeline_go_on(f, PLACE_SERVE), PLACE_POOL);
    ck_assert_int_eq(pipeline_go_on(f, PLACE_POOL), PLACE_FETCH);
    return f;
}

static void expect_refusal(struct flow *f, int status, const char *part)
{
    pipeline_fetched(f);
    finish(f);
    expect_status(f, status);
    ck_assert_ptr_nonnull(strstr(str_dup(&client.arena, f->response.body), part));
}

/* Issuers take their time; nobody else waits for them, and what was seen before is looked up once
   more. */
START_TEST(test_reset_waits_for_no_issuer)
{
    struct flow *f = begin_fetch("");
    const char *id = f->call.request_id;
    own("POST", "/_iam-local/reset", 200);
    expect_refusal(f, 400, "No OpenIDConnect provider found");
    ck_assert_str_eq(client_header(&f->response, "x-amzn-requestid"), id);
}
END_TEST

START_TEST(test_deletion_waits_for_no_issuer)
{
    own("PUT", "/_iam-local/sandboxes/w1", 201);
    struct flow *f = begin_fetch("/_sandbox/w1");
    own("DELETE", "/_iam-local/sandboxes/w1", 200);
    expect_refusal(f, 404, "NoSuchSandbox");
}
END_TEST

/* Who comes back while the sandbox is reset waits at its gate as others do. */
START_TEST(test_back_in_the_middle_of_a_reset)
{
    struct flow *f = begin_fetch("");
    struct flow *reset = begin_own("POST", "/_iam-local/reset", STR(""));
    ck_assert_int_eq(pipeline_go_on(reset, PLACE_SERVE), PLACE_POOL);
    pipeline_fetched(f);
    ck_assert_int_eq(pipeline_place(f), PLACE_POOL);
    ck_assert_int_eq(pipeline_go_on(f, PLACE_POOL), PLACE_GATE);
    ck_assert(pipeline_await(f));
    gone_on = 0;
    finish(reset);
    expect_status(reset, 200);
    ck_assert_int_eq(gone_on, 1);
    finish(f);
    expect_status(f, 400);
}
END_TEST

START_TEST(test_abandoned_while_something_is_fetched)
{
    pipeline_abandon(begin_fetch(""));
    own("POST", "/_iam-local/reset", 200);
}
END_TEST

/* Requests that need nothing of their sandbox are not waited for when it is deleted. */
START_TEST(test_apart_from_what_is_deleted)
{
    own("PUT", "/_iam-local/sandboxes/w1", 201);
    struct flow *f = begin_own("POST", "/_sandbox/w1/_iam-local/evaluate", STR("{}"));
    ck_assert_int_eq(pipeline_go_on(f, PLACE_SERVE), PLACE_POOL);
    own("DELETE", "/_iam-local/sandboxes/w1", 200);
    finish(f);
    expect_status(f, 400);
}
END_TEST

/* What may have to wait for the writer of a directory waits in the pool. */
START_TEST(test_health_looks_at_files_in_the_pool)
{
    keep();
    struct flow *f = begin_own("GET", "/_iam-local/health", STR(""));
    ck_assert_int_eq(pipeline_go_on(f, PLACE_SERVE), PLACE_POOL);
    finish(f);
    expect_status(f, 200);
}
END_TEST

START_TEST(test_accounts_of_anybody_are_made_in_the_pool)
{
    static const struct client_key other = {"222222222222", "anything", NULL};
    keep();
    atomic_store(&client.server->sandbox->enforcement, ENFORCE_OFF);
    for (int known = 0; known < 2; known++) {
        const struct signer signer = client_signer(&client, &other, "iam");
        struct request *rq = sign_form(&client.arena, &signer, IAM "GetUser");
        rq->source_ip = "127.0.0.1";
        rq->loopback = true;
        struct flow *f = pipeline_begin(client.server, &client.arena, rq);
        ck_assert_int_eq(pipeline_go_on(f, PLACE_SERVE), known ? PLACE_DONE : PLACE_POOL);
        finish(f);
        expect_status(f, 200);
    }
}
END_TEST

START_TEST(test_a_failed_deletion_ends_in_the_pool)
{
    own("PUT", "/_iam-local/sandboxes/w1", 201);
    struct flow *f = begin_own("DELETE", "/_iam-local/sandboxes/w1", STR(""));
    struct request *odd = NEW(&client.arena, struct request);
    *odd = *f->call.rq;
    odd->query = STR("odd=1");
    f->call.rq = odd;
    ck_assert_int_eq(pipeline_go_on(f, PLACE_SERVE), PLACE_POOL);
    finish(f);
    expect_status(f, 400);
    own("GET", "/_iam-local/sandboxes/w1", 404);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("flow");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_places);
    tcase_add_test(tc, test_codes_are_taken_once);
    tcase_add_test(tc, test_large_bodies_are_read_in_the_pool);
    tcase_add_test(tc, test_reset_waits_and_lets_others_wait);
    tcase_add_test(tc, test_evaluate_runs_in_slices);
    tcase_add_test(tc, test_who_goes_away_leaves_the_sandbox);
    tcase_add_test(tc, test_evaluate_while_the_server_stops);
    tcase_add_test(tc, test_abandoned_between_slices);
    tcase_add_test(tc, test_no_place_is_service_unavailable);
    tcase_add_test(tc, test_writes_in_one_commit);
    tcase_add_test(tc, test_a_failed_commit_fails_all);
    tcase_add_test(tc, test_sandboxes_fetch_for_themselves);
    tcase_add_test(tc, test_apart_from_what_is_deleted);
    tcase_add_test(tc, test_health_looks_at_files_in_the_pool);
    tcase_add_test(tc, test_accounts_of_anybody_are_made_in_the_pool);
    tcase_add_test(tc, test_a_failed_deletion_ends_in_the_pool);
    tcase_add_test(tc, test_reset_waits_for_no_issuer);
    tcase_add_test(tc, test_deletion_waits_for_no_issuer);
    tcase_add_test(tc, test_back_in_the_middle_of_a_reset);
    tcase_add_test(tc, test_abandoned_while_something_is_fetched);
    return suite_run("flow", tc);
}
