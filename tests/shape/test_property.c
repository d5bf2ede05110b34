/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "demo_api.h"
#include "err.h"
#include "iam_api.h"
#include "support.h"

enum { CASES = 1000 };

/* xorshift64*: the same cases every time. */
static uint64_t next(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545f4914f6cdd1dU;
}

static size_t below(uint64_t *state, size_t n)
{
    return (size_t)(next(state) % n);
}

static const char *random_text(struct fix *f, uint64_t *state, const char *from, size_t max)
{
    struct buf b = {.arena = &f->arena};
    for (size_t n = 1 + below(state, max); n; n--)
        buf_add_char(&b, from[below(state, strlen(from))]);
    return buf_text(&b);
}

static void add_pair(struct buf *b, const char *name, const char *value)
{
    if (b->n)
        buf_add_char(b, '&');
    buf_add_text(b, name);
    buf_add_char(b, '=');
    buf_pct_encode(b, str_of(value), "");
}

static const char word[] = "abcXYZ019_+=,.@-";
static const char tag[] = "abc XYZ_.:/=+-@";

/* A request, its pairs in random order, comes out as it went in. */
static void round_trip(uint64_t seed)
{
    struct fix f;
    uint64_t state = seed;
    fix_init(&f);
    struct iam_create_user_in want = {.user_name = random_text(&f, &state, word, 64)};
    want.tags.n = below(&state, 8);
    want.tags.v = NEW_ARRAY(&f.arena, struct iam_tag, want.tags.n);
    const char *pairs[17];
    size_t n = 0;
    struct buf b = {.arena = &f.arena};
    add_pair(&b, "UserName", want.user_name);
    pairs[n++] = buf_text(&b);
    for (size_t i = 0; i < want.tags.n; i++) {
        want.tags.v[i] =
            (struct iam_tag){random_text(&f, &state, tag, 128), random_text(&f, &state, tag, 256)};
        for (int part = 0; part < 2; part++) {
            b = (struct buf){.arena = &f.arena};
            const char *name =
                arena_printf(&f.arena, "Tags.member.%zu.%s", i + 1, part ? "Value" : "Key");
            add_pair(&b, name, part ? want.tags.v[i].value : want.tags.v[i].key);
            pairs[n++] = buf_text(&b);
        }
    }
    b = (struct buf){.arena = &f.arena};
    for (; n; n--) {
        size_t pick = below(&state, n);
        buf_printf(&b, "&%s", pairs[pick]);
        pairs[pick] = pairs[n - 1];
    }
    struct iam_create_user_in got;
    ck_assert_msg(fix_decode(&f, buf_text(&b), &iam_create_user_in_shape, &got) == OK,
                  "seed %" PRIu64 ": %s", seed, f.message);
    ck_assert_str_eq(got.user_name, want.user_name);
    ck_assert_str_eq(got.path, "/");
    ck_assert_uint_eq(got.tags.n, want.tags.n);
    for (size_t i = 0; i < want.tags.n; i++) {
        ck_assert_str_eq(got.tags.v[i].key, want.tags.v[i].key);
        ck_assert_str_eq(got.tags.v[i].value, want.tags.v[i].value);
    }
    fix_done(&f);
}

START_TEST(decode_after_encode_is_identity)
{
    for (uint64_t seed = 1; seed <= CASES; seed++)
        round_trip(seed);
}
END_TEST

/* Pieces that a body is made of, so that random bodies get far. */
static const char *const pieces[] = {
    "Name",  "Path",   "Count", "Inner",  "Inners", "member", "Labels", "Flag", "Script", "Limit",
    "Color", "Prefix", ".",     ".",      ".1",     ".2",     ".1000",  ".0",   "=",      "=",
    "&",     "&",      "ab",    "/",      "5",      "-1",     "true",   "red",  "%41",    "%C3%A4",
    "%",     "+",      "\xff",  "%F0%9F", "%00",    "..",     "a b",    "\x7f"};

START_TEST(random_bodies_never_break)
{
    size_t valid = 0;
    for (uint64_t seed = 1; seed <= 20 * CASES; seed++) {
        struct fix f;
        struct node tree;
        uint64_t state = seed;
        fix_init(&f);
        struct buf b = {.arena = &f.arena};
        buf_add_text(&b, below(&state, 2) ? "Name=ab&Count=5&" : "");
        for (size_t n = below(&state, 40); n; n--)
            buf_add_text(&b, pieces[below(&state, ARRAY_LEN(pieces))]);
        struct demo_read_thing_in in;
        const char *message = NULL;
        if (form_parse(&f.arena, buf_str(&b), &tree) == OK &&
            shape_decode(&f.arena, &demo_read_thing_in_shape, &tree, &in, &message) == OK) {
            struct buf text = {.arena = &f.arena};
            shape_encode_xml(&text, &demo_read_thing_in_shape, &in, 0);
            shape_encode_json(&text, &demo_read_thing_in_shape, &in, true);
            valid++;
        }
        fix_done(&f);
    }
    ck_assert_uint_gt(valid, CASES);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("property");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, decode_after_encode_is_identity);
    tcase_add_test(tcase, random_bodies_never_break);
    return fix_run("property", tcase);
}
