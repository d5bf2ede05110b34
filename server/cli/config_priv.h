/* SPDX-License-Identifier: Apache-2.0 */
/* The table of options: config_options.c has it, config.c reads it, help.c shows it. */
#pragma once

#include "server/cli/config.h"

/*
 * Puts VALUE, which is not empty, into CONFIG. FIRST: nothing has been set from this source yet,
 * so that lists start anew. Returns what would have been right, or NULL when all is well.
 */
typedef const char *config_parse_fn(struct config *config, struct arena *a, const char *value,
                                    bool first);

struct config_option {
    const char *flag;  /* its variable is IAM_LOCAL_ and this in capitals, with `_` for `-` */
    const char *value; /* stands for the value in the help; NULL: the flag alone means true */
    const char *dflt;  /* NULL: none */
    const char *help;
    config_parse_fn *parse;
    bool secret;       /* the value is not repeated in messages */
    unsigned commands; /* a bit 1 << COMMAND_... for each that goes by it */
};

extern const struct config_option config_options[];
extern const size_t config_n_options;

#define VARIABLE_PREFIX "IAM_LOCAL_"
enum { VARIABLE_SIZE = 64 };

void config_variable(const struct config_option *option, char ret[static VARIABLE_SIZE]);

/* The place of VALUE among NAMES, which end with NULL. */
bool config_choose(const char *const names[], const char *value, int *ret) MUST_USE;
