/* SPDX-License-Identifier: Apache-2.0 */
#include "server/config_priv.h"

#include <inttypes.h>

#define VARIABLE_PREFIX "IAM_LOCAL_"

enum { NAME_MAX_SIZE = 64, HELP_COLUMN = 6, HELP_WIDTH = 94 };

enum source { FROM_NOWHERE, FROM_DEFAULT, FROM_ENVIRONMENT, FROM_ARGUMENTS };

struct reader {
    struct config *config;
    struct arena *arena;
    const char **message;
    enum source *last_source; /* of each option */
};

static void variable_of(const struct config_option *option, char ret[static NAME_MAX_SIZE])
{
    size_t n = sizeof VARIABLE_PREFIX - 1;
    memcpy(ret, VARIABLE_PREFIX, n);
    for (const char *p = option->flag; *p && n < NAME_MAX_SIZE - 1; p++) {
        bool lower = *p >= 'a' && *p <= 'z';
        ret[n++] = *p == '-' ? '_' : (char)(lower ? *p - 'a' + 'A' : *p);
    }
    ret[n] = '\0';
}

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

    char name[NAME_MAX_SIZE];
    variable_of(option, name);
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
    char known[NAME_MAX_SIZE];
    variable_of(meant, known);
    return arena_printf(a, "unknown variable %.*s (did you mean %s?); see --help", STR_FMT(name),
                        known);
}

static const struct config_option *find_variable(struct str given)
{
    for (size_t i = 0; i < config_n_options; i++) {
        char name[NAME_MAX_SIZE];
        variable_of(&config_options[i], name);
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

/* An empty variable counts as not set: container tools pass those on. */
static bool read_environment(struct reader *r, char *const environment[])
{
    for (; *environment; environment++) {
        struct str value = str_of(*environment);
        if (!str_starts(value, STR(VARIABLE_PREFIX)))
            continue;
        struct str name = str_cut(&value, '=');
        const struct config_option *option = find_variable(name);
        if (!option) {
            *r->message = complain_variable(r->arena, name);
            return false;
        }
        if (value.n > 0 && !set(r, option, value.p, FROM_ENVIRONMENT))
            return false;
    }
    return true;
}

static bool read_command(struct reader *r, const char *word)
{
    static const char *const names[] = {"serve", "env", "health", NULL};
    int choice = 0;
    if (str_is(str_of(word), "lint")) { /* main has seen to it where it comes first */
        *r->message = "lint has options of its own: write it first";
        return false;
    }
    if (!config_choose(names, word, &choice)) {
        *r->message = arena_printf(
            r->arena, "unknown command '%s': expected serve, env, health or lint", word);
        return false;
    }
    r->config->command = (enum config_command)choice;
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
        } else if (r->config->command == COMMAND_HEALTH && !r->config->health_url) {
            r->config->health_url = *argv;
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

/* What is only wrong together. */
static bool check_combination(const struct config *config, const char **message)
{
    bool serve = config->command == COMMAND_SERVE;
    if (serve && config->full_durability && !config->data_directory)
        *message = "--durability full needs --data: state in memory survives nothing";
    else if (!serve && !config->health_url && listen_port(&config->listen.v[0]) == 0)
        *message = "--listen: port 0 is any free one; give the one that the server has";
    else
        return check_exposure(config, message);
    return false;
}

/* Help must be had even when something else is wrong; as a command it has to come first. */
static bool asks_for_text(char *const argv[], enum config_command *ret)
{
    bool first = true;
    for (; *argv; argv++, first = false) {
        struct str word = str_of(*argv);
        bool help = str_is(word, "--help") || str_is(word, "-h") || (first && str_is(word, "help"));
        if (help || str_is(word, "--version") || (first && str_is(word, "version"))) {
            *ret = help ? COMMAND_HELP : COMMAND_VERSION;
            return true;
        }
    }
    return false;
}

bool config_read(struct config *ret, struct arena *a, char *const argv[], char *const environment[],
                 const char **message)
{
    struct config config = {.command = COMMAND_SERVE};
    struct reader r = {.config = &config,
                       .arena = a,
                       .message = message,
                       .last_source = NEW_ARRAY(a, enum source, config_n_options)};
    char *const *arguments = argv + (argv[0] ? 1 : 0);
    bool ok =
        read_defaults(&r) && (asks_for_text(arguments, &config.command) ||
                              (read_environment(&r, environment) && read_arguments(&r, arguments) &&
                               check_combination(&config, message)));
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

/* TEXT in lines of HELP_WIDTH at most, indented. */
static void add_wrapped(struct buf *b, const char *text)
{
    struct str rest = str_of(text);
    size_t column = 0;
    while (rest.p) {
        struct str word = str_cut(&rest, ' ');
        if (column == 0 || column + 1 + word.n > HELP_WIDTH) {
            buf_printf(b, "%s%*s", column ? "\n" : "", HELP_COLUMN, "");
            column = HELP_COLUMN;
        } else {
            buf_add_char(b, ' ');
            column++;
        }
        buf_add(b, word);
        column += word.n;
    }
    buf_add_char(b, '\n');
}

char *config_help(struct arena *a)
{
    struct buf b = buf_new(a, 4096);
    buf_add_text(&b,
                 "iam-local " IAM_LOCAL_VERSION ": a local AWS IAM and STS\n\n"
                 "  iam-local [serve] [OPTIONS]        serve until SIGTERM or SIGINT\n"
                 "  iam-local env [OPTIONS]            print export lines for a shell\n"
                 "  iam-local health [URL] [OPTIONS]   exit 0 when a server is well, else 1\n"
                 "  iam-local evaluate [FILE|-]        decide lines of JSON, without a server\n"
                 "  iam-local lint [--kind KIND] [--format text|json] FILE...\n"
                 "      check policy documents, - being standard input; KIND is identity, managed, "
                 "session,\n"
                 "      resource, trust, scp, rcp or endpoint; without it, it is guessed. Exit 0: "
                 "nothing but\n"
                 "      suggestions, 1: findings, 2: a file or an option cannot be used\n"
                 "  iam-local help | version           also as --help and --version\n\n"
                 "Options, as --NAME VALUE or --NAME=VALUE. The variable below an option does "
                 "the same;\nflags win, and an empty variable counts as not set. Several values "
                 "of an option that may be\nrepeated are separated by commas in one.\n");
    for (size_t i = 0; i < config_n_options; i++) {
        const struct config_option *option = &config_options[i];
        char name[NAME_MAX_SIZE];
        variable_of(option, name);
        buf_printf(&b, "\n  --%s%s%s\n", option->flag, option->value ? " " : "",
                   option->value ? option->value : "");
        add_wrapped(&b, option->help);
        buf_printf(&b, "%*s%s", HELP_COLUMN, "", name);
        buf_printf(&b, option->dflt ? ", default %s\n" : "%s\n", option->dflt ? option->dflt : "");
    }
    buf_add_text(&b, "\nQuotas and their defaults:\n");
    for (int i = 0; i < QUOTA_COUNT; i++)
        buf_printf(&b, "%*s%s=%" PRId64 "\n", HELP_COLUMN, "", quota_rows[i].name,
                   quota_rows[i].dflt);
    return buf_text(&b);
}
