/* SPDX-License-Identifier: Apache-2.0 */
/* What AWS demands of an entry of Resource or NotResource when a policy is stored. */
#include "policy/draft_priv.h"

/* An entry cut at its first five colons; fields that are not there have p == NULL. */
struct fields {
    size_t colons; /* of these */
    struct str partition, service, region, account, resource;
};

static struct fields split(struct str text)
{
    struct fields f = {.colons = 0};
    struct str first, *const cut[] = {&first, &f.partition, &f.service, &f.region, &f.account};
    for (size_t i = 0; i < ARRAY_LEN(cut); i++) {
        *cut[i] = str_cut(&text, ':');
        f.colons += text.p != NULL;
    }
    f.resource = text;
    return f;
}

static bool contains(struct str s, struct str part)
{
    return s.p && memmem(s.p, s.n, part.p, part.n);
}

/* Twelve digits or what may stand for them; AWS's own policies have "aws" there. */
static bool account_ok(struct str account)
{
    if (account.n == 0 || str_is(account, "aws") || entry_has_wildcard(account) ||
        contains(account, STR("$")))
        return true;
    for (size_t i = 0; i < account.n; i++) {
        if (!ascii_is_digit(account.p[i]))
            return false;
    }
    return account.n == 12;
}

/* What AWS finds while it still looks for syntax. */
static bool legacy_ok(struct str entry, const struct fields *f)
{
    if (f->colons < 5 && contains(entry, STR("::")))
        return false;
    if (!f->service.p)
        return true;
    if (f->service.n == 0)
        return false;
    return !str_is(f->service, "iam") || account_ok(f->account);
}

static bool iam_path_ok(struct str path)
{
    /* u2f/ and root are younger than the sentence that lists the others. */
    static const char *const starts[] = {
        "*",       "user/",          "federated-user/",   "role/",          "group/",
        "mfa/",    "policy/",        "instance-profile/", "sms-mfa/",       "server-certificate/",
        "report/", "access-report/", "saml-provider/",    "oidc-provider/", "u2f/",
    };
    if (!path.p || str_is(path, "root"))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
        if (str_starts(path, str_of(starts[i])))
            return true;
    }
    return false;
}

static bool partition_ok(struct str partition)
{
    static const char *const names[] = {"aws",       "aws-cn",    "aws-us-gov",
                                        "aws-iso",   "aws-iso-b", "aws-iso-e",
                                        "aws-iso-f", "aws-eusc",  "*"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_is(partition, names[i]))
            return true;
    }
    return false;
}

/* AWS prints the entry as it would read with all six fields. */
static int fail_partition(const struct draft *draft, const struct node *entry,
                          const struct fields *f)
{
    struct buf arn = buf_new(draft->arena, entry->text.n + 16);
    const struct str fields[] = {f->partition, f->service, f->region, f->account, f->resource};
    buf_add_text(&arn, "arn");
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        buf_add_char(&arn, ':');
        buf_add(&arn, fields[i].p ? fields[i] : STR("*"));
    }
    return draft_fail(draft, entry, "Partition \"%.*s\" is not valid for resource \"%s\".",
                      STR_FMT(f->partition), buf_text(&arn));
}

int draft_check_resource(const struct draft *draft, const struct node *entry, bool *ret_legacy_ok)
{
    struct str text = entry->text;
    *ret_legacy_ok = true;
    if (str_is(text, "*"))
        return OK;
    struct fields f = split(text);
    *ret_legacy_ok = legacy_ok(text, &f);
    if (f.colons == 0)
        return draft_fail(draft, entry, "Resource %.*s must be in ARN format or \"*\".",
                          STR_FMT(text));
    if (!partition_ok(f.partition))
        return fail_partition(draft, entry, &f);
    if (!f.service.p || entry_has_wildcard(f.service))
        return draft_fail(draft, entry,
                          "Resource vendor must be fully qualified and cannot "
                          "contain regexes.");
    bool regional = f.region.n && !str_is(f.region, "*");
    if (regional && str_is(f.service, "iam"))
        return draft_fail(draft, entry, "IAM resource %.*s cannot contain region information.",
                          STR_FMT(text));
    /* Access points do have a region, and an account with it. */
    if (regional && str_is(f.service, "s3") && f.account.n == 0)
        return draft_fail(draft, entry, "Resource %.*s can not contain region information.",
                          STR_FMT(text));
    if (str_is(f.service, "iam") && !iam_path_ok(f.resource)) {
        return draft_fail(draft, entry,
                          "IAM resource path must either be \"*\" or start with user/, "
                          "federated-user/, role/, group/, instance-profile/, mfa/, "
                          "server-certificate/, policy/, sms-mfa/, saml-provider/, "
                          "oidc-provider/, report/, access-report/.");
    }
    return OK;
}
