/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cli/config_priv.h"

#include <inttypes.h>

#include "access/account.h"
#include "authn/password.h"
#include "authn/sigv4.h"
#include "model/ids.h"

static const char *const enforcement_names[] = {
    [ENFORCE_STRICT] = "strict",
    [ENFORCE_SOFT] = "soft",
    [ENFORCE_OFF] = "off",
    NULL,
};

bool config_choose(const char *const names[], const char *value, int *ret)
{
    for (int i = 0; names[i]; i++) {
        if (str_is(str_of(value), names[i])) {
            *ret = i;
            return true;
        }
    }
    return false;
}

static bool all_word_characters(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_is_alnum(s.p[i]) && s.p[i] != '_')
            return false;
    }
    return true;
}

/* Visible ASCII, which is what fits into a header or a shell variable. */
static bool all_visible(const char *text)
{
    for (; *text; text++) {
        if (*text <= ' ' || *text > '~')
            return false;
    }
    return true;
}

static const char *parse_listen(struct config *config, struct arena *a UNUSED, const char *value,
                                bool first)
{
    if (first)
        config->listen.n = 0;
    struct str rest = str_of(value);
    while (rest.p) {
        if (!listen_parse(&config->listen, str_trim(str_cut(&rest, ','))))
            return "expected ADDRESS:PORT, such as 127.0.0.1:4566, [::1]:4566 or localhost:0";
    }
    return NULL;
}

static const char *parse_data(struct config *config, struct arena *a UNUSED, const char *value,
                              bool first UNUSED)
{
    config->data_directory = value;
    return NULL;
}

static const char *parse_durability(struct config *config, struct arena *a UNUSED,
                                    const char *value, bool first UNUSED)
{
    int choice = 0;
    if (!config_choose((const char *const[]){"normal", "full", NULL}, value, &choice))
        return "expected normal or full";
    config->full_durability = choice == 1;
    return NULL;
}

static bool has_account(const struct config *config, struct str id)
{
    bool has = config->account && str_is(id, config->account);
    for (size_t i = 0; i < config->n_more_accounts; i++)
        has |= str_is(id, config->more_accounts[i]);
    return has;
}

static const char *parse_account(struct config *config, struct arena *a, const char *value,
                                 bool first)
{
    if (first) {
        config->account = NULL;
        config->n_more_accounts = 0;
    }
    struct str rest = str_of(value);
    while (rest.p) {
        struct str id = str_trim(str_cut(&rest, ','));
        if (!account_id_ok(id))
            return "expected 12 digits";
        if (has_account(config, id))
            return arena_printf(a, "account %.*s is there twice", STR_FMT(id));
        if (config->n_more_accounts == CONFIG_ACCOUNTS_MAX)
            return "too many accounts";
        if (config->account)
            config->more_accounts[config->n_more_accounts++] = str_dup(a, id);
        else
            config->account = str_dup(a, id);
    }
    return NULL;
}

static const char *parse_email(struct config *config, struct arena *a UNUSED, const char *value,
                               bool first UNUSED)
{
    config->root_email = value;
    return account_email_ok(str_of(value)) ? NULL
                                           : "expected an e-mail address of at most 64 characters";
}

static const char *parse_root_password(struct config *config, struct arena *a UNUSED,
                                       const char *value, bool first UNUSED)
{
    config->root_password = value;
    return strlen(value) <= PASSWORD_MAX ? NULL : "expected at most 128 characters";
}

static const char *parse_key_id(struct config *config, struct arena *a UNUSED, const char *value,
                                bool first UNUSED)
{
    struct str s = str_of(value);
    config->root_key_id = value;
    return s.n >= 16 && s.n <= 128 && all_word_characters(s)
               ? NULL
               : "expected 16 to 128 letters, digits or underscores";
}

static const char *parse_secret(struct config *config, struct arena *a UNUSED, const char *value,
                                bool first UNUSED)
{
    config->root_secret = value;
    return all_visible(value) && strlen(value) <= SIGV4_SECRET_MAX
               ? NULL
               : "expected up to 256 visible ASCII characters without blanks";
}

