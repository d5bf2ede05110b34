/* SPDX-License-Identifier: Apache-2.0 */
/* Values of IpAddress and NotIpAddress. */
#include <sys/socket.h>

#include "lint/lint_priv.h"
#include "policy/value.h"

static const struct issue private_address = {
    LINT_ERROR,
    "PRIVATE_IP_ADDRESS",
    "use public addresses, or test aws:VpcSourceIp",
};
static const struct issue private_not_address = {
    LINT_ERROR,
    "PRIVATE_NOT_IP_ADDRESS",
    "use public addresses, or test aws:VpcSourceIp",
};
static const struct issue private_subset = {
    LINT_SUGGESTION,
    "PRIVATE_IP_ADDRESS_SUBSET",
    "leave the private address out: aws:SourceIp never is one",
};
static const struct issue private_not_subset = {
    LINT_SUGGESTION,
    "PRIVATE_NOT_IP_ADDRESS_SUBSET",
    "leave the private address out: aws:SourceIp never is one",
};
static const struct issue improve_range = {
    LINT_SUGGESTION,
    "IMPROVE_IP_RANGE",
    "set the bits behind the prefix to zero, or make the prefix longer",
};

/* RFC 1918 and RFC 4193. */
static bool is_private(const struct cidr *range)
{
    static const char *const blocks[] = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
                                         "fc00::/7"};
    for (size_t i = 0; i < ARRAY_LEN(blocks); i++) {
        struct cidr block;
        if (cidr_parse(str_of(blocks[i]), &block) && cidr_contains(&block, range))
            return true;
    }
    return false;
}

static bool has_host_bits(const struct cidr *range)
{
    unsigned most = range->family == AF_INET6 ? 128 : 32;
    for (unsigned bit = range->bits; bit < most; bit++) {
        if (range->bytes[bit / 8] & 0x80u >> bit % 8)
            return true;
    }
    return false;
}

static size_t count_private(const struct node *values)
{
    size_t n = 0;
    struct cidr range;
    for (const struct node *e = entries_first(values); e; e = entries_next(values, e))
        n += cidr_parse(e->text, &range) && is_private(&range);
    return n;
}

void lint_addresses(struct lint *l, const struct node *values, bool of_source_ip, bool negated)
{
    size_t n = of_source_ip ? count_private(values) : 0;
    bool all = n && n == entries_count(values);
    const struct issue *some_issue = negated ? &private_not_subset : &private_subset;
    const struct issue *all_issue = negated ? &private_not_address : &private_address;
    if (all)
        lint_add(l, values->key_at, all_issue, "All addresses are private ones.");
    for (const struct node *e = entries_first(values); e; e = entries_next(values, e)) {
        struct cidr range;
        if (!cidr_parse(e->text, &range))
            continue;
        if (n && !all && is_private(&range))
            lint_add(l, e->start, some_issue, "%.*s is private.", STR_FMT(e->text));
        if (has_host_bits(&range))
            lint_add(l, e->start, &improve_range, "%.*s has bits behind its prefix.",
                     STR_FMT(e->text));
    }
}
