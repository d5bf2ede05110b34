/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cli/config_priv.h"

#include "authn/password_policy.h"
#include "server/cli/help.h"

enum source { FROM_NOWHERE, FROM_DEFAULT, FROM_ENVIRONMENT, FROM_ARGUMENTS };

struct reader {
    struct config *config;
    struct arena *arena;
    const char **message;
    enum source *last_source; /* of each option */
};

static bool set(struct reader *r, const struct config_option *option, const char *value,
                enum source source)
{
    size_t at = (size_t)(option - config_options);
    bool first = r->last_source[at] != source;
    r->last_source[at] = source;
    const char *expected =
        *value ? option->parse(r->config, r->arena, value, first) : "expected a value";
    if (!expected)
        return true;

    char name[VARIABLE_SIZE];
    config_variable(option, name);
    const char *given = source == FROM_ARGUMENTS ? arena_printf(r->arena, "--%s", option->flag)
                                                 : arena_strdup(r->arena, name);
    *r->message = option->secret ? arena_printf(r->arena, "%s: %s", given, expected)
                                 : arena_printf(r->arena, "%s '%s': %s", given, value, expected);
    return false;
}

static const struct config_option *find_flag(struct str name)
{
    for (size_t i = 0; i < config_n_options; i++) {
        if (str_is(name, config_options[i].flag))
            return &config_options[i];
    }
    return NULL;
}

/* What people type who know other programs. */
static const struct {
    const char *word, *flag;
} synonyms[] = {
    {"port", "listen"},         {"host", "listen"},     {"bind", "listen"},
    {"address", "listen"},      {"data-dir", "data"},   {"data-directory", "data"},
    {"enforcement", "enforce"}, {"quotas", "quota"},    {"token", "admin-token"},
    {"verbose", "log-level"},   {"debug", "log-level"}, {"account-id", "account"},
};

/* The option that was probably meant by the flag GIVEN, or NULL. */
static const struct config_option *guess(struct str given)
{
    for (size_t i = 0; i < ARRAY_LEN(synonyms); i++) {
        if (str_is(given, synonyms[i].word))
            return find_flag(str_of(synonyms[i].flag));
    }
    const struct config_option *nearest = NULL;
    size_t least = given.n > 4 ? 2 : 1;
    for (size_t i = 0; i < config_n_options; i++) {
        size_t distance = str_distance(given, str_of(config_options[i].flag));
        if (distance <= least) {
            least = distance;
            nearest = &config_options[i];
        }
    }
    return nearest;
}

/* "--x (did you mean --y?)" */
static const char *complain_flag(struct arena *a, struct str word)
{
    const struct config_option *meant = NULL;
    if (str_starts(word, STR("--")))
        meant = guess((struct str){word.p + 2, word.n - 2});
    return meant ? arena_printf(a, "unknown option %.*s (did you mean --%s?); see --help",
                                STR_FMT(word), meant->flag)
                 : arena_printf(a, "unknown option %.*s; see --help", STR_FMT(word));
}

static const char *complain_variable(struct arena *a, struct str name)
{
    char *flag = str_fold(a, (struct str){name.p + sizeof VARIABLE_PREFIX - 1,
                                          name.n - (sizeof VARIABLE_PREFIX - 1)});
    for (char *p = flag; *p; p++)
        *p = *p == '_' ? '-' : *p;
    const struct config_option *meant = guess(str_of(flag));
    if (!meant)
        return arena_printf(a, "unknown variable %.*s; see --help", STR_FMT(name));
    char known[VARIABLE_SIZE];
    config_variable(meant, known);
    return arena_printf(a, "unknown variable %.*s (did you mean %s?); see --help", STR_FMT(name),
                        known);
}

static const struct config_option *find_variable(struct str given)
{
    for (size_t i = 0; i < config_n_options; i++) {
        char name[VARIABLE_SIZE];
        config_variable(&config_options[i], name);
        if (str_is(given, name))
            return &config_options[i];
    }
    return NULL;
}

static bool read_defaults(struct reader *r)
{
    for (int i = 0; i < QUOTA_COUNT; i++)
        r->config->quotas[i] = quota_rows[i].dflt;
    for (size_t i = 0; i < config_n_options; i++) {
        if (config_options[i].dflt &&
            !set(r, &config_options[i], config_options[i].dflt, FROM_DEFAULT))
            return false;
    }
    return true;
}

