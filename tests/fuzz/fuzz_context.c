/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The context of a request, against one statement that tests it in every way. A statement that
 * allows and one that denies under the same conditions apply to the same requests.
 */
#include "evaluate/evaluate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DOCUMENT(effect)                                                                           \
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"" effect "\",\"Action\":\"*\","      \
    "\"Resource\":\"*\",\"Condition\":{\"StringLikeIfExists\":{\"k:s\":[\"a*\",\"${k:v, 'd'}\"]"   \
    "},\"ArnLikeIfExists\":{\"k:a\":\"arn:*:s3:*:*:${k:v}*\"},\"NumericLessThanIfExists\":{"       \
    "\"k:n\":\"10.5\"},\"DateGreaterThanIfExists\":{\"k:d\":\"2026-01-01T00:00:00Z\"},"            \
    "\"BoolIfExists\":{\"k:b\":\"true\"},\"BinaryEqualsIfExists\":{\"k:x\":\"QUJD\"},"             \
    "\"IpAddressIfExists\":{\"k:i\":[\"10.0.0.0/8\",\"2001:db8::/32\"]},\"Null\":{\"k:z\":"        \
    "\"true\"},\"ForAllValues:StringEquals\":{\"k:l\":[\"a\",\"b\"]},"                             \
    "\"ForAnyValue:StringNotLikeIfExists\":{\"k:m\":\"c*\"}}}%s]}"
#define LINE(document)                                                                             \
    "{\"principal\":\"arn:aws:iam::123456789012:user/a\",\"action\":\"s3:GetObject\","             \
    "\"resource\":\"arn:aws:s3:::b/k\",\"identity_policies\":[" document "],\"context\":%.*s}"
#define ALLOW_REST ",{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}"

static const char *decide(struct arena *a, const char *line)
{
    struct evaluator *evaluator = evaluator_new();
    const struct evaluate_options options = {.explain = true};
    struct buf out = buf_new(a, 1024);
    const char *reason;
    enum evaluated result = evaluate_line(evaluator, a, str_of(line), &options, &out, &reason);
    evaluator_free(evaluator);
    return result == EVALUATED ? buf_text(&out) : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct str context = {(const char *)data, size};
    arena_init(&a);
    if (!str_is_utf8(context) || memchr(data, '\n', size)) {
        arena_done(&a);
        return 0;
    }
    const char *allow = decide(&a, arena_printf(&a, LINE(DOCUMENT("Allow")), "", STR_FMT(context)));
    const char *deny =
        decide(&a, arena_printf(&a, LINE(DOCUMENT("Deny")), ALLOW_REST, STR_FMT(context)));
    if (!allow != !deny)
        __builtin_trap();
    if (allow && (strstr(allow, "\"decision\":\"Allow\"") != NULL) !=
                     (strstr(deny, "\"decision\":\"ExplicitDeny\"") != NULL))
        __builtin_trap();
    arena_done(&a);
    return 0;
}
