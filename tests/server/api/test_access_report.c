/* SPDX-License-Identifier: Apache-2.0 */
/* Access reports on their way: what is told before they are done, and what ends them early. */
#include "base/cache.h"
#include "call/response.h"
#include "sandbox/sandbox.h"
#include "server/api/pipeline.h"
#include "support/client.h"
#include "support/sign.h"
#include "support/suite.h"

#define IAM "Version=2010-05-08&Action="
#define ALICE "Arn=arn:aws:iam::123456789012:user/alice"
#define JOB "MaxItems=1000&JobId="
#define ALL                                                                                        \
    "%7B%22Statement%22:%7B%22Effect%22:%22Allow%22,%22Action%22:%22*%22,%22Resource%22:%22*%22"   \
    "%7D%7D"

static struct client client;

static struct request *sign(const char *form)
{
    const struct signer signer = client_signer(&client, NULL, "iam");
    struct request *rq =
        sign_form(&client.arena, &signer, arena_printf(&client.arena, IAM "%s", form));
    rq->source_ip = "127.0.0.1";
    rq->loopback = true;
    return rq;
}

static struct response post(const char *form)
{
    return client_send(&client, sign(form));
}

static void start(void)
{
    client_start(&client, NULL);
    ck_assert_int_eq(post("CreateUser&UserName=alice").status, 200);
    ck_assert_int_eq(post("PutUserPolicy&UserName=alice&PolicyName=all&PolicyDocument=" ALL).status,
                     200);
}

static void stop(void)
{
    client_stop(&client);
}

/* Answered at once; the job has not begun. */
static struct flow *begin(const char **ret_id)
{
    struct flow *f = pipeline_begin(client.server, &client.arena,
                                    sign("GenerateServiceLastAccessedDetails&" ALICE));
    ck_assert_int_eq(pipeline_go_on(f, PLACE_SERVE), PLACE_DONE);
    *ret_id = client_element(&client, &f->response, "JobId");
    ck_assert_ptr_nonnull(*ret_id);
    ck_assert_ptr_nonnull(f->rest);
    return f->rest;
}

static int finish(struct flow *rest)
{
    int slices = 0;
    for (; pipeline_place(rest) == PLACE_POOL; slices++)
        pipeline_go_on(rest, PLACE_POOL);
    pipeline_abandon(rest);
    return slices;
}

static struct response get(const char *id, const char *status)
{
    struct response response =
        post(arena_printf(&client.arena, "GetServiceLastAccessedDetails&" JOB "%s", id));
    ck_assert_int_eq(response.status, 200);
    ck_assert_str_eq(client_element(&client, &response, "JobStatus"), status);
    return response;
}

static struct response get_entities(const char *id, const char *status)
{
    struct response response = post(arena_printf(
        &client.arena, "GetServiceLastAccessedDetailsWithEntities&ServiceNamespace=iam&" JOB "%s",
        id));
    ck_assert_int_eq(response.status, 200);
    ck_assert_str_eq(client_element(&client, &response, "JobStatus"), status);
    return response;
}

/* The answer has nothing but these members. */
static void tells_no_more(const struct response *response)
{
    static const char *const absent[] = {"JobType", "JobCompletionDate", "ServicesLastAccessed",
                                         "EntityDetailsList", "Error"};
    for (size_t i = 0; i < ARRAY_LEN(absent); i++)
        ck_assert_ptr_null(strstr(str_dup(&client.arena, response->body), absent[i]));
    ck_assert_ptr_nonnull(client_element(&client, response, "JobCreationDate"));
    ck_assert_str_eq(client_element(&client, response, "IsTruncated"), "false");
}

