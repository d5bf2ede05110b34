/* SPDX-License-Identifier: Apache-2.0 */
#include "model/ids.h"
#include "support/suite.h"

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static struct rand r;

static void setup(void)
{
    rand_init_seeded(&r, 1);
}

static void teardown(void)
{
    rand_done(&r);
}

/* Ids that AWS gave out, and whose. */
static const struct {
    const char *id, *account;
} recorded[] = {
    {"ASIAZL6XWCR2MIB6XHU7", "644160558196"},  {"AIDAZL6XWCR2MLDRO6EIG", "644160558196"},
    {"AIDARKEXDU3E7KD3L3CRF", "090511222473"}, {"AIDA427MDNHOTKMJGDE4D", "882574059997"},
    {"AROARYWSMSYIPWMOE25U2", "121774052880"}, {"AIDAXZW42VCFU3JKN5YR3", "536260290699"},
};

START_TEST(test_recorded_ids)
{
    char account[ACCOUNT_SIZE];
    ck_assert(id_account(str_of(recorded[_i].id), account));
    ck_assert_str_eq(account, recorded[_i].account);
}
END_TEST

static const char *const without_account[] = {
    "",
    "AIDA",
    "AIDAZL6XWCR2MLDRO6E",  /* one digit short of a key */
    "AKIAIOSFODNN7EXAMPLE", /* the older, random kind */
    "AIDAJQABLZS4A3QDU576Q",
    "AIDAPL6XWCR2MLDRO6EIG", /* P is the last first digit of that kind */
    "AIDA0L6XWCR2MLDRO6EIG", /* 0, 1, 8, 9 and lower case are no base32 digits */
    "AIDAZL6XWCR21LDRO6EIG",
    "AIDAZL6XWCR28LDRO6EIG",
    "AIDAzl6xwcr2mldro6eig",
    "AIDAZL6XWCR2=LDRO6EIG",
    "AIDA7777777777DRO6EIG", /* more than twelve digits */
};

START_TEST(test_ids_without_account)
{
    char account[ACCOUNT_SIZE] = "kept";
    ck_assert_msg(!id_account(str_of(without_account[_i]), account), "%s", without_account[_i]);
    ck_assert_str_eq(account, "kept");
}
END_TEST

START_TEST(test_nul_is_no_digit)
{
    char account[ACCOUNT_SIZE];
    ck_assert(!id_account(STR("AIDAZL6\0WCR2MLDRO6EIG"), account));
}
END_TEST

static void check_form(const char *text, size_t n, const char *prefix, const char *digits)
{
    ck_assert_uint_eq(strlen(text), n);
    ck_assert_mem_eq(text, prefix, strlen(prefix));
    ck_assert_uint_eq(strspn(text + strlen(prefix), digits), n - strlen(prefix));
}

static const char *const accounts[] = {"000000000000", "000000000001", "123456789012",
                                       "090511222473", "999999999999"};

START_TEST(test_ids_carry_their_account)
{
    char id[ID_SIZE], key[ACCESS_KEY_SIZE], account[ACCOUNT_SIZE];
    for (int i = 0; i < 1000; i++) {
        id_new(&r, "AIDA", accounts[_i], id);
        check_form(id, 21, "AIDA", base32);
        ck_assert(id_account(str_of(id), account));
        ck_assert_str_eq(account, accounts[_i]);
        access_key_new(&r, "AKIA", accounts[_i], key);
        check_form(key, 20, "AKIA", base32);
        ck_assert(id_account(str_of(key), account));
        ck_assert_str_eq(account, accounts[_i]);
        ck_assert(strchr("QRSTUVWXYZ234567", id[4]) && strchr("QRSTUVWXYZ234567", key[4]));
    }
}
END_TEST

/* Every digit that is left to chance takes every value. */
START_TEST(test_ids_differ)
{
    bool seen[ID_SIZE][128] = {{false}};
    char id[ID_SIZE], before[ID_SIZE] = "";
    for (int i = 0; i < 2000; i++) {
        id_new(&r, "AGPA", "123456789012", id);
        ck_assert_str_ne(id, before);
        memcpy(before, id, sizeof id);
        for (size_t k = 0; k < ID_SIZE; k++)
            seen[k][(int)id[k]] = true;
    }
    for (size_t k = 14; k < ID_SIZE - 1; k++) {
        for (const char *digit = base32; *digit; digit++)
            ck_assert_msg(seen[k][(int)*digit], "digit %zu is never %c", k, *digit);
    }
}
END_TEST

START_TEST(test_ids_repeat_with_the_seed)
{
    char first[ID_SIZE], second[ID_SIZE];
    id_new(&r, "AIDA", "123456789012", first);
    rand_restart(&r, 1);
    id_new(&r, "AIDA", "123456789012", second);
    ck_assert_str_eq(first, second);
}
END_TEST

START_TEST(test_secrets)
{
    bool seen[128] = {false};
    char secret[SECRET_SIZE];
    for (int i = 0; i < 100; i++) {
        secret_new(&r, secret);
        check_form(secret, 40, "", base64);
        for (const char *p = secret; *p; p++)
            seen[(int)*p] = true;
    }
    for (const char *digit = base64; *digit; digit++)
        ck_assert_msg(seen[(int)*digit], "%c never appears", *digit);
}
END_TEST

START_TEST(test_uuids)
{
    char uuid[UUID_SIZE], before[UUID_SIZE] = "";
    for (int i = 0; i < 1000; i++) {
        uuid_new(&r, uuid);
        check_form(uuid, 36, "", "0123456789abcdef-");
        ck_assert_str_ne(uuid, before);
        memcpy(before, uuid, sizeof uuid);
        for (size_t k = 0; k < 36; k++)
            ck_assert_int_eq(uuid[k] == '-', k == 8 || k == 13 || k == 18 || k == 23);
        ck_assert_int_eq(uuid[14], '4');
        ck_assert(strchr("89ab", uuid[19]));
    }
}
END_TEST

START_TEST(test_account_ids)
{
    ck_assert(account_id_ok(STR("123456789012")) && account_id_ok(STR("000000000000")));
    static const char *const bad[] = {"",
                                      "12345678901",
                                      "1234567890123",
                                      "12345678901x",
                                      "-23456789012",
                                      "12345678901 ",
                                      "AIDAZL6XWCR2"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        ck_assert_msg(!account_id_ok(str_of(bad[i])), "%s", bad[i]);
    ck_assert(!account_id_ok(STR("12345678901\0")));
}
END_TEST

START_TEST(test_alnum)
{
    char text[ALNUM_SIZE], seen[128] = {0};
    for (int i = 0; i < 1000; i++) {
        alnum_new(&r, text);
        ck_assert_uint_eq(strlen(text), 8);
        for (const char *c = text; *c; c++)
            seen[(int)*c] = 1;
    }
    for (int c = 0; c < 128; c++)
        ck_assert_int_eq(seen[c], ascii_is_alnum((char)c));
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, test_recorded_ids, 0, ARRAY_LEN(recorded));
    tcase_add_loop_test(tc, test_ids_without_account, 0, ARRAY_LEN(without_account));
    tcase_add_test(tc, test_nul_is_no_digit);
    tcase_add_loop_test(tc, test_ids_carry_their_account, 0, ARRAY_LEN(accounts));
    tcase_add_test(tc, test_ids_differ);
    tcase_add_test(tc, test_ids_repeat_with_the_seed);
    tcase_add_test(tc, test_secrets);
    tcase_add_test(tc, test_uuids);
    tcase_add_test(tc, test_alnum);
    tcase_add_test(tc, test_account_ids);
    return suite_run("ids", tc);
}
