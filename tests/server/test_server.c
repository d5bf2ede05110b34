/* SPDX-License-Identifier: Apache-2.0 */
/* What a data directory from an earlier run means for the next one. */
#include "server/server.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/account.h"
#include "access/account_purge.h"
#include "err.h"
#include "queries.h"
#include "server/cli/banner.h"
#include "support/suite.h"

#define OWN_KEY "AKIAZZZZZZZZZZZZZZZZ"
#define OWN_ROOT "--root-access-key-id " OWN_KEY " --root-secret-access-key own"

enum { WORDS_MAX = 16 };

static struct arena a;
static char *directory;
static const char *message;

static void setup(void)
{
    arena_init(&a);
    const char *tmp = getenv("TMPDIR");
    directory = arena_printf(&a, "%s/iam-local-XXXXXX", tmp ? tmp : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(directory));
}

static void teardown(void)
{
    static const char *const files[] = {".lock", ".db", ".db-wal", ".db-shm"};
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        unlink(arena_printf(&a, "%s/iam-local%s", directory, files[i]));
    ck_assert_int_eq(rmdir(directory), 0);
    arena_done(&a);
}

/* A server over the directory, or NULL after a refusal; nothing listens. */
static struct server *start(const char *options)
{
    char *argv[WORDS_MAX] = {arena_strdup(&a, "iam-local")};
    struct str rest = str_of(arena_printf(&a, "--data %s %s", directory, options));
    for (size_t n = 1; rest.n > 0 && n < WORDS_MAX - 1; n++)
        argv[n] = str_dup(&a, str_cut(&rest, ' '));
    struct config config;
    struct server *server = NULL;
    ck_assert_msg(config_read(&config, &a, argv, (char *[]){NULL}, &message), "%s", message);
    return server_new(&config, &a, &server, &message) == OK ? server : NULL;
}

/* Starts once and ends again. */
static void expect_start(const char *options, enum root_keys root_keys)
{
    struct server *server = start(options);
    ck_assert_msg(server != NULL, "%s: %s", options, message);
    ck_assert_int_eq(server->root_keys, root_keys);
    server_free(server);
}

static void expect_refusal(const char *options, const char *part)
{
    ck_assert_msg(start(options) == NULL, "started: %s", options);
    ck_assert_msg(strstr(message, part) != NULL, "%s", message);
    ck_assert_ptr_null(strchr(message, '\n'));
}

static void change_key(const char *id, const char *owner, const char *status)
{
    struct server *server = start("");
    struct tx tx;
    ck_assert_ptr_nonnull(server);
    ck_assert_int_eq(store_begin(server->sandbox->store, true, &a, &tx), OK);
    ck_assert_int_eq(q_key_insert(&tx, &(struct q_key_insert){id, owner, owner, "own", 1}), OK);
    ck_assert_int_eq(q_key_set_status(&tx, &(struct q_key_set_status){id, owner, status, 1}), OK);
    ck_assert_int_eq(store_end(&tx, true), OK);
    server_free(server);
}

START_TEST(test_root_keys)
{
    expect_start("", ROOT_KEYS_CONFIGURED);
    expect_start("", ROOT_KEYS_CONFIGURED);
    expect_refusal(OWN_ROOT, OWN_KEY " is no active key of the root user in data directory ");
    change_key(OWN_KEY, "123456789012", "Inactive");
    expect_refusal(OWN_ROOT, OWN_KEY);
    change_key(OWN_KEY, "123456789012", "Active");
    expect_start(OWN_ROOT, ROOT_KEYS_CONFIGURED);
    change_key(CONFIG_WELL_KNOWN_KEY_ID, "123456789012", "Inactive");
    expect_start("", ROOT_KEYS_STORED);
    change_key(OWN_KEY, "123456789012", "Inactive");
    expect_start("", ROOT_KEYS_NONE);
}
END_TEST

