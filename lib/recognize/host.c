/* SPDX-License-Identifier: Apache-2.0 */
#include "recognize/find_priv.h"

struct str host_name(struct arena *a, struct str header)
{
    struct str host = str_trim(header);
    const char *colon = host.n ? (const char *)memrchr(host.p, ':', host.n) : NULL;
    const char *bracket = host.n ? (const char *)memrchr(host.p, ']', host.n) : NULL;
    if (colon && (!bracket || colon > bracket))
        host.n = (size_t)(colon - host.p);
    for (size_t i = 0; i < host.n; i++) {
        if (ascii_lower(host.p[i]) != host.p[i])
            return str_of(str_fold(a, host));
    }
    return host;
}

/* The last label of *HOST, which it loses. */
static struct str take_last(struct str *host)
{
    const char *dot = host->p && host->n ? (const char *)memrchr(host->p, '.', host->n) : NULL;
    struct str label = *host;
    if (!dot) {
        *host = (struct str){host->p, 0};
        return label;
    }
    host->n = (size_t)(dot - host->p);
    return (struct str){dot + 1, label.n - host->n - 1};
}

static struct str last_label(struct str host)
{
    return take_last(&host);
}

/* HOST begins with the label WORD, or with that of its endpoints for FIPS. */
static bool begins_with(struct str host, struct str word)
{
    if (!host.p || !str_starts(host, word))
        return false;
    struct str rest = {host.p + word.n, host.n - word.n};
    return rest.n == 0 || rest.p[0] == '.' || str_starts(rest, STR("-fips."));
}

/* WORD is one of the labels behind the first. */
static bool has_below(struct str host, struct str word)
{
    str_cut(&host, '.');
    while (host.p) {
        struct str label = str_cut(&host, '.');
        if (str_eq(label, word))
            return true;
    }
    return false;
}

bool host_is_of(const struct request_service *service, struct str host)
{
    if (service->flags & REQUEST_VIRTUAL_HOST) {
        struct str labels = host;
        while (labels.n) {
            struct str label = take_last(&labels);
            if (str_is(label, "s3") || str_starts(label, STR("s3-accesspoint")))
                return true;
        }
    }
    if (service->global_host && str_is(host, request_text(service->global_host)))
        return true;
    struct str words = str_of(request_text(service->hosts));
    while (words.n) {
        struct str word = str_cut(&words, ' ');
        bool below = str_starts(word, STR("*."));
        if (below)
            word = (struct str){word.p + 2, word.n - 2};
        if (below ? has_below(host, word) : begins_with(host, word))
            return true;
    }
    return false;
}

/* "us-west-2": two letters, words, and a number. */
static bool is_region(struct str label)
{
    if (label.n < 6 || label.p[2] != '-' || !ascii_is_digit(label.p[label.n - 1]))
        return false;
    return !ascii_is_digit(label.p[0]) && !ascii_is_digit(label.p[1]) &&
           memchr(label.p + 3, '-', label.n - 3) != NULL;
}

/* Takes four numbers and the dots between them off. */
static bool take_address(struct str *host)
{
    struct str rest = *host;
    for (int i = 0; i < 4; i++) {
        struct str number = str_take_digits(&rest);
        if (number.n == 0 || number.n > 3)
            return false;
        if (i < 3 && (rest.n == 0 || rest.p[0] != '.'))
            return false;
        if (i < 3)
            rest = (struct str){rest.p + 1, rest.n - 1};
    }
    *host = rest;
    return true;
}

/* An address as everybody writes it. */
static bool is_address(struct str host)
{
    return (host.n && host.p[0] == '[') || (take_address(&host) && host.n == 0);
}

/* Takes ".SUFFIX" off, or the whole. A host does not begin with a dot. */
static bool take_suffix(struct str *host, struct str suffix)
{
    if (host->n < suffix.n || host->p[0] == '.' ||
        memcmp(host->p + host->n - suffix.n, suffix.p, suffix.n) != 0)
        return false;
    if (host->n == suffix.n) {
        host->n = 0;
        return true;
    }
    if (host->p[host->n - suffix.n - 1] != '.')
        return false;
    host->n -= suffix.n + 1;
    return true;
}

