/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/cli/banner.h"
#include "server/cli/config.h"
#include "server/cli/help.h"

enum { WORDS_MAX = 16 };

static struct arena a;
static struct config config;
static const char *message;

static void setup(void)
{
    arena_init(&a);
    message = NULL;
}

static void teardown(void)
{
    arena_done(&a);
}

/* TEXT at blanks, behind FIRST unless that is NULL. */
static char **words(const char *first, const char *text)
{
    char **v = NEW_ARRAY(&a, char *, WORDS_MAX);
    size_t n = 0;
    if (first)
        v[n++] = arena_strdup(&a, first);
    struct str rest = str_of(text);
    while (rest.n > 0 && n < WORDS_MAX - 1)
        v[n++] = str_dup(&a, str_cut(&rest, ' '));
    return v;
}

static bool read_config(const char *arguments, const char *environment)
{
    return config_read(&config, &a, words("iam-local", arguments), words(NULL, environment),
                       &message);
}

static void refused(const char *arguments, const char *environment, const char *expected)
{
    ck_assert_msg(!read_config(arguments, environment), "accepted: %s %s", arguments, environment);
    ck_assert_str_eq(message, expected);
    ck_assert_ptr_null(strchr(message, '\n'));
}

START_TEST(test_defaults)
{
    ck_assert(read_config("", "HOME=/home/alice"));
    ck_assert_int_eq(config.command, COMMAND_SERVE);
    ck_assert_uint_eq(config.listen.n, 2);
    ck_assert_str_eq(listen_url(&a, &config.listen.v[0]), "http://127.0.0.1:4566");
    ck_assert_str_eq(listen_url(&a, &config.listen.v[1]), "http://[::1]:4566");
    ck_assert(!config.listen.v[0].optional && config.listen.v[1].optional);
    ck_assert_str_eq(config.account, "123456789012");
    ck_assert_int_eq(config.enforcement, ENFORCE_STRICT);
    ck_assert_int_eq(config.quotas[QUOTA_USERS], 5000);
    ck_assert_ptr_null(config.data_directory);
    ck_assert(config_has_well_known_secret(&config) && !config_is_exposed(&config));
    ck_assert(!config.seeded && !config.full_durability && !config.root_key_given);
}
END_TEST

START_TEST(test_flags_win)
{
    ck_assert(read_config("--account=111111111111 --region eu-central-1",
                          "IAM_LOCAL_ACCOUNT=222222222222 IAM_LOCAL_ENFORCE=soft IAM_LOCAL_DATA="));
    ck_assert_str_eq(config.account, "111111111111");
    ck_assert_str_eq(config.region, "eu-central-1");
    ck_assert_int_eq(config.enforcement, ENFORCE_SOFT);
    ck_assert_ptr_null(config.data_directory);
}
END_TEST

START_TEST(test_lists)
{
    ck_assert(read_config("--quota Users=7 --allow-host one --quota Groups=8 --allow-host two",
                          "IAM_LOCAL_QUOTA=GroupsPerUser=9 IAM_LOCAL_LISTEN=127.0.0.1:1,[::1]:2"));
    ck_assert_int_eq(config.quotas[QUOTA_USERS], 7);
    ck_assert_int_eq(config.quotas[QUOTA_GROUPS], 8);
    ck_assert_int_eq(config.quotas[QUOTA_GROUPS_PER_USER], 10); /* flags replace the variable */
    ck_assert_uint_eq(config.n_allow_hosts, 2);
    ck_assert_str_eq(config.allow_hosts[1], "two");
    ck_assert_uint_eq(config.listen.n, 2);
    ck_assert_str_eq(listen_url(&a, &config.listen.v[1]), "http://[::1]:2");
}
END_TEST

