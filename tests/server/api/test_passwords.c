/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where passwords are hashed: in the pool, in no transaction, one after the other, and not at all
 * for who may not or is locked; and what becomes of a hash when something else is written
 * meanwhile. The linker puts a function of this file before crypt_rn.
 */
#include <crypt.h>

#include "support/client.h"
#include "support/suite.h"

#define IAM "Version=2010-05-08&Action="
#define FIRST "Correct-Horse1"
#define SECOND "Second-Horse2"
#define THIRD "Third-Horse3"

static struct client client;
static struct client_key alice, bob;

/* The request that is on its way, where it is, and how often a password was hashed there. */
static const struct flow *flow;
static enum place here;
static int hashes;

char *__real_crypt_rn(const char *phrase, const char *setting, void *data, int size);
char *__wrap_crypt_rn(const char *phrase, const char *setting, void *data, int size);

char *__wrap_crypt_rn(const char *phrase, const char *setting, void *data, int size)
{
    hashes++;
    if (flow) {
        ck_assert_int_eq(here, PLACE_POOL);
        ck_assert_ptr_null(flow->call.tx);
    }
    return __real_crypt_rn(phrase, setting, data, size);
}

static struct response post(const struct client_key *as, const char *form)
{
    return client_post(&client, as, "iam", arena_printf(&client.arena, IAM "%s", form));
}

static struct response root(const char *form)
{
    struct response response = post(NULL, form);
    ck_assert_msg(response.status == 200, "%s: %.*s", form, STR_FMT(response.body));
    return response;
}

static struct client_key new_user(const char *name)
{
    root(arena_printf(&client.arena, "CreateUser&UserName=%s", name));
    struct response key = root(arena_printf(&client.arena, "CreateAccessKey&UserName=%s", name));
    return (struct client_key){client_element(&client, &key, "AccessKeyId"),
                               client_element(&client, &key, "SecretAccessKey"), NULL};
}

static void start(void)
{
    flow = NULL;
    client_start(&client, NULL);
    alice = new_user("alice");
    bob = new_user("bob");
    root("UpdateAccountPasswordPolicy&AllowUsersToChangePassword=true&PasswordReusePrevention=24");
    root("CreateLoginProfile&UserName=alice&Password=" FIRST);
    hashes = 0;
}

static void stop(void)
{
    client_stop(&client);
}

static struct flow *begin(const struct client_key *as, const char *form)
{
    const struct signer signer = client_signer(&client, as, "iam");
    struct request *rq =
        sign_form(&client.arena, &signer, arena_printf(&client.arena, IAM "%s", form));
    rq->source_ip = "127.0.0.1";
    rq->loopback = true;
    return pipeline_begin(client.server, &client.arena, rq);
}

static struct flow *begin_check(const char *name, const char *password)
{
    static const struct request_header host = {{"Host", 4}, {"localhost", 9}};
    struct request *rq = NEW(&client.arena, struct request);
    *rq = (struct request){
        .method = STR("POST"),
        .path = STR("/_iam-local/check-password"),
        .headers = &host,
        .n_headers = 1,
        .body = str_of(arena_printf(&client.arena,
                                    "{\"account\": \"123456789012\", \"user_name\": \"%s\", "
                                    "\"password\": \"%s\"}",
                                    name, password)),
        .source_ip = "127.0.0.1",
        .loopback = true};
    return pipeline_begin(client.server, &client.arena, rq);
}

/* One place after the other, but for LAST, where it is left; how many hashes it took. At no place
   is there more than one. */
static int go_to(struct flow *f, enum place last)
{
    int before = hashes;
    flow = f;
    for (here = pipeline_place(f); here != PLACE_DONE; here = pipeline_place(f)) {
        int so_far = hashes;
        bool leave = last == PLACE_SERVE && here == PLACE_SERVE && hashes > before;
        if (leave)
            break;
        ck_assert(here == PLACE_SERVE || here == PLACE_POOL);
        pipeline_go_on(f, here);
        ck_assert_int_le(hashes - so_far, 1);
    }
    flow = NULL;
    return hashes - before;
}