static const char *parse_region(struct config *config, struct arena *a UNUSED, const char *value,
                                bool first UNUSED)
{
    struct str s = str_of(value);
    bool ok = s.n <= 32 && s.p[0] >= 'a' && s.p[0] <= 'z' && ascii_is_digit(s.p[s.n - 1]) &&
              strchr(value, '-') != NULL;
    for (size_t i = 0; i < s.n; i++)
        ok = ok && (ascii_is_digit(s.p[i]) || (s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '-');
    config->region = value;
    return ok ? NULL : "expected a region, such as eu-central-1";
}

static const char *parse_enforcement(struct config *config, struct arena *a UNUSED,
                                     const char *value, bool first UNUSED)
{
    int choice = 0;
    if (!config_choose(enforcement_names, value, &choice))
        return "expected strict, soft or off";
    config->enforcement = (enum enforcement)choice;
    return NULL;
}

static const char *parse_quota(struct config *config, struct arena *a, const char *value,
                               bool first)
{
    for (int i = 0; first && i < QUOTA_COUNT; i++)
        config->quotas[i] = quota_rows[i].dflt;
    struct str rest = str_of(value);
    while (rest.p) {
        struct str number = str_trim(str_cut(&rest, ','));
        enum quota quota = QUOTA_COUNT;
        if (!quota_find(str_cut(&number, '='), &quota)) {
            struct buf known = buf_new(a, 128);
            for (int i = 0; i < QUOTA_COUNT; i++)
                buf_printf(&known, "%s%s", i ? ", " : "expected NAME=N with one of ",
                           quota_rows[i].name);
            return buf_text(&known);
        }
        if (!number.p || !str_to_int64(number, &config->quotas[quota]))
            return "expected NAME=N with a whole number";
    }
    return NULL;
}

static const char *parse_setting(struct config *config, struct arena *a, const char *value,
                                 enum setting setting)
{
    const struct setting_range *range = &setting_ranges[setting];
    int64_t number = 0;
    bool ok =
        str_to_int64(str_of(value), &number) && number >= range->least && number <= range->most;
    config->settings[setting] = number;
    return ok ? NULL
              : arena_printf(a, "expected a number from %" PRId64 " to %" PRId64, range->least,
                             range->most);
}

static const char *parse_password_cost(struct config *config, struct arena *a, const char *value,
                                       bool first UNUSED)
{
    return parse_setting(config, a, value, SETTING_PASSWORD_COST);
}

static const char *parse_lockout_failures(struct config *config, struct arena *a, const char *value,
                                          bool first UNUSED)
{
    return parse_setting(config, a, value, SETTING_LOCKOUT_FAILURES);
}

static const char *parse_lockout_address_failures(struct config *config, struct arena *a,
                                                  const char *value, bool first UNUSED)
{
    return parse_setting(config, a, value, SETTING_LOCKOUT_ADDRESS_FAILURES);
}

static const char *parse_lockout_seconds(struct config *config, struct arena *a, const char *value,
                                         bool first UNUSED)
{
    return parse_setting(config, a, value, SETTING_LOCKOUT_SECONDS);
}

static const char *parse_plain_hosts(struct config *config, struct arena *a, const char *value,
                                     bool first UNUSED)
{
    return parse_setting(config, a, value, SETTING_PLAIN_HOSTS);
}

static const char *parse_admin_token(struct config *config, struct arena *a UNUSED,
                                     const char *value, bool first UNUSED)
{
    config->admin_token = value;
    return all_visible(value) ? NULL : "expected visible ASCII characters without blanks";
}

static const char *parse_allow_host(struct config *config, struct arena *a, const char *value,
                                    bool first)
{
    if (first)
        config->n_allow_hosts = 0;
    struct str rest = str_of(value);
    while (rest.p) {
        struct str host = str_trim(str_cut(&rest, ','));
        if (host.n == 0 || memchr(host.p, ':', host.n) || memchr(host.p, '/', host.n))
            return "expected a host name without port";
        if (config->n_allow_hosts == CONFIG_HOSTS_MAX)
            return "too many hosts";
        config->allow_hosts[config->n_allow_hosts++] = str_dup(a, host);
    }
    return NULL;
}

static const char *parse_default_credentials(struct config *config, struct arena *a UNUSED,
                                             const char *value, bool first UNUSED)
{
    int choice = 0;
    if (!config_choose((const char *const[]){"false", "true", "0", "1", NULL}, value, &choice))
        return "expected true or false";
    config->allow_default_credentials = choice % 2 == 1;
    return NULL;
}

static const char *parse_log_format(struct config *config, struct arena *a UNUSED,
                                    const char *value, bool first UNUSED)
{
    int choice = 0;
    if (!config_choose((const char *const[]){"text", "json", NULL}, value, &choice))
        return "expected text or json";
    config->log.format = choice == 1 ? LOG_JSON : LOG_TEXT;
    return NULL;
}

static const char *parse_log_level(struct config *config, struct arena *a UNUSED, const char *value,
                                   bool first UNUSED)
{
    int choice = 0;
    if (!config_choose((const char *const[]){"error", "warn", "info", "debug", NULL}, value,
                       &choice))
        return "expected error, warn, info or debug";
    config->log.level = (enum log_level)choice;
    return NULL;
}

static const char *parse_seed(struct config *config, struct arena *a UNUSED, const char *value,
                              bool first UNUSED)
{
    int64_t seed = 0;
    if (!str_to_int64(str_of(value), &seed))
        return "expected a whole number below 2^63";
    config->seeded = true;
    config->seed = (uint64_t)seed;
    return NULL;
}

static const char *parse_ready_file(struct config *config, struct arena *a UNUSED,
                                    const char *value, bool first UNUSED)
{
    config->ready_file = value;
    return NULL;
}

static const char *parse_event_log(struct config *config, struct arena *a UNUSED, const char *value,
                                   bool first UNUSED)
{
    config->event_log = value;
    return NULL;
}

static const char *parse_max_sandboxes(struct config *config, struct arena *a UNUSED,
                                       const char *value, bool first UNUSED)
{
    int64_t number = 0;
    bool ok = str_to_int64(str_of(value), &number) && number <= CONFIG_SANDBOXES_MAX;
    config->max_sandboxes = (size_t)number;
    return ok ? NULL : "expected a number up to 100000";
}

static const char *parse_threads(struct config *config, struct arena *a UNUSED, const char *value,
                                 bool first UNUSED)
{
    int64_t number = 0;
    bool ok = str_to_int64(str_of(value), &number) && number >= 1 && number <= CONFIG_THREADS_MAX;
    config->threads = (unsigned)number;
    return ok ? NULL : "expected a number from 1 to 256";
}

/* Milliseconds of "500ms", "10s" or "2m"; a bare number is seconds. */
static bool read_duration(struct str text, int64_t *ret)
{
    static const struct {
        const char *unit;
        int64_t ms;
    } units[] = {{"", 1000}, {"ms", 1}, {"s", 1000}, {"m", 60000}};
    size_t digits = 0;
    while (digits < text.n && ascii_is_digit(text.p[digits]))
        digits++;
    int64_t number = 0;
    if (!str_to_int64((struct str){text.p, digits}, &number) || number > INT32_MAX)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        if (str_is((struct str){text.p + digits, text.n - digits}, units[i].unit)) {
            *ret = number * units[i].ms;
            return true;
        }
    }
    return false;
}

