/* SPDX-License-Identifier: Apache-2.0 */
/* The values conditions compare: numbers, addresses, binary data and truth values. */
#include "policy/value.h"

#include <arpa/inet.h>

bool number_parse(struct str text, struct number *ret)
{
    struct number number = {.negative = str_take_char(&text, '-')};
    if (!number.negative)
        str_take_char(&text, '+');
    number.whole = str_take_digits(&text);
    bool point = str_take_char(&text, '.');
    if (point)
        number.fraction = str_take_digits(&text);
    if (text.n || number.whole.n == 0 || (point && number.fraction.n == 0))
        return false;
    while (str_take_char(&number.whole, '0'))
        continue;
    while (number.fraction.n && number.fraction.p[number.fraction.n - 1] == '0')
        number.fraction.n--;
    if (number.whole.n == 0 && number.fraction.n == 0)
        number.negative = false;
    *ret = number;
    return true;
}

static int compare_size(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int compare_magnitude(const struct number *a, const struct number *b)
{
    if (a->whole.n != b->whole.n)
        return compare_size(a->whole.n, b->whole.n);
    int order = a->whole.n ? memcmp(a->whole.p, b->whole.p, a->whole.n) : 0;
    if (order)
        return order;
    size_t shared = a->fraction.n < b->fraction.n ? a->fraction.n : b->fraction.n;
    order = shared ? memcmp(a->fraction.p, b->fraction.p, shared) : 0;
    return order ? order : compare_size(a->fraction.n, b->fraction.n);
}

int number_compare(const struct number *a, const struct number *b)
{
    if (a->negative != b->negative)
        return a->negative ? -1 : 1;
    return a->negative ? compare_magnitude(b, a) : compare_magnitude(a, b);
}

bool cidr_parse(struct str text, struct cidr *ret)
{
    struct str address = str_cut(&text, '/');
    struct cidr range = {.family = memchr(address.p, ':', address.n) ? AF_INET6 : AF_INET};
    unsigned most = range.family == AF_INET6 ? 128 : 32;
    char terminated[INET6_ADDRSTRLEN];
    if (address.n >= sizeof terminated)
        return false;
    memcpy(terminated, address.p, address.n);
    terminated[address.n] = '\0';
    if (inet_pton(range.family, terminated, range.bytes) != 1)
        return false;
    int64_t bits = most;
    if (text.p && (!str_to_int64(text, &bits) || bits > most))
        return false;
    range.bits = (unsigned)bits;
    *ret = range;
    return true;
}

bool cidr_contains(const struct cidr *range, const struct cidr *address)
{
    if (range->family != address->family || range->bits > address->bits)
        return false;
    size_t whole = range->bits / 8;
    if (memcmp(range->bytes, address->bytes, whole) != 0)
        return false;
    unsigned rest = range->bits % 8;
    return rest == 0 || (range->bytes[whole] ^ address->bytes[whole]) >> (8 - rest) == 0;
}

/* Six bits, or -1. */
static int base64_digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (ascii_is_digit(c))
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Without the padding. */
static struct str base64_digits(struct str text)
{
    for (int i = 0; i < 2 && text.n && text.p[text.n - 1] == '='; i++)
        text.n--;
    return text;
}

bool base64_ok(struct str text)
{
    struct str digits = base64_digits(text);
    if (text.n % 4 != 0)
        return false;
    for (size_t i = 0; i < digits.n; i++) {
        if (base64_digit(digits.p[i]) < 0)
            return false;
    }
    return true;
}

bool base64_same(struct str a, struct str b)
{
    if (a.n != b.n)
        return false;
    struct str x = base64_digits(a), y = base64_digits(b);
    if (x.n != y.n)
        return false;
    if (x.n == 0)
        return base64_ok(a);
    /* In front of padding, the last digit has bits that belong to no byte. */
    size_t last = x.n - 1, unused = 2 * (a.n - x.n);
    return memcmp(x.p, y.p, last) == 0 &&
           base64_digit(x.p[last]) >> unused == base64_digit(y.p[last]) >> unused && base64_ok(a) &&
           base64_ok(b);
}

bool bool_parse(struct str text, bool *ret)
{
    bool truth = str_eq_fold(text, STR("true"));
    if (!truth && !str_eq_fold(text, STR("false")))
        return false;
    *ret = truth;
    return true;
}