static bool take_aws_domain(struct str *host, const char **partition)
{
    static const struct {
        struct str domain;
        const char *partition;
    } known[] = {
        {{"amazonaws.com", 13}, "aws"},       {{"amazonaws.com.cn", 16}, "aws-cn"},
        {{"amazonaws.eu", 12}, "aws-eusc"},   {{"c2s.ic.gov", 10}, "aws-iso"},
        {{"sc2s.sgov.gov", 13}, "aws-iso-b"},
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (take_suffix(host, known[i].domain)) {
            *partition = known[i].partition;
            return true;
        }
    }
    return false;
}

/* Bucket names in hosts have small letters, digits, dots and hyphens. */
static bool is_bucket(struct str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool plain = ascii_is_digit(c) || (c >= 'a' && c <= 'z') || c == '-';
        if (!plain && (c != '.' || i == 0 || name.p[i - 1] == '.'))
            return false;
    }
    return name.n > 0 && name.p[name.n - 1] != '.';
}

static bool is_account(struct str text)
{
    return text.n == 12 && str_take_digits(&text).n == 12;
}

/* NAME-ACCOUNT.s3-accesspoint.REGION: the ARN of the access point. */
static bool access_point(struct arena *a, const char *partition, struct str region, struct str name,
                         struct str *ret)
{
    const char *dash = name.n ? (const char *)memrchr(name.p, '-', name.n) : NULL;
    if (!dash || dash == name.p || memchr(name.p, '.', name.n))
        return false;
    struct str account = {dash + 1, (size_t)(name.p + name.n - dash) - 1};
    if (!is_account(account) || region.n == 0)
        return false;
    if (str_starts(region, STR("us-gov-")))
        partition = "aws-us-gov";
    *ret = str_of(arena_printf(a, "arn:%s:s3:%.*s:%.*s:accesspoint%%2F%.*s", partition,
                               STR_FMT(region), STR_FMT(account), (int)(dash - name.p), name.p));
    return true;
}

/* ALIAS.mrap.accesspoint: whose account it is, no request tells. */
static enum recognize_why multi_region(struct arena *a, struct str rest, const char *partition,
                                       struct str *ret)
{
    take_last(&rest);
    *ret = str_of(arena_printf(a, "arn:%s:s3::*:accesspoint%%2F%.*s", partition, STR_FMT(rest)));
    return RECOGNIZED;
}

static bool is_endpoint(struct str label)
{
    return str_is(label, "s3") || str_is(label, "s3-fips") || str_is(label, "s3-accelerate") ||
           str_starts(label, STR("s3express-")) ||
           (str_starts(label, STR("s3-")) && (is_region((struct str){label.p + 3, label.n - 3}) ||
                                              str_starts(label, STR("s3-external-"))));
}

/* REST is what stands before the domain of AWS. */
static enum recognize_why aws_bucket(struct find *find, struct str rest, const char *partition,
                                     struct str *ret)
{
    struct str region = {NULL, 0};
    if (is_region(last_label(rest)))
        region = take_last(&rest);
    if (str_is(last_label(rest), "dualstack"))
        take_last(&rest);
    struct str endpoint = take_last(&rest);
    if (str_is(endpoint, "s3-global") && str_is(last_label(rest), "accesspoint") && is_bucket(rest))
        return multi_region(find->arena, rest, partition, ret);
    bool points = str_is(endpoint, "s3-accesspoint") || str_is(endpoint, "s3-accesspoint-fips");
    if (points && access_point(find->arena, partition, region, rest, ret))
        return RECOGNIZED;
    if (!points && is_endpoint(endpoint) && (rest.n == 0 || is_bucket(rest))) {
        *ret = rest.n ? rest : (struct str){NULL, 0};
        return RECOGNIZED;
    }
    find->reason = "The host is none that names a bucket of S3.";
    return RECOGNIZE_AMBIGUOUS;
}

