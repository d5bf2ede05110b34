/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The values conditions compare. Parsed forms point into the text; nothing allocates. Parsers
 * return false for anything that is not wholly such a value.
 */
#pragma once

#include "base/instant.h"

/* A decimal number, exactly: digits without needless zeros. */
struct number {
    bool negative;
    struct str whole, fraction;
};

struct cidr {
    int family; /* AF_INET or AF_INET6 */
    unsigned bits;
    unsigned char bytes[16];
};

bool number_parse(struct str text, struct number *ret);
int number_compare(const struct number *a, const struct number *b); /* <0, 0, >0 */
bool cidr_parse(struct str text, struct cidr *ret); /* a bare address is a range of one */
bool cidr_contains(const struct cidr *range, const struct cidr *address);
bool base64_ok(struct str text);
bool base64_same(struct str a, struct str b); /* same bytes; false when either is not base64 */
bool bool_parse(struct str text, bool *ret);  /* "true" and "false" in any letter case */