static const char *parse_wait(struct config *config, struct arena *a UNUSED, const char *value,
                              bool first UNUSED)
{
    return read_duration(str_of(value), &config->wait_ms)
               ? NULL
               : "expected a time, such as 500ms, 10s or 2m";
}

/* The commands that go by an option. */
enum {
    SERVE = 1 << COMMAND_SERVE,
    ENV = 1 << COMMAND_ENV,
    HEALTH = 1 << COMMAND_HEALTH,
};

const struct config_option config_options[] = {
    {"listen", "ADDRESS:PORT", "localhost:4566",
     "where to listen; may be given several times; localhost is 127.0.0.1 and [::1], port 0 picks "
     "a free one",
     parse_listen, false, SERVE | ENV | HEALTH},
    {"data", "DIR", NULL, "keep the state in this directory; without it, in memory", parse_data,
     false, SERVE},
    {"durability", "LEVEL", "normal",
     "with --data: normal survives a crash of the program, full a power cut", parse_durability,
     false, SERVE},
    {"account", "ID", "123456789012",
     "the default account; may be repeated: each further account is made when it is not there, "
     "with a root user whose access keys POST /_iam-local/accounts/ID/access-keys makes",
     parse_account, false, SERVE},
    {"root-email", "ADDRESS", "root@example.com",
     "e-mail address of the default account's root user", parse_email, false, SERVE},
    {"root-password", "PASSWORD", NULL,
     "and its password, unless it has one; without it, and for the root users of further accounts, "
     "PUT /_iam-local/accounts/ID/root sets one",
     parse_root_password, true, SERVE},
    {"root-access-key-id", "ID", CONFIG_WELL_KNOWN_KEY_ID, "access key of its root user",
     parse_key_id, false, SERVE | ENV},
    {"root-secret-access-key", "SECRET", CONFIG_WELL_KNOWN_SECRET, "and the secret of that key",
     parse_secret, true, SERVE | ENV},
    {"region", "REGION", "us-east-1", "the region shown to clients, enabled in all accounts",
     parse_region, false, SERVE | ENV},
    {"enforce", "MODE", "strict",
     "strict refuses as AWS does; soft only reports what it would refuse; off checks nothing, not "
     "even signatures: a known access key is its owner, everybody else the root user",
     parse_enforcement, false, SERVE},
    {"quota", "NAME=N", NULL,
     "another value for a quota (listed below), such as Users=1000000; may be repeated",
     parse_quota, false, SERVE},
    {"password-cost", "N", "5",
     "of hashing a password, 1 to 11: each step takes about twice as long, and 5 takes 15 ms",
     parse_password_cost, false, SERVE},
    {"lockout-failures", "N", "10",
     "wrong passwords in a row after which a name is locked; 0 never locks one",
     parse_lockout_failures, false, SERVE},
    {"lockout-address-failures", "N", "100",
     "the same for all names from one address of another host; 0 never locks one",
     parse_lockout_address_failures, false, SERVE},
    {"lockout-seconds", "N", "60", "for how long", parse_lockout_seconds, false, SERVE},
    {"plain-hosts", "N", "0",
     "hosts that name no bucket to the S3 that decisions are made for: 1, also those of the form "
     "BUCKET.localhost; 2, all",
     parse_plain_hosts, false, SERVE},
    {"admin-token", "TOKEN", NULL,
     "what requests below /_iam-local/ must present; by default nothing, or when other hosts can "
     "connect, one that is made at the start and printed, for them",
     parse_admin_token, true, SERVE},
    {"allow-host", "NAME", NULL,
     "a further host name by which clients reach this server; may be repeated", parse_allow_host,
     false, SERVE},
    {"allow-default-credentials", NULL, NULL,
     "let other hosts connect although the root access key is the well-known default",
     parse_default_credentials, false, SERVE},
    {"max-sandboxes", "N", "1000", "how many sandboxes there may be besides the default one",
     parse_max_sandboxes, false, SERVE},
    {"threads", "N", NULL,
     "how many threads serve connections; by default as many as there are processors, but two at "
     "least",
     parse_threads, false, SERVE},
    {"log-format", "FORMAT", "text", "text or json", parse_log_format, false, SERVE},
    {"log-level", "LEVEL", "info", "error, warn, info or debug, which shows every request",
     parse_log_level, false, SERVE},
    {"event-log", "FILE", NULL,
     "append what happens to this file, a record of CloudTrail in a line; SIGHUP opens it anew",
     parse_event_log, false, SERVE},
    {"seed", "N", NULL, "make identifiers and secrets reproducible (for tests)", parse_seed, false,
     SERVE},
    {"ready-file", "FILE", NULL,
     "write the endpoint URLs to this file, one per line, when ready; it is removed at the start "
     "and at the end",
     parse_ready_file, false, SERVE},
    {"wait", "TIME", NULL,
     "ask again until the server is well or this time is over, such as 500ms, 10s or 2m",
     parse_wait, false, HEALTH},
};

const size_t config_n_options = ARRAY_LEN(config_options);

const char *config_enforcement_name(enum enforcement enforcement)
{
    return enforcement_names[enforcement];
}

void config_variable(const struct config_option *option, char ret[static VARIABLE_SIZE])
{
    size_t n = sizeof VARIABLE_PREFIX - 1;
    memcpy(ret, VARIABLE_PREFIX, n);
    for (const char *p = option->flag; *p && n < VARIABLE_SIZE - 1; p++) {
        bool lower = *p >= 'a' && *p <= 'z';
        ret[n++] = *p == '-' ? '_' : (char)(lower ? *p - 'a' + 'A' : *p);
    }
    ret[n] = '\0';
}
