/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two lines: a pattern and a text. Both ways of matching say what the naive one says, with and
 * without letter case, and so do the fields of an ARN.
 */
#include "policy/naive.h"
#include "policy/policy_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 4096 }; /* bytes: the naive one takes its time */

static void expect(bool matches, bool wanted, const struct policy_work *work)
{
    if (matches != wanted || work->spent)
        __builtin_trap();
}

static void match(struct arena *a, struct str glob, struct str text, size_t folded)
{
    struct policy_work work = work_new(UINT64_MAX, NULL);
    const struct scope scope = {NULL, &work};
    struct pattern pattern = pattern_compile(a, glob, PATTERN_WILDCARDS);
    bool wanted = naive_matches(glob, text, folded);
    expect(pattern_matches(&pattern, text, folded, &scope), wanted, &work);
    expect(glob_matches(&pattern, 1, 0, text, folded, &scope), wanted, &work);
    if (UINT64_MAX - work_left(&work) > 8 * (text.n + glob.n + 128) + text.n * glob.n / 16)
        __builtin_trap();
}

static void match_arn(struct arena *a, struct str glob, struct str text)
{
    struct policy_work work = work_new(UINT64_MAX, NULL);
    const struct scope scope = {NULL, &work};
    struct arn arn;
    if (!arn_parse(str_of(arena_printf(a, "arn:%.*s", STR_FMT(text))), &arn))
        return;
    size_t head = (size_t)(arn.resource.p - arn.partition.p);
    struct str entry = str_of(arena_printf(a, "arn:%.*s", STR_FMT(glob)));
    struct arn_pattern pattern = arn_pattern_of_resource(a, entry, PATTERN_WILDCARDS, false);
    expect(arn_pattern_matches(&pattern, &arn, true, &scope), naive_arn_matches(glob, text, head),
           &work);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct str glob = str_cut(&text, '\n');
    struct arena a;
    if (size > MOST || !text.p || !str_is_utf8(text) || !str_is_utf8(glob))
        return 0;
    arena_init(&a);
    match(&a, glob, text, FOLD_NOTHING);
    match(&a, glob, text, text.n / 2);
    match(&a, glob, text, FOLD_ALL);
    match_arn(&a, glob, text);
    arena_done(&a);
    return 0;
}
