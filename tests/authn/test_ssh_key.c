/* SPDX-License-Identifier: Apache-2.0 */
/* What is compared with was printed by ssh-keygen and openssl. */
#include "authn/ssh_key.h"
#include "err.h"
#include "support/suite.h"

#define DIGITS                                                                                     \
    "AAAAB3NzaC1yc2EAAAADAQABAAABAQCU2QLwzuCOZkDLAKceu6as+nuW3I8kE/qcjj5t4jZAwhw+"                 \
    "V1AQg/PN3GPiTQEBSYyRAXX61LsHONoInTG9Mv/fn59oAee5CqyilxVlWBTmqVGpA1dFSWvn5Xrx"                 \
    "Qrc/PZ7DEcP2l7HjQ4BvmxftbWq6UXN1ATLkvYdVwn5/hQ8Dtklc4ZQCFTH7ZIVGqlCfDQbjuyaj"                 \
    "Zgx4vORCdEvAOeFiR8pjxFsur6ZDFXS+9chQU682faFkdjBFjujftvvapvTZeghtmle5YwkpfEKP"                 \
    "ZFz5G77ZeVO4AAK/Q1qXdYVjrb9ZNCgnvixYV+eWeLSZPFfNGkvsq5Xn+YFXIHKkdXUp"

static const char line[] = "ssh-rsa " DIGITS;
static const char pem[] = "-----BEGIN PUBLIC KEY-----\n"
                          "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAlNkC8M7gjmZAywCnHrum\n"
                          "rPp7ltyPJBP6nI4+beI2QMIcPldQEIPzzdxj4k0BAUmMkQF1+tS7BzjaCJ0xvTL/\n"
                          "35+faAHnuQqsopcVZVgU5qlRqQNXRUlr5+V68UK3Pz2ewxHD9pex40OAb5sX7W1q\n"
                          "ulFzdQEy5L2HVcJ+f4UPA7ZJXOGUAhUx+2SFRqpQnw0G47smo2YMeLzkQnRLwDnh\n"
                          "YkfKY8RbLq+mQxV0vvXIUFOvNn2hZHYwRY7o37b72qb02XoIbZpXuWMJKXxCj2Rc\n"
                          "+Ru+2XlTuAACv0Nal3WFY62/WTQoJ74sWFfnlni0mTxXzRpL7KuV5/mBVyBypHV1\n"
                          "KQIDAQAB\n"
                          "-----END PUBLIC KEY-----\n";

static struct arena a;

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_done(&a);
}

static int read_text(const char *text, struct str *ret)
{
    return ssh_key_read(&a, str_of(text), ret);
}

static int reads(const char *text)
{
    struct str blob;
    return read_text(text, &blob);
}

START_TEST(test_both_forms_are_one_key)
{
    struct str blob, other;
    ck_assert_int_eq(read_text(line, &blob), OK);
    ck_assert_int_eq(read_text(pem, &other), OK);
    ck_assert(str_eq(blob, other));
    ck_assert_str_eq(ssh_key_line(&a, blob), line);
    ck_assert_str_eq(ssh_key_pem(&a, blob), pem);
    ck_assert_str_eq(ssh_key_fingerprint(&a, blob),
                     "de:60:fd:e3:e9:56:17:37:8a:b0:d1:07:7f:9b:8b:a2");
}
END_TEST

START_TEST(test_blanks_and_comments)
{
    static const char *const forms[] = {"%s\n", "%s me@host", "%s\ta comment of words\r\n",
                                        "\n  %s  "};
    struct str blob, same;
    ck_assert_int_eq(read_text(line, &blob), OK);
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        const char *at = strstr(forms[i], "%s");
        const char *text =
            arena_printf(&a, "%.*s%s%s", (int)(at - forms[i]), forms[i], line, at + 2);
        ck_assert_int_eq(read_text(text, &same), OK);
        ck_assert(str_eq(blob, same));
    }
    ck_assert_int_eq(reads("ssh-rsa\t\t" DIGITS), OK);
}
END_TEST

