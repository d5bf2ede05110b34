/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the program was asked to do: options of the command line and IAM_LOCAL_* variables, read
 * through one table. Flags win over variables, variables over defaults.
 */
#pragma once

#include "base/log.h"
#include "call/sandbox.h"
#include "model/quota.h"
#include "model/setting.h"
#include "server/http/listen.h"

/* The access key of the AWS documentation, known to everybody. */
#define CONFIG_WELL_KNOWN_KEY_ID "AKIAIOSFODNN7EXAMPLE"
#define CONFIG_WELL_KNOWN_SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

enum {
    CONFIG_HOSTS_MAX = 32,
    CONFIG_ACCOUNTS_MAX = 32,
    CONFIG_SANDBOXES_MAX = 100000,
    CONFIG_THREADS_MAX = 256,
};

/* The first three go by the table of options, the others by words of their own. */
enum config_command {
    COMMAND_SERVE,
    COMMAND_ENV,
    COMMAND_HEALTH,
    COMMAND_EVALUATE,
    COMMAND_LINT,
    COMMAND_EVENTS,
    COMMAND_DECISIONS,
    COMMAND_POLICY,
    COMMAND_REPORT,
    COMMAND_ORG,
    COMMAND_HELP,
    COMMAND_VERSION,
    COMMAND_COUNT,
};

/* Texts belong to the arguments, the environment or the arena given to config_read. */
struct config {
    enum config_command command;
    enum config_command topic; /* what COMMAND_HELP is about; COMMAND_HELP: all */
    char *const *arguments;    /* of commands behind COMMAND_HEALTH, which read them themselves */
    const char *url;           /* of COMMAND_ENV and COMMAND_HEALTH; NULL: the first of `listen` */
    int64_t wait_ms;           /* of COMMAND_HEALTH; 0: ask once */

    struct listen_list listen;
    const char *data_directory; /* NULL: in memory */
    bool full_durability;
    const char *ready_file; /* NULL: none */
    const char *event_log;  /* NULL: none */

    const char *account; /* the default one */
    const char *more_accounts[CONFIG_ACCOUNTS_MAX];
    size_t n_more_accounts;
    const char *root_email;
    const char *root_password; /* NULL: none */
    const char *root_key_id;
    const char *root_secret;
    bool root_email_given; /* not left at its default */
    bool root_key_given;   /* the two above were asked for, not left at their defaults */
    const char *region;
    enum enforcement enforcement;
    int64_t quotas[QUOTA_COUNT];
    int64_t settings[SETTING_COUNT];

    const char *admin_token; /* NULL: none */
    bool admin_token_made;   /* at the start: requests on loopback do without */
    const char *allow_hosts[CONFIG_HOSTS_MAX];
    size_t n_allow_hosts;
    bool allow_default_credentials;

    size_t max_sandboxes; /* besides the default one */
    unsigned threads;     /* that serve connections; 0: as there are processors */

    struct log log;
    bool seeded;
    uint64_t seed;
};

/* False: something is unusable, and *message (arena-owned) is one line that says what. */
bool config_read(struct config *ret, struct arena *a, char *const argv[], char *const environment[],
                 const char **message) MUST_USE;

/* Whether some listener can be reached from other hosts. */
bool config_is_exposed(const struct config *config);
bool config_has_well_known_secret(const struct config *config);
const char *config_enforcement_name(enum enforcement enforcement);
