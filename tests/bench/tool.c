/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

enum { STAT_TEXT_MAX = 4096 };

void tool_die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(2);
}

int64_t tool_number(const char *text)
{
    int64_t value;
    if (!str_to_int64(str_of(text), &value))
        tool_die("%s: not a number", text);
    return value;
}

uint64_t tool_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

static struct str read_file(const char *path, char **ret_memory)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        tool_die("%s: cannot be read", path);
    long size = ftell(file);
    if (size < 0)
        tool_die("%s: cannot be read", path);
    char *text = mem_alloc((size_t)size + 1);
    rewind(file);
    if (fread(text, 1, (size_t)size, file) != (size_t)size)
        tool_die("%s: cannot be read", path);
    fclose(file);
    *ret_memory = text;
    return (struct str){text, (size_t)size};
}

struct tool_records tool_read_records(const char *path)
{
    struct tool_records records = {.v = NULL};
    struct str rest = read_file(path, &records.text);
    size_t capacity = 0;
    while (rest.n) {
        int64_t length;
        if (!str_to_int64(str_cut(&rest, '\n'), &length) || (uint64_t)length > rest.n)
            tool_die("%s: record %zu is broken", path, records.n);
        if (records.n == capacity) {
            capacity = capacity ? capacity * 2 : 256;
            records.v = mem_realloc(records.v, capacity * sizeof *records.v);
        }
        records.v[records.n++] = (struct str){rest.p, (size_t)length};
        rest.p += length;
        rest.n -= (size_t)length;
    }
    if (records.n == 0)
        tool_die("%s: no records", path);
    return records;
}

void tool_free_records(struct tool_records *records)
{
    mem_free(records->v);
    mem_free(records->text);
}

/* The text of /proc/PID/NAME; empty when the process does not exist. */
static struct str read_proc(int64_t pid, const char *name, char ret[static STAT_TEXT_MAX])
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%lld/%s", (long long)pid, name);
    FILE *file = fopen(path, "r");
    if (!file)
        return (struct str){ret, 0};
    size_t n = fread(ret, 1, STAT_TEXT_MAX, file);
    fclose(file);
    return (struct str){ret, n};
}

double tool_cpu_seconds(int64_t pid)
{
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid((pid_t)pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
        return 0;
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

int64_t tool_resident_kib(int64_t pid)
{
    char text[STAT_TEXT_MAX];
    struct str rest = read_proc(pid, "status", text);
    int64_t kib = 0;
    while (rest.n) {
        struct str line = str_cut(&rest, '\n');
        if (!str_starts(line, STR("VmRSS:")))
            continue;
        (void)str_cut(&line, ':');
        line = str_trim(line);
        (void)str_to_int64(str_cut(&line, ' '), &kib);
    }
    return kib;
}