static bool is_there(struct sandbox *sandbox, const char *account)
{
    struct tx tx;
    struct account_row row;
    struct password_row password;
    ck_assert_int_eq(store_begin(sandbox->store, false, &a, &tx), OK);
    int found = q_account_get(&tx, &(struct q_account_get){account}, &row);
    int has = q_password_get(&tx, &(struct q_password_get){account}, &password);
    ck_assert_int_eq(store_end(&tx, true), OK);
    ck_assert_msg(found == OK || has == ERR_NOT_FOUND, "a password of nobody");
    return found == OK;
}

static void close_for_good(struct sandbox *sandbox, const char *account)
{
    struct tx tx;
    ck_assert_int_eq(store_begin(sandbox->store, true, &a, &tx), OK);
    ck_assert_int_eq(q_account_close(&tx, &(struct q_account_close){account, 1}), OK);
    ck_assert_int_eq(store_end(&tx, true), OK);
    atomic_store(&sandbox->has_closed, true);
    while (is_there(sandbox, account))
        ck_assert_int_eq(account_purge(sandbox, &a), OK);
}

/* Unless somebody makes them on purpose. */
START_TEST(test_accounts_that_are_gone_do_not_come_back)
{
    static const char options[] =
        "--account 123456789012 --account 222222222222 --root-password Root-horse-7";
    static const char *const accounts[] = {"123456789012", "222222222222"};
    struct server *server = start(options);
    ck_assert_ptr_nonnull(server);
    for (size_t i = 0; i < ARRAY_LEN(accounts); i++)
        close_for_good(server->sandbox, accounts[i]);
    for (int i = 0; i < 2; i++) {
        server_free(server);
        server = start(options);
        ck_assert_msg(server != NULL, "%s", message);
        ck_assert_int_eq(server->root_keys, ROOT_KEYS_GONE);
        ck_assert_ptr_nonnull(strstr(banner_text(&a, server, (const char *const[]){"u"}, 1),
                                     "POST /_iam-local/accounts makes it anew"));
        for (size_t k = 0; k < ARRAY_LEN(accounts); k++)
            ck_assert(!is_there(server->sandbox, accounts[k]));
    }
    const struct account_spec spec = {.id = accounts[0]};
    ck_assert_int_eq(account_create(server->sandbox, &a, &spec), OK);
    server_free(server);
    expect_start("", ROOT_KEYS_NONE);
}
END_TEST

START_TEST(test_keys_of_others_are_not_the_root_user_s)
{
    expect_start("--account 222222222222", ROOT_KEYS_CONFIGURED);
    expect_refusal("", "belongs to another account of the data directory: give the --account "
                       "that the directory was made with, or another --root-access-key-id");
    expect_start("--account 111111111111 " OWN_ROOT, ROOT_KEYS_CONFIGURED);
    expect_refusal("--account 222222222222 " OWN_ROOT, OWN_KEY);
}
END_TEST

START_TEST(test_addresses_of_others_are_not_the_root_user_s)
{
    expect_start("--root-email boss@a.example", ROOT_KEYS_CONFIGURED);
    expect_refusal("--account 222222222222 --root-email BOSS@a.example " OWN_ROOT,
                   "the address BOSS@a.example is another account's: give another --root-email, or "
                   "the --account that has it");
    expect_refusal("--account 222222222222 --root-email root@333333333333.example " OWN_ROOT,
                   "the address root@333333333333.example is another account's");
    expect_start("--root-email boss@a.example", ROOT_KEYS_CONFIGURED);
    expect_start("--account 222222222222 " OWN_ROOT, ROOT_KEYS_CONFIGURED);
}
END_TEST

