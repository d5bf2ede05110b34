/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/sandboxes.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <unistd.h>

#include "err.h"
#include "queries.h"
#include "support/suite.h"

enum { MAX = 3 };

#define ACCOUNT "123456789012"

static const struct account_spec account = {.id = ACCOUNT,
                                            .email = "root@example.com",
                                            .access_key_id = "AKIAIOSFODNN7EXAMPLE",
                                            .secret = "secret"};
static const struct sandbox_setup setup = {
    .accounts = &account, .n_accounts = 1, .enforcement = ENFORCE_SOFT, .seeded = true, .seed = 7};

static struct sandboxes_limits limits = {MAX, SIZE_MAX};

static struct arena a;
static struct sandboxes *sandboxes;
static char *directory; /* NULL: in memory */

static void open_all(void)
{
    const char *message = "";
    int code = sandboxes_open(&setup, directory, &limits, &a, &sandboxes, &message);
    ck_assert_msg(code == OK, "%s", message);
}

static void start(void)
{
    arena_init(&a);
    open_all();
}

static void stop(void)
{
    sandboxes_free(sandboxes);
    arena_done(&a);
}

/* From memory into a directory, and back. */
static void move_in(void)
{
    sandboxes_free(sandboxes);
    const char *tmp = getenv("TMPDIR");
    directory = arena_printf(&a, "%s/iam-local-XXXXXX", tmp ? tmp : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(directory));
    open_all();
}

static void move_out(void)
{
    sandboxes_free(sandboxes);
    rmdir(arena_printf(&a, "%s/sandboxes", directory)); /* fails when one is left */
    store_delete(directory, &a);
    ck_assert_int_ne(access(directory, F_OK), 0);
    directory = NULL;
    open_all();
}

/* A reference of the caller's. */
static struct sandbox *add(const char *name, bool keep)
{
    struct sandbox *sandbox;
    const char *message = "";
    int code = sandboxes_add(sandboxes, str_of(name), keep, &a, &sandbox, &message);
    ck_assert_msg(code == OK, "%s", message);
    ck_assert_str_eq(sandbox->name, name);
    ck_assert_int_eq(sandbox->kept, keep);
    return sandbox;
}

static void refuse(const char *name, bool keep, int expected)
{
    struct sandbox *sandbox = NULL;
    const char *message = "";
    ck_assert_int_eq(sandboxes_add(sandboxes, str_of(name), keep, &a, &sandbox, &message),
                     expected);
    sandbox_release(sandbox);
}

static void never(struct gate_waiter *waiter UNUSED, bool in UNUSED)
{
    ck_abort_msg("nobody is in it");
}

static void delete (const char *name)
{
    struct gate_waiter waiter = {.go = never};
    struct sandbox *sandbox = sandboxes_find(sandboxes, str_of(name));
    ck_assert_ptr_nonnull(sandbox);
    ck_assert_int_eq(gate_end(&sandbox->gate, &waiter), GATE_IN);
    sandboxes_remove(sandboxes, sandbox);
    sandbox_release(sandbox);
}

static const char *names(void)
{
    struct sandbox **all;
    struct buf text = buf_new(&a, 64);
    size_t n = sandboxes_list(sandboxes, &a, &all);
    for (size_t i = 0; i < n; i++) {
        buf_printf(&text, "%s%s", i ? " " : "", all[i]->name);
        sandbox_release(all[i]);
    }
    return buf_text(&text);
}

START_TEST(test_names)
{
    static const char *const good[] = {"a", "w1", "default", "A-b_9", "-", "gw0"};
    static const char *const bad[] = {"", ".", "..", "a/b", "a b", "a%20", "\xc3\xa4", "a.b"};
    char longest[66];
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        ck_assert_msg(sandbox_name_ok(str_of(good[i])), "%s", good[i]);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        ck_assert_msg(!sandbox_name_ok(str_of(bad[i])), "%s", bad[i]);
    memset(longest, 'x', sizeof longest);
    ck_assert(sandbox_name_ok((struct str){longest, 64}));
    ck_assert(!sandbox_name_ok((struct str){longest, 65}));
}
END_TEST

