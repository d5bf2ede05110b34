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

/* DEL, or a control beyond ASCII: U+0080 to U+009F. */
static size_t control_size(const char *p)
{
    const unsigned char *byte = (const unsigned char *)p;
    if (*byte == 0x7f)
        return 1;
    return byte[0] == 0xc2 && byte[1] >= 0x80 && byte[1] <= 0x9f ? 2 : 0;
}

/* VALUE without what terminals obey and JSON may have as it is. */
static const char *tame(struct arena *a, const char *value)
{
    const char *p = value;
    while (*p && !control_size(p))
        p++;
    if (!*p)
        return value;
    struct buf b = buf_new(a, VALUE_MAX);
    for (p = value; *p;) {
        size_t n = control_size(p);
        if (n)
            buf_add(&b, STR("\xef\xbf\xbd")); /* U+FFFD, as for what is no UTF-8 */
        else
            buf_add_char(&b, *p);
        p += n ? n : 1;
    }
    return buf_text(&b);
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
    buf_add_char(b, ' ');
    buf_add_text(b, name);
    buf_add_char(b, '=');
    if (needs_quotes(value))
        buf_json(b, str_of(value));
    else
        buf_add_text(b, value);
}

static void add_json_field(struct buf *b, const char *name, const char *value)
{
    buf_add(b, STR(",\""));
    buf_add_text(b, name);
    buf_add(b, STR("\":"));
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
            (json ? add_json_field : add_text_field)(
                &b, fields[i].name, tame(&arena, shorten(&arena, fields[i].value)));
    }
    buf_add_text(&b, json ? "}\n" : "\n");
    ssize_t written = write(STDERR_FILENO, b.p, b.n);
    (void)written; /* there is nowhere left to complain to */
    arena_done(&arena);
}