static int finish(struct flow *f, int status)
{
    int n = go_to(f, PLACE_DONE);
    ck_assert_msg(f->response.status == status, "%d, not %d: %.*s", f->response.status, status,
                  STR_FMT(f->response.body));
    return n;
}

START_TEST(test_hashed_in_the_pool)
{
    ck_assert_int_eq(finish(begin(NULL, "CreateLoginProfile&UserName=bob&Password=" FIRST), 200),
                     1);
    ck_assert_int_eq(finish(begin(NULL, "UpdateLoginProfile&UserName=bob"), 200), 0);
    /* With the one it replaces, and anew. */
    ck_assert_int_eq(finish(begin(NULL, "UpdateLoginProfile&UserName=bob&Password=" SECOND), 200),
                     2);
    /* With the current one, with both, and anew. */
    ck_assert_int_eq(
        finish(begin(&bob, "ChangePassword&OldPassword=" SECOND "&NewPassword=" THIRD), 200), 4);
    ck_assert_int_eq(finish(begin_check("bob", THIRD), 200), 1);
    ck_assert_int_eq(finish(begin_check("bob", SECOND), 200), 1);
}
END_TEST

/* The same work, whether there is something to compare with or not. */
START_TEST(test_what_is_not_there_is_hashed_once)
{
    ck_assert_int_eq(finish(begin_check("bob", FIRST), 200), 1);
    ck_assert_int_eq(finish(begin_check("carol", FIRST), 200), 1);
    ck_assert_int_eq(finish(begin_check("alice", SECOND), 200), 1);
}
END_TEST