START_TEST(test_accounts)
{
    ck_assert(read_config("", ""));
    ck_assert_uint_eq(config.n_more_accounts, 0);
    ck_assert(read_config("--account 111111111111 --account=222222222222,123456789012",
                          "IAM_LOCAL_ACCOUNT=333333333333,444444444444"));
    ck_assert_str_eq(config.account, "111111111111");
    ck_assert_uint_eq(config.n_more_accounts, 2);
    ck_assert_str_eq(config.more_accounts[0], "222222222222");
    ck_assert_str_eq(config.more_accounts[1], "123456789012");
    refused("--account 111111111111,111111111111", "",
            "--account '111111111111,111111111111': account 111111111111 is there twice");
    refused("--account 111111111111 --account 222222222222,111111111111", "",
            "--account '222222222222,111111111111': account 111111111111 is there twice");
    refused("", "IAM_LOCAL_ACCOUNT=111111111111,",
            "IAM_LOCAL_ACCOUNT '111111111111,': expected 12 digits");
    struct buf many = buf_new(&a, 1024);
    for (int i = 0; i <= CONFIG_ACCOUNTS_MAX; i++)
        buf_printf(&many, "%s%012d", i ? "," : "--account ", i);
    ck_assert(read_config(buf_text(&many), ""));
    buf_add_text(&many, ",999999999999");
    ck_assert(!read_config(buf_text(&many), ""));
    ck_assert_ptr_nonnull(strstr(message, "too many accounts"));
}
END_TEST

START_TEST(test_commands)
{
    ck_assert(read_config("health http://localhost:1", ""));
    ck_assert_int_eq(config.command, COMMAND_HEALTH);
    ck_assert_str_eq(config.url, "http://localhost:1");
    ck_assert_int_eq(config.wait_ms, 0);
    ck_assert(read_config("env --region eu-west-1 https://localhost", "IAM_LOCAL_WAIT=1"));
    ck_assert_int_eq(config.command, COMMAND_ENV);
    ck_assert_str_eq(config.url, "https://localhost");
    ck_assert(read_config("env", ""));
    ck_assert_ptr_null(config.url);
    ck_assert(read_config("version", "IAM_LOCAL_NONSENSE=1"));
    ck_assert_int_eq(config.command, COMMAND_VERSION);
    ck_assert(read_config("--data x --version --nonsense", ""));
    ck_assert_int_eq(config.command, COMMAND_VERSION);
    ck_assert(read_config("--data version --root-email help@x.example", ""));
    ck_assert_int_eq(config.command, COMMAND_SERVE);
    refused("env http://a http://b", "", "unexpected argument 'http://b'");
    refused("serve env", "", "unexpected argument 'env'");
    refused("version env", "", "unexpected argument 'env'");
    refused("start", "",
            "unknown command 'start': expected serve, env, health, evaluate, lint, events, "
            "decisions, policy, report, "
            "org, help or version");
}
END_TEST

START_TEST(test_commands_with_arguments_of_their_own)
{
    ck_assert(read_config("lint --kind scp x", "IAM_LOCAL_NONSENSE=1"));
    ck_assert_int_eq(config.command, COMMAND_LINT);
    ck_assert_str_eq(config.arguments[0], "--kind");
    ck_assert(read_config("evaluate", ""));
    ck_assert_int_eq(config.command, COMMAND_EVALUATE);
    ck_assert_ptr_null(config.arguments[0]);
    refused("--seed 1 lint", "", "write lint first");
}
END_TEST

START_TEST(test_help_is_always_had)
{
    static const struct {
        const char *arguments;
        enum config_command topic;
    } cases[] = {
        {"--help", COMMAND_HELP},
        {"-h", COMMAND_HELP},
        {"help", COMMAND_HELP},
        {"--nonsense --help", COMMAND_HELP},
        {"start --help", COMMAND_HELP},
        {"serve --help", COMMAND_SERVE},
        {"help serve", COMMAND_SERVE},
        {"env -h", COMMAND_ENV},
        {"health --nonsense --help", COMMAND_HEALTH},
        {"evaluate x --help", COMMAND_EVALUATE},
        {"lint --help", COMMAND_LINT},
        {"help lint", COMMAND_LINT},
        {"version --help", COMMAND_VERSION},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        ck_assert(read_config(cases[i].arguments, "IAM_LOCAL_NONSENSE=1"));
        ck_assert_int_eq(config.command, COMMAND_HELP);
        ck_assert_int_eq(config.topic, cases[i].topic);
    }
    refused("help nonsense", "",
            "unknown command 'nonsense': expected serve, env, health, evaluate, lint, events, "
            "decisions, policy, report, "
            "org, help or version");
    refused("help lint env", "", "unexpected argument 'env'");
}
END_TEST