/*
 * What Kubernetes and container links tell everybody near a service or container that is called
 * iam-local. A PORT that is no URL is somebody's mistake.
 * https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 * https://docs.docker.com/engine/network/links/#environment-variables
 */
static bool is_of_neighbour(struct str variable, struct str value)
{
    struct str name = {variable.p + sizeof VARIABLE_PREFIX - 1,
                       variable.n - (sizeof VARIABLE_PREFIX - 1)};
    if (str_is(name, "PORT"))
        return value.p && memmem(value.p, value.n, "://", 3) != NULL;
    return str_is(name, "SERVICE_HOST") || str_starts(name, STR("SERVICE_PORT")) ||
           str_starts(name, STR("PORT_")) || str_is(name, "NAME") || str_starts(name, STR("ENV_"));
}

/* An empty variable counts as not set: container tools pass those on. */
static bool read_environment(struct reader *r, char *const environment[])
{
    for (; *environment; environment++) {
        struct str value = str_of(*environment);
        if (!str_starts(value, STR(VARIABLE_PREFIX)))
            continue;
        struct str name = str_cut(&value, '=');
        const struct config_option *option = find_variable(name);
        if (!option && is_of_neighbour(name, value))
            continue;
        if (!option) {
            *r->message = complain_variable(r->arena, name);
            return false;
        }
        if (value.n > 0 && !set(r, option, value.p, FROM_ENVIRONMENT))
            return false;
    }
    return true;
}

static bool find_command(struct reader *r, const char *word, enum config_command *ret)
{
    bool found = help_find(word, ret);
    if (!found)
        *r->message =
            arena_printf(r->arena, "unknown command '%s': expected %s", word, help_names(r->arena));
    return found;
}

static bool read_command(struct reader *r, const char *word)
{
    if (!find_command(r, word, &r->config->command))
        return false;
    if (r->config->command > COMMAND_HEALTH) { /* where it comes first, has_own_words sees to it */
        *r->message = arena_printf(r->arena, "write %s first", word);
        return false;
    }
    return true;
}

/* Reads the option **argv and moves *argv to its last word. */
static bool read_option(struct reader *r, char *const **argv)
{
    struct str value = str_of(**argv);
    struct str name = str_cut(&value, '=');
    bool dashes = str_starts(name, STR("--"));
    const struct config_option *option =
        dashes ? find_flag((struct str){name.p + 2, name.n - 2}) : NULL;
    if (!option) {
        *r->message = complain_flag(r->arena, name);
        return false;
    }
    if (!value.p && !option->value)
        return set(r, option, "true", FROM_ARGUMENTS);
    if (!value.p && !(*argv)[1]) {
        *r->message = arena_printf(r->arena, "--%s: expected %s", option->flag, option->value);
        return false;
    }
    if (value.p)
        return set(r, option, value.p, FROM_ARGUMENTS);
    (*argv)++;
    return set(r, option, **argv, FROM_ARGUMENTS);
}

/* ARGV without the program's name. */
static bool read_arguments(struct reader *r, char *const argv[])
{
    bool command_seen = false;
    for (; *argv; argv++) {
        struct str word = str_of(*argv);
        if (str_starts(word, STR("-"))) {
            if (!read_option(r, &argv))
                return false;
        } else if (!command_seen) {
            if (!read_command(r, *argv))
                return false;
            command_seen = true;
        } else if (r->config->command != COMMAND_SERVE && !r->config->url) {
            r->config->url = *argv;
        } else {
            *r->message = arena_printf(r->arena, "unexpected argument '%s'", *argv);
            return false;
        }
    }
    return true;
}

static bool is_given(const struct reader *r, const char *flag)
{
    const struct config_option *option = find_flag(str_of(flag));
    return r->last_source[option - config_options] > FROM_DEFAULT;
}

/* What serve knows, the others accept, so that the same options can be given to all. */
static bool check_flags(struct reader *r)
{
    const unsigned accepted = 1U << r->config->command | 1U << COMMAND_SERVE;
    for (size_t i = 0; i < config_n_options; i++) {
        const struct config_option *option = &config_options[i];
        if (r->last_source[i] == FROM_ARGUMENTS && !(option->commands & accepted)) {
            *r->message =
                arena_printf(r->arena, "--%s is for another command; see --help", option->flag);
            return false;
        }
    }
    return true;
}