/*
 * NAME is what stands before "localhost", or LocalStack's name for it: a bucket, perhaps "s3" and a
 * region. Servers differ in how they read more labels.
 */
static enum recognize_why local_bucket(struct find *find, struct str name, bool plain,
                                       struct str *ret)
{
    struct str rest = name;
    if (is_region(last_label(rest)))
        take_last(&rest);
    bool has_s3 = str_is(last_label(rest), "s3");
    if (has_s3) {
        take_last(&rest);
        name = rest;
    }
    if (name.n == 0 || (plain && !has_s3)) {
        *ret = (struct str){NULL, 0};
        return RECOGNIZED;
    }
    if (!is_bucket(name) || memchr(name.p, '.', name.n)) {
        find->reason = "The host has several labels before \"localhost\", of which servers take "
                       "different ones for the bucket.";
        return RECOGNIZE_AMBIGUOUS;
    }
    *ret = name;
    return RECOGNIZED;
}

/* Names that are whole hosts to whatever is addressed by them. */
static bool has_no_bucket(struct str host)
{
    return is_address(host) || !memchr(host.p, '.', host.n) || str_starts(host, STR("s3.")) ||
           str_is(host, "host.docker.internal") || str_is(host, "host.containers.internal");
}

/* LocalStack has buckets before "s3" alone there, moto before anything. */
static enum recognize_why cloud_bucket(struct find *find, struct str name, struct str *ret)
{
    enum recognize_why why = local_bucket(find, name, true, ret);
    bool plain = name.n == 0 || ret->p || str_is(name, "s3") || str_starts(name, STR("s3."));
    if (why || plain || find->hosts == RECOGNIZE_HOSTS_WITH_S3)
        return why;
    find->reason = "The host has a bucket before \"localhost.localstack.cloud\" to some servers.";
    return RECOGNIZE_AMBIGUOUS;
}

static enum recognize_why find_bucket(struct find *find, struct str *ret)
{
    const char *partition;
    struct str rest = find->host;
    if (take_aws_domain(&rest, &partition))
        return aws_bucket(find, rest, partition, ret);
    if (take_suffix(&rest, STR("localhost.localstack.cloud")))
        return cloud_bucket(find, rest, ret);
    if (take_suffix(&rest, STR("localhost")))
        return local_bucket(find, rest, find->hosts == RECOGNIZE_HOSTS_WITH_S3, ret);
    if (has_no_bucket(find->host))
        return RECOGNIZED;
    find->reason = "The host does not tell whether a bucket is in it. Buckets are looked for in "
                   "BUCKET.s3.REGION.amazonaws.com, BUCKET.s3.localhost and BUCKET.localhost, and "
                   "in the path where the host is an address, has no dot, or begins with \"s3.\".";
    return RECOGNIZE_AMBIGUOUS;
}

/* Hosts that begin like that are those of a machine to some servers, whatever follows, or begin
   with no part of a name. */
static bool begins_oddly(struct str host)
{
    return str_starts(host, STR("localhost")) || str_starts(host, STR("localstack")) ||
           str_starts(host, STR("host.docker.internal")) || str_starts(host, STR("www.")) ||
           take_address(&host);
}

enum recognize_why host_bucket(struct find *find, struct str *ret)
{
    *ret = (struct str){NULL, 0};
    if (find->host.n == 0 || find->hosts == RECOGNIZE_HOSTS_PLAIN)
        return RECOGNIZED;
    enum recognize_why why = find_bucket(find, ret);
    if (why || !ret->p || find->hosts != RECOGNIZE_HOSTS_OF_SDKS || !begins_oddly(find->host))
        return why;
    find->reason =
        "The host begins with what some servers take for a whole host, or leave out, and "
        "has a bucket to others.";
    return RECOGNIZE_AMBIGUOUS;
}