/* All that Kubernetes and container links set for a neighbour called iam-local. */
START_TEST(test_variables_of_neighbours)
{
    ck_assert(read_config("", "IAM_LOCAL_SERVICE_HOST=10.0.0.1 IAM_LOCAL_SERVICE_PORT=4566 "
                              "IAM_LOCAL_SERVICE_PORT_HTTP=4566 IAM_LOCAL_PORT=tcp://10.0.0.1:4566 "
                              "IAM_LOCAL_PORT_4566_TCP=tcp://10.0.0.1:4566 "
                              "IAM_LOCAL_PORT_4566_TCP_PROTO=tcp IAM_LOCAL_PORT_4566_TCP_PORT=4566 "
                              "IAM_LOCAL_PORT_4566_TCP_ADDR=10.0.0.1 IAM_LOCAL_NAME=/web/iam-local "
                              "IAM_LOCAL_ENV_LANG=C IAM_LOCAL_ENFORCE=soft"));
    ck_assert_int_eq(config.enforcement, ENFORCE_SOFT);
    ck_assert_str_eq(listen_url(&a, &config.listen.v[0]), "http://127.0.0.1:4566");
    refused("", "IAM_LOCAL_PORT=4567",
            "unknown variable IAM_LOCAL_PORT (did you mean IAM_LOCAL_LISTEN?); see --help");
    refused("", "IAM_LOCAL_PORT",
            "unknown variable IAM_LOCAL_PORT (did you mean IAM_LOCAL_LISTEN?); see --help");
    refused("", "IAM_LOCAL_SERVICE=x", "unknown variable IAM_LOCAL_SERVICE; see --help");
    refused("", "IAM_LOCAL_SERVICE_HOSTS=x",
            "unknown variable IAM_LOCAL_SERVICE_HOSTS; see --help");
    refused("", "IAM_LOCAL_PORTS=x", "unknown variable IAM_LOCAL_PORTS; see --help");
}
END_TEST

