/* SPDX-License-Identifier: Apache-2.0 */
#include "access/totp.h"

#include <check.h>

#include "support/suite.h"

/* RFC 6238, appendix B: "12345678901234567890" in base32, and the last six of its eight digits. */
#define SEED "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

static const struct {
    int64_t at;
    const char *code;
} vectors[] = {
    {59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
    {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"},
};

static bool find(const char *const *codes, size_t n, int64_t first, int64_t last, int64_t *ret)
{
    return totp_find(STR(SEED), codes, n, first, last, ret);
}

START_TEST(codes_of_the_rfc)
{
    int64_t at = vectors[_i].at / TOTP_SECONDS, step;
    ck_assert(find(&vectors[_i].code, 1, at, at, &step));
}
END_TEST

START_TEST(one_code_in_its_window)
{
    int64_t at = 2000000000 / TOTP_SECONDS, step = 0;
    const char *code = "279037";
    ck_assert(find(&code, 1, at - 1, at + 1, &step));
    ck_assert_int_eq(step, at);
    ck_assert(find(&code, 1, at, at, &step));
    ck_assert(!find(&code, 1, at + 1, at + 3, &step));
    ck_assert(!find(&code, 1, at - 3, at - 1, &step));
    ck_assert(!find(&code, 1, at + 1, at, &step));
}
END_TEST

START_TEST(two_codes_in_turn)
{
    int64_t at = 1111111109 / TOTP_SECONDS, step = 0;
    const char *const turn[] = {"081804", "050471"}, *const back[] = {"050471", "081804"},
                      *const same[] = {"081804", "081804"};
    ck_assert(find(turn, 2, at - 9, at + 9, &step));
    ck_assert_int_eq(step, at);
    ck_assert(!find(back, 2, at - 9, at + 9, &step));
    ck_assert(!find(same, 2, at - 9, at + 9, &step));
    ck_assert(!find(turn, 2, at + 1, at + 9, &step));
}
END_TEST

/* 64 digits are 40 bytes, as the devices have them. */
START_TEST(a_long_seed)
{
    const char *code = "863127";
    int64_t step;
    ck_assert(totp_find(STR("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
                        &code, 1, 56666666, 56666666, &step));
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("totp");
    tcase_add_loop_test(tcase, codes_of_the_rfc, 0, ARRAY_LEN(vectors));
    tcase_add_test(tcase, one_code_in_its_window);
    tcase_add_test(tcase, two_codes_in_turn);
    tcase_add_test(tcase, a_long_seed);
    return suite_run("totp", tcase);
}
