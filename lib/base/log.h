/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Structured log lines on standard error, as text or JSON. Only the server logs; library code
 * returns errors. Secrets never go in here. Thread-safe: a line is one write. Long values are cut.
 */
#pragma once

#include "base/base.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };
enum log_format { LOG_TEXT, LOG_JSON };

struct log {
    enum log_level level; /* more talkative lines are dropped */
    enum log_format format;
};

struct log_field {
    const char *name;
    const char *value; /* NULL: the field is left out */
};

/* EVENT says what happened in a few words; FIELDS say to whom. */
void log_write(const struct log *log, enum log_level level, const char *event,
               const struct log_field *fields, size_t n);

#define LOG(log, at, event, ...)                                                                   \
    do {                                                                                           \
        if ((at) <= (log)->level)                                                                  \
            log_write((log), (at), (event), (const struct log_field[]){__VA_ARGS__},               \
                      ARRAY_LEN(((const struct log_field[]){__VA_ARGS__})));                       \
    } while (0)