START_TEST(test_not_a_key)
{
    static const char *const texts[] = {
        "ssh-rsa",
        "ssh-rsa ",
        "ssh-rsa AAAA",
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC=",
        "ssh-rsa-cert-v01@openssh.com " DIGITS,
        "ssh-rsa " DIGITS "\nssh-rsa " DIGITS,
        "ssh-rsa " DIGITS "AAAA",
        "ssh-dss " DIGITS,
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILgdubDrLs+Mc0pG4bwUpJTq+AejNXy4UaOWtUTZTdde "
         "alice@host"),
        "sk-ssh-ed25519@openssh.com AAAA",
        "-----BEGIN PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nMA==\n-----END PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "-----BEGIN RSA PUBLIC KEY-----\nMIIB\n-----END RSA PUBLIC KEY-----",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        ck_assert_msg(reads(texts[i]) == ERR_INVALID_PUBLIC_KEY, "%s", texts[i]);
}
END_TEST

START_TEST(test_neither_form)
{
    static const char *const texts[] = {"", " ", "AAAA", "no-pty ssh-rsa " DIGITS,
                                        "---- BEGIN SSH2 PUBLIC KEY ----\nAAAA"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        ck_assert_msg(reads(texts[i]) == ERR_UNRECOGNIZED_PUBLIC_KEY_ENCODING, "%s", texts[i]);
}
END_TEST

static void add_number(struct buf *b, const char *bytes, size_t n)
{
    const char length[] = {0, 0, (char)(n >> 8), (char)n};
    buf_add(b, (struct str){length, sizeof length});
    buf_add(b, (struct str){bytes, n});
}

/* The line of a key whose modulus has FIRST and LAST as bytes at its ends and N in all. */
static const char *make(struct str exponent, char first, char last, size_t n)
{
    struct buf b = buf_new(&a, 64 + n), digits = buf_new(&a, 2 * n);
    char *modulus = arena_zalloc(&a, n);
    modulus[n - 1] = last;
    modulus[0] = first;
    add_number(&b, "ssh-rsa", 7);
    add_number(&b, exponent.p, exponent.n);
    add_number(&b, modulus, n);
    buf_base64(&digits, (const unsigned char *)b.p, b.n);
    return arena_printf(&a, "ssh-rsa %s", buf_text(&digits));
}

START_TEST(test_sizes)
{
    const struct str three = STR("\3");
    ck_assert_int_eq(reads(make(three, 0x7f, 1, 256)), ERR_INVALID_PUBLIC_KEY); /* 2047 bits */
    ck_assert_int_eq(reads(make(three, 0x01, 1, 257)), OK);                     /* 2049 */
    ck_assert_int_eq(reads(make(three, 0x7f, 1, 2048)), OK);                    /* 16383 */
    ck_assert_int_eq(reads(make(three, 0x01, 1, 2049)), ERR_INVALID_PUBLIC_KEY);
    ck_assert_int_eq(reads(make(three, 0x01, 2, 257)), ERR_INVALID_PUBLIC_KEY);       /* even */
    ck_assert_int_eq(reads(make(three, (char)0x80, 1, 257)), ERR_INVALID_PUBLIC_KEY); /* negative */
    ck_assert_int_eq(reads(make(STR("\1"), 1, 1, 257)), ERR_INVALID_PUBLIC_KEY);
    ck_assert_int_eq(reads(make(STR("\4"), 1, 1, 257)), ERR_INVALID_PUBLIC_KEY);
    ck_assert_int_eq(reads(make(STR("\0"), 1, 1, 257)), ERR_INVALID_PUBLIC_KEY);
    ck_assert_int_eq(reads(make(STR("\xff"), 1, 1, 257)), ERR_INVALID_PUBLIC_KEY);
    ck_assert_int_eq(reads(make(STR(""), 1, 1, 257)), ERR_INVALID_PUBLIC_KEY);
}
END_TEST

/* Zeros in front make no other key. */
START_TEST(test_leading_zeros)
{
    struct str blob, same;
    ck_assert_int_eq(read_text(make(STR("\3"), 0x01, 1, 257), &blob), OK);
    ck_assert_int_eq(read_text(make(STR("\0\0\3"), 0x01, 1, 257), &same), OK);
    ck_assert(str_eq(blob, same));
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_both_forms_are_one_key);
    tcase_add_test(tc, test_blanks_and_comments);
    tcase_add_test(tc, test_not_a_key);
    tcase_add_test(tc, test_neither_form);
    tcase_add_test(tc, test_sizes);
    tcase_add_test(tc, test_leading_zeros);
    return suite_run("ssh_key", tc);
}