START_TEST(test_table)
{
    ck_assert_str_eq(names(), "default");
    sandbox_release(add("w2", false));
    sandbox_release(add("w1", false));
    refuse("w1", false, ERR_ENTITY_ALREADY_EXISTS);
    refuse("default", false, ERR_ENTITY_ALREADY_EXISTS);
    ck_assert_str_eq(names(), "default w1 w2");
    ck_assert_ptr_null(sandboxes_find(sandboxes, STR("w3")));
    sandbox_release(add("w3", false));
    refuse("w4", false, ERR_LIMIT_EXCEEDED);
    refuse("w1", false, ERR_ENTITY_ALREADY_EXISTS);
    delete ("w2");
    ck_assert_str_eq(names(), "default w1 w3");
    sandbox_release(add("w4", false));
}
END_TEST

START_TEST(test_memory_is_bounded)
{
    sandboxes_free(sandboxes);
    limits.bytes = 0;
    open_all();
    refuse("w1", false, ERR_LIMIT_EXCEEDED);
    refuse("default", false, ERR_ENTITY_ALREADY_EXISTS);
    limits.bytes = SIZE_MAX;
}
END_TEST

START_TEST(test_a_reference_outlives_the_table)
{
    struct sandbox *sandbox = add("w1", false);
    delete ("w1");
    ck_assert_str_eq(sandbox->name, "w1");
    ck_assert(!sandbox_enter(sandbox));
    sandbox_release(sandbox);
}
END_TEST

static bool has_account(struct sandbox *sandbox, const char *id)
{
    struct tx tx;
    struct account_row row;
    ck_assert_int_eq(store_begin(sandbox->store, false, &a, &tx), OK);
    int code = q_account_get(&tx, &(struct q_account_get){.id = id}, &row);
    ck_assert_int_eq(store_end(&tx, true), OK);
    return code == OK;
}

static void make_account(struct sandbox *sandbox, const char *id)
{
    const struct account_spec spec = {.id = id};
    ck_assert_int_eq(account_create(sandbox, &a, &spec), OK);
}

START_TEST(test_each_has_its_own_state)
{
    struct sandbox *one = add("w1", false), *two = add("w2", false);
    make_account(one, "111111111111");
    clock_shift(&one->clock, 3600);
    atomic_store(&one->enforcement, ENFORCE_OFF);
    atomic_store(&one->quotas[QUOTA_USERS], 3);
    ck_assert(has_account(one, "111111111111") && !has_account(two, "111111111111"));
    ck_assert(has_account(one, ACCOUNT) && has_account(two, ACCOUNT));
    ck_assert_int_gt(clock_now(&one->clock), clock_now(&two->clock) + 3000);
    ck_assert_int_eq(atomic_load(&two->enforcement), ENFORCE_SOFT);
    ck_assert_int_eq(atomic_load(&two->quotas[QUOTA_USERS]), 0);
    ck_assert_mem_ne(one->session_key, two->session_key, sizeof one->session_key);
    struct sandbox *three = add("w3", false);
    ck_assert(!has_account(three, "111111111111")); /* what they begin with stays as it was */
    ck_assert_int_eq(sandbox_reset(one, &a), OK);
    ck_assert(!has_account(one, "111111111111") && has_account(one, ACCOUNT));
    sandbox_release(one);
    sandbox_release(two);
    sandbox_release(three);
}
END_TEST

static void draw(const char *name, unsigned char ret[8], unsigned char key[32])
{
    struct sandbox *sandbox = add(name, false);
    rand_bytes(&sandbox->rand, ret, 8);
    memcpy(key, sandbox->session_key, 32);
    sandbox_release(sandbox);
}

START_TEST(test_seeds_go_by_names)
{
    unsigned char one[8], again[8], other[8];
    unsigned char key_one[32], key_again[32], key_other[32];
    draw("w1", one, key_one);
    draw("w2", other, key_other);
    delete ("w1");
    draw("w1", again, key_again);
    ck_assert_mem_eq(one, again, sizeof one);
    ck_assert_mem_eq(key_one, key_again, sizeof key_one);
    ck_assert_mem_ne(one, other, sizeof one);
    ck_assert_mem_ne(key_one, key_other, sizeof key_one);
}
END_TEST

START_TEST(test_nothing_is_kept_without_a_directory)
{
    refuse("w1", true, ERR_INVALID_INPUT);
    ck_assert_str_eq(names(), "default");
}
END_TEST

