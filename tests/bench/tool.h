/* SPDX-License-Identifier: Apache-2.0 */
/* What the load tools share. Every failure here ends the tool: one line on stderr, exit 2. */
#pragma once

#include "base/str.h"

struct tool_records {
    char *text;
    struct str *v; /* whole HTTP requests, as they go over the wire; in `text` */
    size_t n;
};

void tool_die(const char *format, ...) PRINTF_LIKE(1, 2) __attribute__((noreturn));
int64_t tool_number(const char *text); /* of an option; decimal, not negative */
uint64_t tool_now_ns(void);            /* monotonic */

/* Reads a replay file of presign.py, "<decimal length>\n<bytes>" again and again: at least one
   record. */
struct tool_records tool_read_records(const char *path);
void tool_free_records(struct tool_records *records);

/* CPU seconds and resident KiB of the process; 0 when it does not exist. */
double tool_cpu_seconds(int64_t pid);
int64_t tool_resident_kib(int64_t pid);