START_TEST(test_in_progress)
{
    const char *id;
    struct flow *rest = begin(&id);
    for (int i = 0; i < 4; i++) {
        struct response response = get(id, "IN_PROGRESS");
        tells_no_more(&response);
        response = get_entities(id, "IN_PROGRESS");
        tells_no_more(&response);
        ck_assert_int_eq(pipeline_go_on(rest, PLACE_POOL), PLACE_POOL);
    }
    ck_assert_int_gt(finish(rest), 4);
    struct response response = get(id, "COMPLETED");
    ck_assert_str_eq(client_element(&client, &response, "JobType"), "SERVICE_LEVEL");
    ck_assert_ptr_nonnull(client_element(&client, &response, "ServiceNamespace"));
    response = get_entities(id, "COMPLETED");
    ck_assert_str_eq(client_element(&client, &response, "Name"), "alice");
}
END_TEST

static void failed(const char *id, const char *code)
{
    struct response response = get(id, "FAILED");
    ck_assert_str_eq(client_element(&client, &response, "Code"), code);
    ck_assert_ptr_nonnull(client_element(&client, &response, "Message"));
    ck_assert_ptr_nonnull(client_element(&client, &response, "JobCompletionDate"));
    ck_assert_ptr_null(client_element(&client, &response, "JobType"));
}

START_TEST(test_gone_meanwhile)
{
    const char *id;
    struct flow *rest = begin(&id);
    ck_assert_int_eq(post("DeleteUserPolicy&UserName=alice&PolicyName=all").status, 200);
    ck_assert_int_eq(post("DeleteUser&UserName=alice").status, 200);
    finish(rest);
    failed(id, "NoSuchEntity");
    ck_assert_int_eq(post("CreateUser&UserName=alice").status, 200);
    rest = begin(&id);
    ck_assert_int_eq(post("DeleteUser&UserName=alice").status, 200);
    ck_assert_int_eq(post("CreateUser&UserName=alice").status, 200); /* another one */
    finish(rest);
    failed(id, "NoSuchEntity");
}
END_TEST

START_TEST(test_given_up)
{
    const char *id;
    struct flow *rest = begin(&id);
    pipeline_go_on(rest, PLACE_POOL);
    pipeline_give_up(rest);
    finish(rest);
    failed(id, "ServiceUnavailable");
    rest = begin(&id);
    atomic_store(&client.server->sandbox->stopping, true);
    ck_assert_int_eq(finish(rest), 1);
    atomic_store(&client.server->sandbox->stopping, false);
    failed(id, "ServiceUnavailable");
}
END_TEST

/* There is room for so many; the oldest make room. */
START_TEST(test_bounded)
{
    enum { MANY = 400 };
    const char *first, *last = NULL;
    finish(begin(&first));
    for (int i = 0; i < MANY; i++)
        finish(begin(&last));
    get(last, "COMPLETED");
    ck_assert_int_eq(
        post(arena_printf(&client.arena, "GetServiceLastAccessedDetails&" JOB "%s", first)).status,
        404);
}
END_TEST

static void reset(struct gate_waiter *waiter UNUSED, bool in)
{
    ck_assert(in);
    ck_assert_int_eq(sandbox_reset(client.server->sandbox, &client.arena), OK);
    gate_open(&client.server->sandbox->gate);
}

/* It comes behind the job, which ends with its next slice. */
START_TEST(test_reset)
{
    const char *id;
    struct flow *rest = begin(&id);
    struct gate *gate = &client.server->sandbox->gate;
    struct gate_waiter waiter = {.alone = true, .go = reset};
    ck_assert_uint_eq(gate->inside, 1);
    ck_assert_int_eq(gate_ask(gate, &waiter), GATE_WAIT);
    ck_assert_int_eq(finish(rest), 1);
    ck_assert_uint_eq(gate->inside, 0);
    ck_assert_int_eq(
        post(arena_printf(&client.arena, "GetServiceLastAccessedDetails&" JOB "%s", id)).status,
        404);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("access_report");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, start, stop);
    tcase_add_test(tests, test_in_progress);
    tcase_add_test(tests, test_gone_meanwhile);
    tcase_add_test(tests, test_given_up);
    tcase_add_test(tests, test_bounded);
    tcase_add_test(tests, test_reset);
    return suite_run("access_report", tests);
}