START_TEST(test_what_is_kept_is_there_after_a_restart)
{
    unsigned char key[32];
    move_in();
    struct sandbox *kept = add("w1", true), *fleeting = add("w2", false);
    make_account(kept, "111111111111");
    memcpy(key, kept->session_key, sizeof key);
    sandbox_release(kept);
    sandbox_release(fleeting);
    sandboxes_free(sandboxes);
    open_all();
    ck_assert_str_eq(names(), "default w1");
    kept = sandboxes_find(sandboxes, STR("w1"));
    ck_assert_int_eq(sandbox_fill(kept, &a), OK);
    ck_assert(has_account(kept, "111111111111"));
    ck_assert_mem_eq(key, kept->session_key, sizeof key);
    sandbox_release(kept);
    delete ("w1");
    move_out();
}
END_TEST

START_TEST(test_what_is_deleted_stays_deleted)
{
    move_in();
    sandbox_release(add("w1", true));
    delete ("w1");
    struct sandbox *again = add("w1", true);
    ck_assert(!has_account(again, "111111111111"));
    sandbox_release(again);
    delete ("w1");
    sandboxes_free(sandboxes);
    open_all();
    ck_assert_str_eq(names(), "default");
    move_out();
}
END_TEST

/* A thread that waits until all have left. */
struct ender {
    struct gate_waiter base;
    sem_t gone;
};

static void wake(struct gate_waiter *waiter, bool in UNUSED)
{
    sem_post(&((struct ender *)waiter)->gone);
}

/* Who comes second leaves it alone. */
static void delete_busy(struct sandbox *sandbox)
{
    struct ender ender = {.base = {.go = wake}};
    sem_init(&ender.gone, 0, 0);
    enum gate_answer answer = gate_end(&sandbox->gate, &ender.base);
    if (answer == GATE_WAIT)
        sem_wait(&ender.gone);
    if (answer != GATE_ENDED)
        sandboxes_remove(sandboxes, sandbox);
    sem_destroy(&ender.gone);
}

enum { THREADS = 4, ROUNDS = 200 };

static void use(struct sandbox *sandbox, struct arena *arena)
{
    struct tx tx;
    struct account_row row;
    if (!sandbox_enter(sandbox))
        return;
    ck_assert_int_eq(store_begin(sandbox->store, false, arena, &tx), OK);
    ck_assert_int_eq(q_account_get(&tx, &(struct q_account_get){.id = ACCOUNT}, &row), OK);
    ck_assert_int_eq(store_end(&tx, true), OK);
    sandbox_leave(sandbox);
}

/* Makes, uses, resets and deletes sandboxes of few names, which others do, too. */
static void *play(void *arg)
{
    unsigned chance = *(const unsigned *)arg;
    for (int i = 0; i < ROUNDS; i++) {
        struct arena arena;
        struct sandbox *sandbox;
        const char *message = "";
        char name[] = {'w', (char)('0' + i % 2), '\0'};
        arena_init(&arena);
        chance = chance * 1103515245U + 12345U;
        int code = sandboxes_add(sandboxes, str_of(name), false, &arena, &sandbox, &message);
        ck_assert(code == OK || code == ERR_ENTITY_ALREADY_EXISTS);
        unsigned what = chance >> 16 & 7;
        use(sandbox, &arena);
        if (what == 0) {
            delete_busy(sandbox);
        } else if (what == 1 && gate_close(&sandbox->gate)) {
            ck_assert_int_eq(sandbox_reset(sandbox, &arena), OK);
            gate_open(&sandbox->gate);
        }
        sandbox_release(sandbox);
        arena_done(&arena);
    }
    return NULL;
}

START_TEST(test_many_make_use_and_delete_them)
{
    pthread_t threads[THREADS];
    unsigned seeds[THREADS];
    for (unsigned i = 0; i < THREADS; i++) {
        seeds[i] = i;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, play, &seeds[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("sandboxes");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, test_names);
    tcase_add_test(t, test_table);
    tcase_add_test(t, test_memory_is_bounded);
    tcase_add_test(t, test_a_reference_outlives_the_table);
    tcase_add_test(t, test_each_has_its_own_state);
    tcase_add_test(t, test_seeds_go_by_names);
    tcase_add_test(t, test_nothing_is_kept_without_a_directory);
    tcase_add_test(t, test_what_is_kept_is_there_after_a_restart);
    tcase_add_test(t, test_what_is_deleted_stays_deleted);
    tcase_add_test(t, test_many_make_use_and_delete_them);
    return suite_run("sandboxes", t);
}
