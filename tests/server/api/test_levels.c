/* SPDX-License-Identifier: Apache-2.0 */
/* AttachPolicy and DetachPolicy in a stream of requests of a member's root user: none that begins
   after a deny was attached is let through, and none that begins after it was detached is denied.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "support/client.h"
#include "support/suite.h"

enum { STREAMS = 3, ROUNDS = 30, ANSWERS = 8 };

/* What holds now; nobody knows while it is being changed. */
enum state { ALLOWED, CHANGING, DENIED };

static struct client client;
static struct client_key member;
static const char *attachment; /* body of the two operations */
static _Atomic enum state state;
static _Atomic int changes; /* of the state */
static _Atomic int answers, wrong;
static _Atomic bool done;

/* The body of the answer to an operation of Organizations. */
static const char *organize(const struct client_key *as, const char *operation, const char *body)
{
    struct response response = client_organizations(&client, as, operation, body);
    ck_assert_msg(response.status == 200, "%s: %.*s", operation, STR_FMT(response.body));
    return str_dup(&client.arena, response.body);
}

/* The first text of ANSWER that begins with PREFIX. */
static const char *text_in(const char *answer, const char *prefix)
{
    const char *at = strstr(answer, arena_printf(&client.arena, "\"%s", prefix));
    ck_assert_ptr_nonnull(at);
    return str_dup(&client.arena, (struct str){at + 1, strcspn(at + 1, "\"")});
}

static void make_member(void)
{
    struct response made = client_ask(&client, "POST", "/_iam-local/accounts", NULL, 0,
                                      STR("{\"account\":\"222222222222\"}"));
    ck_assert_int_eq(made.status, 201);
    member = (struct client_key){client_member(&client, made.body, "access_key_id"),
                                 client_member(&client, made.body, "secret_access_key"), NULL};
    const char *invitation =
        organize(NULL, "InviteAccountToOrganization",
                 "{\"Target\":{\"Id\":\"222222222222\",\"Type\":\"ACCOUNT\"}}");
    organize(&member, "AcceptHandshake",
             arena_printf(&client.arena, "{\"HandshakeId\":\"%s\"}", text_in(invitation, "h-")));
}

static void start(const char *const *options)
{
    client_start(&client, options);
    organize(NULL, "CreateOrganization", "{}");
    make_member();
    const char *root = text_in(organize(NULL, "ListRoots", "{}"), "r-");
    organize(NULL, "EnablePolicyType",
             arena_printf(&client.arena,
                          "{\"RootId\":\"%s\",\"PolicyType\":\"SERVICE_CONTROL_POLICY\"}", root));
    const char *policy = organize(
        NULL, "CreatePolicy",
        "{\"Name\":\"no-reads\",\"Description\":\"\",\"Type\":\"SERVICE_CONTROL_POLICY\","
        "\"Content\":\"{\\\"Version\\\":\\\"2012-10-17\\\",\\\"Statement\\\":{\\\"Effect\\\":"
        "\\\"Deny\\\",\\\"Action\\\":\\\"iam:ListUsers\\\",\\\"Resource\\\":\\\"*\\\"}}\"}");
    attachment = arena_printf(&client.arena, "{\"PolicyId\":\"%s\",\"TargetId\":\"%s\"}",
                              text_in(policy, "p-"), root);
}

/* Status of one request of the member's root user. */
static int list_users(void)
{
    struct client own = {.server = client.server};
    arena_init(&own.arena);
    int status = client_post(&own, &member, "iam", "Action=ListUsers&Version=2010-05-08").status;
    arena_done(&own.arena);
    return status;
}

static void *stream(UNUSED void *arg)
{
    static const int expected[] = {[ALLOWED] = 200, [CHANGING] = 0, [DENIED] = 403};
    while (!atomic_load(&done)) {
        int before = atomic_load(&changes);
        enum state then = atomic_load(&state);
        int status = list_users();
        if (atomic_load(&changes) == before && then != CHANGING && status != expected[then])
            atomic_fetch_add(&wrong, 1);
        atomic_fetch_add(&answers, 1);
    }
    return NULL;
}

static void change(const char *operation, enum state to)
{
    atomic_store(&state, CHANGING);
    atomic_fetch_add(&changes, 1);
    organize(NULL, operation, attachment);
    atomic_store(&state, to);
    atomic_fetch_add(&changes, 1);
    for (int until = atomic_load(&answers) + ANSWERS; atomic_load(&answers) < until;)
        sched_yield();
}

static void race(const char *const *options)
{
    pthread_t threads[STREAMS];
    start(options);
    atomic_store(&state, ALLOWED);
    atomic_store(&done, false);
    for (size_t i = 0; i < STREAMS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, stream, NULL), 0);
    for (int i = 0; i < ROUNDS; i++) {
        change("AttachPolicy", DENIED);
        change("DetachPolicy", ALLOWED);
    }
    atomic_store(&done, true);
    for (size_t i = 0; i < STREAMS; i++)
        pthread_join(threads[i], NULL);
    ck_assert_int_eq(atomic_load(&wrong), 0);
    client_stop(&client);
}

START_TEST(test_in_memory)
{
    race(NULL);
}
END_TEST

START_TEST(test_in_directory)
{
    static const char *const files[] = {"iam-local.db", "iam-local.db-shm", "iam-local.db-wal",
                                        "iam-local.lock"};
    char directory[64];
    const char *tmp = getenv("TMPDIR");
    snprintf(directory, sizeof directory, "%.40s/levels-XXXXXX", tmp ? tmp : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(directory));
    race((const char *const[]){"--data", directory, NULL});
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        char path[96];
        snprintf(path, sizeof path, "%s/%s", directory, files[i]);
        unlink(path);
    }
    ck_assert_int_eq(rmdir(directory), 0);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, test_in_memory);
    tcase_add_test(tc, test_in_directory);
    return suite_run("levels", tc);
}