START_TEST(test_well_known_key_is_not_exposed)
{
    const char *exposed = "--listen 0.0.0.0:1 " OWN_ROOT;
    expect_start("", ROOT_KEYS_CONFIGURED);
    change_key(OWN_KEY, "123456789012", "Active");
    expect_refusal(exposed, "--allow-default-credentials");
    expect_start("--allow-default-credentials --listen 0.0.0.0:1 " OWN_ROOT, ROOT_KEYS_CONFIGURED);
    change_key(CONFIG_WELL_KNOWN_KEY_ID, "123456789012", "Inactive");
    expect_start(exposed, ROOT_KEYS_CONFIGURED);
}
END_TEST

START_TEST(test_refusal_leaves_the_directory_alone)
{
    expect_start("--account 222222222222", ROOT_KEYS_CONFIGURED);
    expect_refusal("--account 111111111111 --listen 0.0.0.0:1 " OWN_ROOT,
                   "--allow-default-credentials");
    struct server *server = start("--account 222222222222");
    struct tx tx;
    struct account_row row;
    ck_assert_ptr_nonnull(server);
    ck_assert_int_eq(store_begin(server->sandbox->store, false, &a, &tx), OK);
    ck_assert_int_eq(q_account_get(&tx, &(struct q_account_get){"111111111111"}, &row),
                     ERR_NOT_FOUND);
    ck_assert_int_eq(store_end(&tx, true), OK);
    server_free(server);
}
END_TEST

START_TEST(test_seed_wants_an_empty_directory)
{
    expect_start("--seed 7", ROOT_KEYS_CONFIGURED);
    expect_refusal("--seed 7", "--seed");
    expect_refusal("--seed 8 --account 222222222222 " OWN_ROOT, "--seed");
    expect_start("", ROOT_KEYS_CONFIGURED);
}
END_TEST

static off_t size_of_log(void)
{
    struct stat status;
    ck_assert_int_eq(stat(arena_printf(&a, "%s/iam-local.db-wal", directory), &status), 0);
    return status.st_size;
}

/* The soft limit of the size of files; returns what it was. */
static rlim_t limit_files(rlim_t size)
{
    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    rlim_t before = limit.rlim_cur;
    limit.rlim_cur = size;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    return before;
}

static bool has_root_user(struct server *server)
{
    struct tx tx;
    struct account_row row;
    ck_assert_int_eq(store_begin(server->sandbox->store, false, &a, &tx), OK);
    int code = q_account_get(&tx, &(struct q_account_get){.id = "123456789012"}, &row);
    ck_assert_int_eq(store_end(&tx, true), OK);
    return code == OK;
}

/* Each reset adds as much to the store's log as the one before; the last bytes are the account's.
 */
START_TEST(test_failed_reset_is_told_and_can_be_repeated)
{
    void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
    struct server *server = start("");
    ck_assert_ptr_nonnull(server);
    server->log.level = LOG_ERROR;
    ck_assert_int_eq(server_reset(server, server->sandbox, &a), OK);
    off_t first = size_of_log();
    ck_assert_int_eq(server_reset(server, server->sandbox, &a), OK);
    off_t second = size_of_log();
    rlim_t unlimited = limit_files((rlim_t)(second + (second - first) - 1));
    int code = server_reset(server, server->sandbox, &a);
    limit_files(unlimited);
    ck_assert_int_lt(code, 0);
    ck_assert(!has_root_user(server));
    ck_assert_int_eq(server_reset(server, server->sandbox, &a), OK);
    ck_assert(has_root_user(server));
    server_free(server);
    signal(SIGXFSZ, before);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("server");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, test_root_keys);
    tcase_add_test(t, test_accounts_that_are_gone_do_not_come_back);
    tcase_add_test(t, test_keys_of_others_are_not_the_root_user_s);
    tcase_add_test(t, test_addresses_of_others_are_not_the_root_user_s);
    tcase_add_test(t, test_well_known_key_is_not_exposed);
    tcase_add_test(t, test_refusal_leaves_the_directory_alone);
    tcase_add_test(t, test_seed_wants_an_empty_directory);
    tcase_add_test(t, test_failed_reset_is_told_and_can_be_repeated);
    return suite_run("server", t);
}