/* The key everybody knows must not open a door that others can reach. */
static bool check_exposure(const struct config *config, const char **message)
{
    if (config->command != COMMAND_SERVE || config->allow_default_credentials ||
        !config_is_exposed(config) || !config_has_well_known_secret(config))
        return true;
    *message = "other hosts could connect and the root access key is the well-known default: set "
               "--root-secret-access-key, or give --allow-default-credentials";
    return false;
}

/* AWS's rules for root users. */
static bool check_password(const struct config *config, const char **message)
{
    const struct password_rules rules = {.email = config->root_email, .name = ""};
    if (!config->root_password || password_conforms(&rules, config->root_password))
        return true;
    *message = "--root-password: expected 8 to 128 characters of three kinds at least (capital "
               "letters, small letters, digits, symbols), and not the e-mail address";
    return false;
}

/* What is only wrong together. */
static bool check_combination(const struct config *config, const char **message)
{
    bool serve = config->command == COMMAND_SERVE;
    if (serve && config->full_durability && !config->data_directory)
        *message = "--durability full needs --data: state in memory survives nothing";
    else if (!serve && !config->url && listen_port(&config->listen.v[0]) == 0)
        *message = "--listen: port 0 is any free one; give the one that the server has";
    else
        return check_password(config, message) && check_exposure(config, message);
    return false;
}

static bool is_help(const char *word)
{
    return str_is(str_of(word), "--help") || str_is(str_of(word), "-h");
}

/* Help must be had even when something else is wrong. */
static bool asks_for_help(char *const argv[], struct config *config)
{
    if (*argv && !help_find(*argv, &config->topic))
        config->topic = COMMAND_HELP;
    for (; *argv; argv++) {
        if (is_help(*argv)) {
            config->command = COMMAND_HELP;
            return true;
        }
    }
    return false;
}

static bool has_version(char *const argv[])
{
    for (; *argv; argv++) {
        if (str_is(str_of(*argv), "--version"))
            return true;
    }
    return false;
}

/* Commands that do not go by the options of the table have to come first. */
static bool has_own_words(char *const argv[], struct config *config)
{
    bool found = argv[0] && help_find(argv[0], &config->command);
    if (found && config->command > COMMAND_HEALTH) {
        config->arguments = argv + 1;
        return true;
    }
    config->command = COMMAND_SERVE;
    return false;
}

/* `help` has at most one word behind it and `version` none. */
static bool read_own_words(struct reader *r)
{
    struct config *config = r->config;
    char *const *rest = config->arguments;
    config->topic = COMMAND_HELP;
    if (config->command == COMMAND_HELP && *rest && !find_command(r, *rest++, &config->topic))
        return false;
    if (config->command >= COMMAND_HELP && *rest) {
        *r->message = arena_printf(r->arena, "unexpected argument '%s'", *rest);
        return false;
    }
    return true;
}

static bool read_all(struct reader *r, char *const argv[], char *const environment[])
{
    struct config *config = r->config;
    if (!read_defaults(r))
        return false;
    if (asks_for_help(argv, config))
        return true;
    if (has_own_words(argv, config))
        return read_own_words(r);
    if (has_version(argv)) {
        config->command = COMMAND_VERSION;
        return true;
    }
    return read_environment(r, environment) && read_arguments(r, argv) && check_flags(r) &&
           check_combination(config, r->message);
}

bool config_read(struct config *ret, struct arena *a, char *const argv[], char *const environment[],
                 const char **message)
{
    struct config config = {.command = COMMAND_SERVE};
    struct reader r = {.config = &config,
                       .arena = a,
                       .message = message,
                       .last_source = NEW_ARRAY(a, enum source, config_n_options)};
    bool ok = read_all(&r, argv + (argv[0] ? 1 : 0), environment);
    config.root_email_given = is_given(&r, "root-email");
    config.root_key_given =
        is_given(&r, "root-access-key-id") || is_given(&r, "root-secret-access-key");
    if (ok)
        *ret = config;
    return ok;
}

bool config_is_exposed(const struct config *config)
{
    for (size_t i = 0; i < config->listen.n; i++) {
        if (!listen_is_loopback(&config->listen.v[i]))
            return true;
    }
    return false;
}

bool config_has_well_known_secret(const struct config *config)
{
    return secret_equal(str_of(config->root_secret), STR(CONFIG_WELL_KNOWN_SECRET));
}
