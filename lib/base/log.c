/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"

static const char *const level_names[] = {"error", "warn", "info", "debug"};

enum { VALUE_MAX = 1024 }; /* bytes of a value, which may be a client's */

/* VALUE, or the beginning of it up to a whole character. */
static const char *shorten(struct arena *a, const char *value)
{
    size_t n = strnlen(value, VALUE_MAX + 1);
    if (n <= VALUE_MAX)
        return value;
    for (n = VALUE_MAX; (value[n] & 0xc0) == 0x80;)
        n--;
    return arena_printf(a, "%.*s...", (int)n, value);
}

static bool needs_quotes(const char *text)
{
    if (!*text)
        return true;
    for (const char *p = text; *p; p++) {
        if ((unsigned char)*p <= ' ' || *p == '"' || *p == '=' || *p == '\\')
            return true;
    }
    return !str_is_utf8(str_of(text));
}

static void add_text_field(struct buf *b, const char *name, const char *value)
{
    buf_printf(b, " %s=", name);
    if (needs_quotes(value))
        buf_json(b, str_of(value));
    else
        buf_add_text(b, value);
}

static void add_json_field(struct buf *b, const char *name, const char *value)
{
    buf_printf(b, ",\"%s\":", name);
    buf_json(b, str_of(value));
}

void log_write(const struct log *log, enum log_level level, const char *event,
               const struct log_field *fields, size_t n)
{
    struct arena arena;
    arena_init(&arena);
    struct buf b = buf_new(&arena, 512);
    char now[CLOCK_TEXT_SIZE];
    clock_iso8601(clock_real(), now);
    bool json = log->format == LOG_JSON;
    buf_printf(&b, json ? "{\"time\":\"%s\",\"level\":\"%s\",\"event\":" : "%s %s ", now,
               level_names[level]);
    if (json)
        buf_json(&b, str_of(event));
    else
        buf_add_text(&b, event);
    for (size_t i = 0; i < n; i++) {
        if (fields[i].value)
            (json ? add_json_field : add_text_field)(&b, fields[i].name,
                                                     shorten(&arena, fields[i].value));
    }
    buf_add_text(&b, json ? "}\n" : "\n");
    ssize_t written = write(STDERR_FILENO, b.p, b.n);
    (void)written; /* there is nowhere left to complain to */
    arena_done(&arena);
}
