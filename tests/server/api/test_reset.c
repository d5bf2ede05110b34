/* SPDX-License-Identifier: Apache-2.0 */
/* Resets among requests of other threads: each request is wholly before or wholly after one. */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "err.h"
#include "support/client.h"
#include "support/suite.h"

#define IAM "&Version=2010-05-08"

static struct client client;

static void start(void)
{
    client_start(&client, NULL);
}

static void stop(void)
{
    client_stop(&client);
}

static struct response root(const char *form)
{
    struct response response = client_post(&client, NULL, "iam", form);
    ck_assert_int_eq(response.status, 200);
    return response;
}

static struct client_key make_alice(void)
{
    root("Action=CreateUser&UserName=alice" IAM);
    root("Action=AttachUserPolicy&UserName=alice" IAM
         "&PolicyArn=arn:aws:iam::aws:policy/AdministratorAccess");
    struct response made = root("Action=CreateAccessKey&UserName=alice" IAM);
    return (struct client_key){client_element(&client, &made, "AccessKeyId"),
                               client_element(&client, &made, "SecretAccessKey"), NULL};
}

static void *reset(void *arg)
{
    struct arena a;
    arena_init(&a);
    *(int *)arg = server_reset(client.server, client.server->sandbox, &a);
    arena_done(&a);
    return NULL;
}

static void *send_request(void *arg)
{
    struct arena a;
    struct response response;
    arena_init(&a);
    pipeline_run(client.server, &a, arg, &response);
    arena_done(&a);
    return NULL;
}

/* A reset and a request of alice's meet while the store is held by another transaction. */
static void meet(struct request *of_alice)
{
    const struct timespec moment = {.tv_nsec = 2000000};
    struct tx tx;
    pthread_t threads[2];
    int code = ERR_STORE;
    ck_assert_int_eq(store_begin(client.server->sandbox->store, true, &client.arena, &tx), OK);
    ck_assert_int_eq(pthread_create(&threads[0], NULL, reset, &code), 0);
    nanosleep(&moment, NULL);
    ck_assert_int_eq(pthread_create(&threads[1], NULL, send_request, of_alice), 0);
    nanosleep(&moment, NULL);
    ck_assert_int_eq(store_end(&tx, true), OK);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    ck_assert_int_eq(code, OK);
}

START_TEST(test_requests_do_not_outlive_a_reset)
{
    for (int i = 0; i < 10; i++) {
        struct client_key alice = make_alice();
        const struct signer signer = client_signer(&client, &alice, "iam");
        ck_assert_int_eq(client_post(&client, &alice, "iam", "Action=GetUser" IAM).status, 200);
        meet(sign_form(&client.arena, &signer, "Action=CreateGroup&GroupName=late" IAM));
        struct response groups = root("Action=ListGroups" IAM);
        ck_assert_ptr_null(client_element(&client, &groups, "GroupName"));
    }
}
END_TEST

struct poster {
    _Atomic bool stop;
    _Atomic int answers[600]; /* by status */
};

/* Makes the account that a reset makes, again and again. */
static void *post_accounts(void *arg)
{
    struct poster *poster = arg;
    const struct request rq = {.method = STR("POST"),
                               .path = STR("/_iam-local/accounts"),
                               .headers = &(struct request_header){STR("Host"), STR("localhost")},
                               .n_headers = 1,
                               .body = STR("{\"account\": \"123456789012\"}"),
                               .source_ip = "127.0.0.1",
                               .loopback = true};
    while (!atomic_load(&poster->stop)) {
        struct arena a;
        struct response response;
        arena_init(&a);
        pipeline_run(client.server, &a, &rq, &response);
        atomic_fetch_add(&poster->answers[response.status], 1);
        arena_done(&a);
    }
    return NULL;
}

START_TEST(test_accounts_are_not_made_in_the_middle_of_a_reset)
{
    enum { RESETS = 300 };
    static struct poster poster;
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, post_accounts, &poster), 0);
    int failed = 0;
    for (int i = 0; i < RESETS || atomic_load(&poster.answers[409]) == 0; i++)
        failed += server_reset(client.server, client.server->sandbox, &client.arena) != OK;
    atomic_store(&poster.stop, true);
    pthread_join(thread, NULL);
    ck_assert_int_eq(failed, 0);
    ck_assert_int_eq(atomic_load(&poster.answers[201]), 0);
    ck_assert_int_eq(atomic_load(&poster.answers[500]), 0);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("reset");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, test_requests_do_not_outlive_a_reset);
    tcase_add_test(t, test_accounts_are_not_made_in_the_middle_of_a_reset);
    return suite_run("reset", t);
}