START_TEST(test_wait)
{
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {{"10s", 10000}, {"500ms", 500}, {"2m", 120000}, {"3", 3000}, {"0", 0}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        ck_assert(read_config(arena_printf(&a, "health --wait %s", cases[i].text), ""));
        ck_assert_int_eq(config.wait_ms, cases[i].ms);
    }
    ck_assert(read_config("--wait 1s health", ""));
    ck_assert(read_config("health", "IAM_LOCAL_WAIT=1s") && config.wait_ms == 1000);
    static const char *const bad[] = {"s", "-1s", "1.5s", "1h", "2147483648", "1mss"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        ck_assert(!read_config(arena_printf(&a, "health --wait=%s", bad[i]), ""));
    refused("serve --wait 1s", "", "--wait is for another command; see --help");
    refused("env --wait 1s", "", "--wait is for another command; see --help");
}
END_TEST

START_TEST(test_unknown_names)
{
    refused("--acount 1", "", "unknown option --acount (did you mean --account?); see --help");
    refused("--port 1", "", "unknown option --port (did you mean --listen?); see --help");
    refused("--data-dir=x", "", "unknown option --data-dir (did you mean --data?); see --help");
    refused("--proxy 1", "", "unknown option --proxy; see --help");
    refused("--zzz=1", "", "unknown option --zzz; see --help");
    refused("-v", "", "unknown option -v; see --help");
    refused("", "IAM_LOCAL_REGIONS=x",
            "unknown variable IAM_LOCAL_REGIONS (did you mean IAM_LOCAL_REGION?); see --help");
    refused("", "IAM_LOCAL_DATA_DIR=x",
            "unknown variable IAM_LOCAL_DATA_DIR (did you mean IAM_LOCAL_DATA?); see --help");
    refused("", "IAM_LOCAL_=x", "unknown variable IAM_LOCAL_; see --help");
}
END_TEST

START_TEST(test_values)
{
    static const struct {
        const char *good, *bad, *expected;
    } cases[] = {
        {"--account 000000000001", "--account 12345678901a", "expected 12 digits"},
        {"--root-email a@b.example", "--root-email alice",
         "expected an e-mail address of at most 64 characters"},
        {"--root-access-key-id ABCDEFGHIJKLMNOP", "--root-access-key-id ABCDEFGHIJKLMNO",
         "expected 16 to 128 letters, digits or underscores"},
        {"--region us-gov-west-1", "--region US-EAST-1", "expected a region, such as eu-central-1"},
        {"--enforce off", "--enforce no", "expected strict, soft or off"},
        {"--durability full --data x", "--durability none", "expected normal or full"},
        {"--threads 1", "--threads 0", "expected a number from 1 to 256"},
        {"--threads 256", "--threads 257", "expected a number from 1 to 256"},
        {"--log-level debug", "--log-level loud", "expected error, warn, info or debug"},
        {"--log-format json", "--log-format xml", "expected text or json"},
        {"--seed 9223372036854775807", "--seed -1", "expected a whole number below 2^63"},
        {"--quota Users=0", "--quota Users=x", "expected NAME=N with a whole number"},
        {"--quota Users=1,Groups=2", "--quota Users", "expected NAME=N with a whole number"},
        {"--allow-host iam.test", "--allow-host iam.test:1", "expected a host name without port"},
        {"--allow-default-credentials", "--allow-default-credentials=maybe",
         "expected true or false"},
        {"--data x", "--data ", "expected DIR"},
        {"--listen 127.0.0.1:65535", "--listen 127.0.0.1:65536",
         "expected ADDRESS:PORT, such as 127.0.0.1:4566, [::1]:4566 or localhost:0"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        ck_assert_msg(read_config(cases[i].good, ""), "%s: %s", cases[i].good, message);
        ck_assert_msg(!read_config(cases[i].bad, ""), "accepted: %s", cases[i].bad);
        ck_assert_ptr_nonnull(strstr(message, cases[i].expected));
    }
    refused("--account 12", "", "--account '12': expected 12 digits");
    refused("", "IAM_LOCAL_ACCOUNT=12", "IAM_LOCAL_ACCOUNT '12': expected 12 digits");
}
END_TEST

START_TEST(test_combinations)
{
    refused("--durability full", "",
            "--durability full needs --data: state in memory survives nothing");
    refused("", "IAM_LOCAL_DURABILITY=full",
            "--durability full needs --data: state in memory survives nothing");
    const char *port = "--listen: port 0 is any free one; give the one that the server has";
    refused("env --listen 127.0.0.1:0", "", port);
    refused("env --listen [::1]:0", "", port);
    refused("health", "IAM_LOCAL_LISTEN=localhost:0", port);
    ck_assert(read_config("health http://localhost:1", "IAM_LOCAL_LISTEN=localhost:0"));
    ck_assert(read_config("--listen 127.0.0.1:0", ""));
}
END_TEST

START_TEST(test_secrets_are_not_repeated)
{
    refused("--root-secret-access-key s\x01", "",
            "--root-secret-access-key: expected up to 256 visible ASCII characters without blanks");
    refused("", "IAM_LOCAL_ADMIN_TOKEN=s\x01",
            "IAM_LOCAL_ADMIN_TOKEN: expected visible ASCII characters without blanks");
    static const char *const weak[] = {"short1A", "onlyletters", "Root1@b.example",
                                       "IAM_LOCAL_ROOT_PASSWORD=12345678"};
    for (size_t i = 0; i < ARRAY_LEN(weak); i++) {
        bool variable = i == ARRAY_LEN(weak) - 1;
        refused(variable
                    ? ""
                    : arena_printf(&a, "--root-email root1@b.example --root-password %s", weak[i]),
                variable ? weak[i] : "",
                "--root-password: expected 8 to 128 characters of three kinds at least (capital "
                "letters, small letters, digits, symbols), and not the e-mail address");
    }
    ck_assert(read_config("--root-password correct-Horse", ""));
    ck_assert_str_eq(config.root_password, "correct-Horse");
}
END_TEST

START_TEST(test_exposed)
{
    static const char *const exposed[] = {"0.0.0.0:1", "[::]:1", "192.0.2.1:1", "[2001:db8::1]:1"};
    for (size_t i = 0; i < ARRAY_LEN(exposed); i++) {
        char *flag = arena_printf(&a, "--listen %s", exposed[i]);
        refused(flag, "",
                "other hosts could connect and the root access key is the well-known default: set "
                "--root-secret-access-key, or give --allow-default-credentials");
        ck_assert(read_config(flag, "IAM_LOCAL_ALLOW_DEFAULT_CREDENTIALS=true"));
        ck_assert(config_is_exposed(&config));
        ck_assert(read_config(flag, "IAM_LOCAL_ROOT_SECRET_ACCESS_KEY=other"));
    }
    ck_assert(read_config("--listen 127.9.9.9:1", "") && !config_is_exposed(&config));
}
END_TEST

START_TEST(test_listen_parse)
{
    static const char *const bad[] = {
        "",
        ":",
        ":80",
        "80",
        "127.0.0.1",
        "127.0.0.1:",
        "::1:80",
        "[::1]",
        "[127.0.0.1]:1",
        "127.0.0.256:1",
        "example.com:1",
        "127.0.0.1:x",
        "[::1:80",
        "[00000000000000000000000000000000000000000000000000000000000000]:1",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct listen_list list = {.n = 0};
        ck_assert_msg(!listen_parse(&list, str_of(bad[i])), "accepted: %s", bad[i]);
        ck_assert_uint_eq(list.n, 0);
    }
    struct listen_list full = {.n = LISTEN_MAX - 1};
    ck_assert(!listen_parse(&full, STR("localhost:1")));
    ck_assert(listen_parse(&full, STR("127.0.0.1:1")));
    ck_assert(!listen_parse(&full, STR("127.0.0.1:1")));
}
END_TEST

START_TEST(test_port_taken)
{
    struct listen_list list = {.n = 0};
    struct listener first[LISTEN_MAX], second[LISTEN_MAX];
    ck_assert(listen_parse(&list, STR("localhost:0")));
    int n = listen_open(&list, &a, first, &message);
    ck_assert_int_ge(n, 1);
    in_port_t port = first[0].address.v4.sin_port;
    ck_assert_uint_ne(port, 0);
    if (n == 2)
        ck_assert_uint_eq(first[1].address.v6.sin6_port, port);

    list.v[0].v4.sin_port = port;
    ck_assert_int_eq(listen_open(&list, &a, second, &message), -1);
    char *expected = arena_printf(
        &a, "cannot listen on 127.0.0.1:%d: the port is taken (--listen picks another)",
        ntohs(port));
    ck_assert_str_eq(message, expected);
    listen_close(first, (size_t)n);
}
END_TEST

START_TEST(test_help)
{
    for (int i = 0; i < COMMAND_COUNT; i++) {
        struct str help = str_of(help_text(&a, (enum config_command)i));
        while (help.p)
            ck_assert_uint_le(str_cut(&help, '\n').n, 100);
    }
    const char *all = help_text(&a, COMMAND_HELP), *serve = help_text(&a, COMMAND_SERVE);
    ck_assert_ptr_nonnull(strstr(serve, "IAM_LOCAL_ROOT_SECRET_ACCESS_KEY, default wJal"));
    for (int i = 0; i < QUOTA_COUNT; i++)
        ck_assert_ptr_nonnull(strstr(serve, quota_rows[i].name));
    ck_assert_ptr_nonnull(strstr(serve, "separated by commas"));
    ck_assert_ptr_null(strstr(serve, "--wait"));
    ck_assert_ptr_nonnull(strstr(all, strstr(serve, "\nOptions")));
    const char *health = help_text(&a, COMMAND_HEALTH);
    ck_assert(strstr(health, "--wait TIME") && strstr(health, "--listen"));
    ck_assert(!strstr(health, "--region") && !strstr(health, "Quotas"));
    const char *env = help_text(&a, COMMAND_ENV);
    ck_assert(strstr(env, "--region") && !strstr(env, "--wait") && !strstr(env, "--data"));
}
END_TEST

START_TEST(test_banner)
{
    const char *urls[] = {"http://127.0.0.1:4566", "http://[::1]:4566"};
    ck_assert(read_config("", ""));
    struct server server = {.config = config};
    const char *text = banner_text(&a, &server, urls, 2);
    ck_assert_ptr_nonnull(strstr(text, "\nexport AWS_ENDPOINT_URL_IAM=http://127.0.0.1:4566\n"));
    ck_assert_ptr_nonnull(strstr(text, "\nexport AWS_ENDPOINT_URL_STS=http://127.0.0.1:4566\n"));
    ck_assert_ptr_nonnull(strstr(text, "\n  root key      AKIAIOSFODNN7EXAMPLE\n"
                                       "                no policy limits it: make an "
                                       "administrator with it, then delete it\n"));
    ck_assert_ptr_nonnull(strstr(text, "\nexport AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI"));
    ck_assert_str_eq(text + strlen(text) - strlen("\nReady.\n"), "\nReady.\n");
    /* What `env` prints, and the banner does not differ. */
    ck_assert_ptr_nonnull(strstr(text, banner_exports(&a, &config, urls[0])));
    ck_assert_ptr_nonnull(strstr(text, "\nunset AWS_PROFILE"));
    ck_assert_ptr_null(strstr(text, "admin token"));
    server.config.admin_token = "open sesame";
    ck_assert_ptr_null(strstr(banner_text(&a, &server, urls, 2), "open sesame"));
    server.config.admin_token_made = true;
    ck_assert_ptr_nonnull(
        strstr(banner_text(&a, &server, urls, 2), "\n  admin token   open sesame\n"));
    ck_assert(read_config("--account 111111111111,222222222222", ""));
    server.config = config;
    ck_assert_ptr_nonnull(strstr(banner_text(&a, &server, urls, 2),
                                 "\n  account       111111111111\n                222222222222\n"));

    server.root_keys = ROOT_KEYS_STORED;
    text = banner_text(&a, &server, urls, 2);
    ck_assert_ptr_null(strstr(text, "AKIA"));
    ck_assert_ptr_null(strstr(text, "wJal"));
    ck_assert_ptr_nonnull(strstr(text, "data directory"));
    server.root_keys = ROOT_KEYS_NONE;
    text = banner_text(&a, &server, urls, 2);
    ck_assert_ptr_nonnull(strstr(text, "none is active"));
    ck_assert_ptr_null(strstr(text, "no policy limits it"));

    ck_assert(read_config("--root-secret-access-key it's", "") && config.root_key_given);
    server = (struct server){.config = config};
    ck_assert_ptr_null(strstr(banner_text(&a, &server, urls, 2), "it's"));
    ck_assert_ptr_nonnull(
        strstr(banner_exports(&a, &config, urls[0]), "export AWS_SECRET_ACCESS_KEY='it'\\''s'\n"));
    ck_assert(read_config("env --listen 0.0.0.0:80", ""));
    ck_assert_str_eq(banner_url(&a, &config), "http://127.0.0.1:80");
}
END_TEST

/* In a folder that others may write to, a link in the way of the file leads nowhere. */
START_TEST(test_ready_file_follows_no_link)
{
    const char *tmp = getenv("TMPDIR"), *urls[] = {"http://127.0.0.1:4566"};
    char *folder = mkdtemp(arena_printf(&a, "%s/ready-XXXXXX", tmp ? tmp : "/tmp"));
    ck_assert_ptr_nonnull(folder);
    const char *file = arena_printf(&a, "%s/ready", folder);
    const char *other = arena_printf(&a, "%s/other", folder);
    ck_assert_int_eq(symlink(other, arena_printf(&a, "%s.%d", file, (int)getpid())), 0);
    ck_assert_int_eq(banner_write_ready_file(&a, file, urls, 1), 0);
    ck_assert_int_eq(access(file, F_OK), 0);
    ck_assert_int_ne(access(other, F_OK), 0);
    unlink(other);
    unlink(file);
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("config");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_defaults);
    tcase_add_test(tc, test_flags_win);
    tcase_add_test(tc, test_lists);
    tcase_add_test(tc, test_accounts);
    tcase_add_test(tc, test_commands);
    tcase_add_test(tc, test_commands_with_arguments_of_their_own);
    tcase_add_test(tc, test_help_is_always_had);
    tcase_add_test(tc, test_variables_of_neighbours);
    tcase_add_test(tc, test_wait);
    tcase_add_test(tc, test_unknown_names);
    tcase_add_test(tc, test_values);
    tcase_add_test(tc, test_combinations);
    tcase_add_test(tc, test_secrets_are_not_repeated);
    tcase_add_test(tc, test_exposed);
    tcase_add_test(tc, test_listen_parse);
    tcase_add_test(tc, test_port_taken);
    tcase_add_test(tc, test_help);
    tcase_add_test(tc, test_banner);
    tcase_add_test(tc, test_ready_file_follows_no_link);
    Suite *s = suite_create("config");
    suite_add_tcase(s, tc);
    SRunner *sr = srunner_create(s);
    srunner_run_all(sr, CK_NORMAL);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