START_TEST(test_nothing_is_hashed_in_vain)
{
    const struct {
        const struct client_key *as;
        const char *form;
        int status;
    } rows[] = {
        {&alice, "CreateLoginProfile&UserName=bob&Password=" FIRST, 403},
        {&alice, "UpdateLoginProfile&UserName=alice&Password=" SECOND, 403},
        {NULL, "CreateLoginProfile&UserName=alice&Password=" SECOND, 409},
        {NULL, "CreateLoginProfile&UserName=carol&Password=" FIRST, 404},
        {NULL, "CreateLoginProfile&UserName=bob&Password=short", 400},
        {NULL, "UpdateLoginProfile&UserName=bob&Password=" FIRST, 404},
        {NULL, "UpdateLoginProfile&UserName=alice&Password=short", 400},
        {&bob, "ChangePassword&OldPassword=" FIRST "&NewPassword=" SECOND, 404},
        {NULL, "ChangePassword&OldPassword=" FIRST "&NewPassword=" SECOND, 400},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        ck_assert_int_eq(finish(begin(rows[i].as, rows[i].form), rows[i].status), 0);
    root("DeleteAccountPasswordPolicy");
    ck_assert_int_eq(
        finish(begin(&alice, "ChangePassword&OldPassword=" FIRST "&NewPassword=" SECOND), 403), 0);
}
END_TEST

/* Who has an access key cannot find the password by trying, nor go on where a sign-in had to end.
 */
START_TEST(test_nothing_is_hashed_while_locked)
{
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(
            finish(begin(&alice, "ChangePassword&OldPassword=x&NewPassword=" SECOND), 403), 1);
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(finish(begin_check("alice", "x"), 200), 1);
    ck_assert_int_eq(finish(begin_check("alice", FIRST), 200), 0);
    struct flow *f = begin(&alice, "ChangePassword&OldPassword=" FIRST "&NewPassword=" SECOND);
    ck_assert_int_eq(finish(f, 403), 0);
    ck_assert_str_eq(client_element(&client, &f->response, "Message"),
                     "Too many wrong passwords: the next one is looked at in 60 seconds.");
}
END_TEST

/* What was compared is not what is there any more: clients try once more. */
START_TEST(test_other_password_meanwhile)
{
    struct flow *change = begin(&alice, "ChangePassword&OldPassword=" FIRST "&NewPassword=" THIRD);
    struct flow *update = begin(NULL, "UpdateLoginProfile&UserName=alice&Password=" THIRD);
    struct flow *create = begin(NULL, "CreateLoginProfile&UserName=bob&Password=" FIRST);
    struct flow *check = begin_check("alice", FIRST);
    go_to(change, PLACE_SERVE);
    go_to(update, PLACE_SERVE);
    go_to(create, PLACE_SERVE);
    go_to(check, PLACE_SERVE);
    root("UpdateLoginProfile&UserName=alice&Password=" SECOND);
    root("CreateLoginProfile&UserName=bob&Password=" SECOND);
    finish(change, 409);
    ck_assert_str_eq(client_element(&client, &change->response, "Code"),
                     "EntityTemporarilyUnmodifiable");
    finish(update, 409);
    ck_assert_str_eq(client_element(&client, &update->response, "Code"),
                     "EntityTemporarilyUnmodifiable");
    finish(create, 409);
    ck_assert_str_eq(client_element(&client, &create->response, "Code"), "EntityAlreadyExists");
    finish(check, 200);
    ck_assert_str_eq(client_member(&client, check->response.body, "result"), "wrong");
    ck_assert_int_eq(finish(begin_check("alice", SECOND), 200), 1);
}
END_TEST

START_TEST(test_other_rules_meanwhile)
{
    root("UpdateLoginProfile&UserName=alice&Password=" SECOND);
    root("UpdateAccountPasswordPolicy&PasswordReusePrevention=1");
    struct flow *reuse = begin(NULL, "UpdateLoginProfile&UserName=alice&Password=" FIRST);
    struct flow *longer = begin(NULL, "UpdateLoginProfile&UserName=alice&Password=" THIRD);
    go_to(reuse, PLACE_SERVE);
    go_to(longer, PLACE_SERVE);
    root("UpdateAccountPasswordPolicy&PasswordReusePrevention=2");
    finish(reuse, 409);
    root("UpdateAccountPasswordPolicy&PasswordReusePrevention=1&MinimumPasswordLength=20");
    finish(longer, 400);
    ck_assert_str_eq(client_element(&client, &longer->response, "Code"), "PasswordPolicyViolation");
}
END_TEST

static struct str explanation(const struct flow *f)
{
    const char *path = arena_printf(&client.arena, "/_iam-local/explain/%s", f->call.request_id);
    struct response told = client_ask(&client, "GET", path, NULL, 0, STR(""));
    ck_assert_int_eq(told.status, 200);
    return told.body;
}

static bool tells(struct str body, const char *text)
{
    return memmem(body.p, body.n, text, strlen(text)) != NULL;
}

/* What lets users in is named; passwords are not. */
START_TEST(test_explanations)
{
    struct flow *f = begin(&alice, "ChangePassword&OldPassword=" SECOND "&NewPassword=" THIRD);
    finish(f, 403);
    struct str told = explanation(f);
    ck_assert(tells(told, "AllowUsersToChangePassword"));
    ck_assert(tells(told, "\"allowed\": true"));
    ck_assert(!tells(told, SECOND) && !tells(told, THIRD));
    f = begin(&alice, "UpdateLoginProfile&UserName=alice&Password=" SECOND);
    finish(f, 403);
    told = explanation(f);
    ck_assert(tells(told, "\"allowed\": false"));
    ck_assert(!tells(told, SECOND));
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("passwords");
    tcase_add_checked_fixture(tests, start, stop);
    tcase_add_test(tests, test_hashed_in_the_pool);
    tcase_add_test(tests, test_what_is_not_there_is_hashed_once);
    tcase_add_test(tests, test_nothing_is_hashed_in_vain);
    tcase_add_test(tests, test_nothing_is_hashed_while_locked);
    tcase_add_test(tests, test_other_password_meanwhile);
    tcase_add_test(tests, test_other_rules_meanwhile);
    tcase_add_test(tests, test_explanations);
    return suite_run("passwords", tests);
}
