/* SPDX-License-Identifier: Apache-2.0 */
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "support/suite.h"

/* Standard error as a pipe, between capture and captured. */
struct capture {
    int kept, from;
};

static struct arena a;

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_done(&a);
}

static struct capture capture(void)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    struct capture c = {.kept = dup(STDERR_FILENO), .from = ends[0]};
    ck_assert_int_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    close(ends[1]);
    return c;
}

/* What was written, up to the size of a pipe. */
static const char *captured(struct capture c)
{
    dup2(c.kept, STDERR_FILENO);
    close(c.kept);
    struct buf b = buf_new(&a, 65536);
    ssize_t n;
    while ((n = read(c.from, b.p + b.n, b.cap - b.n)) > 0)
        b.n += (size_t)n;
    close(c.from);
    return buf_text(&b);
}

static int64_t read_time(const char *text)
{
    char basic[16];
    size_t n = 0;
    for (; *text && n < sizeof basic; text++) {
        if (*text != '-' && *text != ':')
            basic[n++] = *text;
    }
    int64_t at = 0;
    ck_assert(clock_parse_basic(basic, n, &at));
    return at;
}

/* Checks that the time at the start of TEXT is about now; returns what follows it. */
static const char *behind_time(const char *text)
{
    int64_t now = clock_real();
    ck_assert_int_le(read_time(text), now);
    ck_assert_int_ge(read_time(text), now - 60);
    return text + strlen("2023-11-14T22:13:20Z");
}

START_TEST(test_long_values_are_cut)
{
    const struct log log = {LOG_INFO, LOG_TEXT};
    char value[1026];
    memset(value, 'x', 1024);
    value[1024] = '\0';
    struct capture c = capture();
    LOG(&log, LOG_INFO, "e", {"v", value});
    ck_assert_str_eq(behind_time(captured(c)), arena_printf(&a, " info e v=%s\n", value));
    memcpy(value + 1023, "\xc3\xa9", 3); /* the last byte that fits begins a character */
    c = capture();
    LOG(&log, LOG_INFO, "e", {"v", value});
    ck_assert_str_eq(behind_time(captured(c)), arena_printf(&a, " info e v=%.1023s...\n", value));
}
END_TEST

START_TEST(test_text)
{
    const struct log log = {LOG_INFO, LOG_TEXT};
    struct capture c = capture();
    LOG(&log, LOG_WARN, "request denied", {"id", "abc"}, {"left", NULL}, {"empty", ""},
        {"blank", "a b"}, {"equals", "a=b"}, {"quote", "say \"hi\""}, {"slash", "a\\b"},
        {"lines", "a\nb"}, {"utf8", "é"}, {"bytes", "a\xff"});
    const char *line = behind_time(captured(c));
    ck_assert_str_eq(line, " warn request denied id=abc empty=\"\" blank=\"a b\" equals=\"a=b\""
                           " quote=\"say \\\"hi\\\"\" slash=\"a\\\\b\" lines=\"a\\nb\" utf8=é "
                           "bytes=\"a\xef\xbf\xbd\"\n");
}
END_TEST

/* Terminals obey controls beyond ASCII, too. */
START_TEST(test_controls)
{
    const struct log text = {LOG_INFO, LOG_TEXT}, json = {LOG_INFO, LOG_JSON};
    struct capture c = capture();
    LOG(&text, LOG_INFO, "e",
        {"csi", "a\xc2\x9b"
                "31m\x7f"},
        {"none", "\u00a0\u00bf\u00c2"});
    LOG(&json, LOG_INFO, "e", {"csi", "\xc2\x80\xc2\x9f"});
    const char *lines = captured(c);
    ck_assert_ptr_nonnull(strstr(lines, " csi=a\ufffd31m\ufffd none=\u00a0\u00bf\u00c2\n"));
    ck_assert_ptr_nonnull(strstr(lines, ",\"csi\":\"\ufffd\ufffd\"}\n"));
}
END_TEST

START_TEST(test_json)
{
    const struct log log = {LOG_INFO, LOG_JSON};
    struct capture c = capture();
    LOG(&log, LOG_ERROR, "say \"hi\"", {"id", "a\"b\\c\n\x01"}, {"left", NULL}, {"empty", ""});
    const char *line = captured(c);
    ck_assert(str_starts(str_of(line), STR("{\"time\":\"")));
    ck_assert_str_eq(behind_time(line + 9), "\",\"level\":\"error\",\"event\":\"say \\\"hi\\\"\","
                                            "\"id\":\"a\\\"b\\\\c\\n\\u0001\",\"empty\":\"\"}\n");
}
END_TEST

START_TEST(test_levels)
{
    static const char *const names[] = {" error x n=v\n", " warn x n=v\n", " info x n=v\n",
                                        " debug x n=v\n"};
    for (int limit = LOG_ERROR; limit <= LOG_DEBUG; limit++) {
        const struct log log = {(enum log_level)limit, LOG_TEXT};
        for (int level = LOG_ERROR; level <= LOG_DEBUG; level++) {
            struct capture c = capture();
            LOG(&log, (enum log_level)level, "x", {"n", "v"});
            const char *line = captured(c);
            ck_assert_str_eq(level <= limit ? behind_time(line) : line,
                             level <= limit ? names[level] : "");
        }
    }
}
END_TEST

START_TEST(test_no_fields)
{
    const struct log log = {LOG_INFO, LOG_TEXT};
    struct capture c = capture();
    log_write(&log, LOG_INFO, "ready", NULL, 0);
    ck_assert_str_eq(behind_time(captured(c)), " info ready\n");
}
END_TEST

START_TEST(test_long_lines_are_whole)
{
    const struct log log = {LOG_INFO, LOG_TEXT};
    char value[1001] = "";
    memset(value, 'v', 1000);
    struct capture c = capture();
    LOG(&log, LOG_INFO, "long", {"a", value}, {"b", value}, {"c", value}, {"d", value},
        {"e", value});
    ck_assert_str_eq(behind_time(captured(c)),
                     arena_printf(&a, " info long a=%s b=%s c=%s d=%s e=%s\n", value, value, value,
                                  value, value));
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_text);
    tcase_add_test(tc, test_long_values_are_cut);
    tcase_add_test(tc, test_controls);
    tcase_add_test(tc, test_json);
    tcase_add_test(tc, test_levels);
    tcase_add_test(tc, test_no_fields);
    tcase_add_test(tc, test_long_lines_are_whole);
    return suite_run("log", tc);
}
