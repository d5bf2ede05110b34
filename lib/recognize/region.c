/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the request is for the region that it is signed for. AWS refuses credentials that are
 * scoped to another region than the endpoint's (AWS General Reference, "Troubleshooting Signature
 * Version 4 errors"). Back ends go by the signature or by the host, and moto by any text in the URL
 * that looks like one, or by the name of the client.
 */
#include "model/region.h"
#include "recognize/reading_priv.h"

/* Whether LABEL has the form of a region: two letters, words, and a digit. Most have not. */
static bool looks_like_region(struct str label)
{
    return label.p && label.n >= 9 && label.p[2] == '-' && label.p[label.n - 2] == '-' &&
           ascii_is_digit(label.p[label.n - 1]);
}

/* Buckets may look like a region; of other partitions than AWS's own the beginnings are known. */
static bool is_other_region(struct reading *r, struct str label)
{
    if (!looks_like_region(label) || str_eq_fold(label, r->caller->region))
        return false;
    struct str name = str_of(str_fold(r->arena, label));
    return region_find(name) || str_starts(name, STR("cn-")) || str_starts(name, STR("us-gov-")) ||
           str_starts(name, STR("us-iso"));
}

static bool host_fits(struct reading *r, struct str rest)
{
    struct str host = str_cut(&rest, ':');
    while (host.n) {
        struct str label = str_cut(&host, '.');
        if (label.n > 3 && str_same_fold(label.p, "s3-", 3))
            label = (struct str){label.p + 3, label.n - 3};
        if (is_other_region(r, label))
            return false;
    }
    return true;
}

/* No ".REGION.amazonaws.com" in TEXT is of another one. */
static bool text_fits(struct reading *r, struct str text)
{
    static const struct str domain = {".amazonaws.com", 14};
    while (text.n >= domain.n) {
        const char *at = memmem(text.p, text.n, domain.p, domain.n);
        if (!at)
            return true;
        size_t end = (size_t)(at - text.p), start = end;
        while (start && text.p[start - 1] != '.')
            start--;
        if (is_other_region(r, (struct str){text.p + start, end - start}))
            return false;
        text = (struct str){at + domain.n, text.n - end - domain.n};
    }
    return true;
}

/* "region/REGION" in User-Agent. */
static bool agent_fits(struct reading *r, struct str agent)
{
    static const struct str mark = {"region/", 7};
    const char *at = agent.n ? memmem(agent.p, agent.n, mark.p, mark.n) : NULL;
    if (!at)
        return true;
    struct str rest = {at + mark.n, (size_t)(agent.p + agent.n - at) - mark.n};
    size_t n = 0;
    while (n < rest.n && (ascii_is_alnum(rest.p[n]) || rest.p[n] == '-'))
        n++;
    return !is_other_region(r, (struct str){rest.p, n});
}

enum recognize_why region_check(struct reading *r)
{
    const struct recognize_caller *caller = r->caller;
    bool urls = (r->service->flags & (REQUEST_VIRTUAL_HOST | REQUEST_DATA_PLANE)) == 0;
    if (!caller->signature || strstr(caller->signature, "ECDSA") || !caller->region.n)
        return RECOGNIZED;
    if (!host_fits(r, request_header(r->rq, "host")))
        return reading_fail(r, RECOGNIZE_AMBIGUOUS,
                            "The host is of another region than the signature.");
    if (!agent_fits(r, request_header(r->rq, "user-agent")))
        return reading_fail(r, RECOGNIZE_AMBIGUOUS,
                            "User-Agent has another region than the signature.");
    if (urls && !(text_fits(r, r->rq->query) && text_fits(r, r->rq->path)))
        return reading_fail(r, RECOGNIZE_AMBIGUOUS,
                            "The URL has a host of another region than the signature.");
    return RECOGNIZED;
}
