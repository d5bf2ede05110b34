/* SPDX-License-Identifier: Apache-2.0 */
#include "err.h"
#include "model/ids.h"
#include "resource/change.h"
#include "resource/resource_priv.h"

/* Bytes. Policies: S3 User Guide, "Bucket policies", 20 KB, as those of most services; KMS
   Developer Guide, "Quotas", 32 KB. */
enum {
    ARN_MAX = 2048,
    POLICY_MAX = 20 * 1024,
    KEY_POLICY_MAX = 32 * 1024,
    NAME_MAX_SIZE = 512, /* 128 characters */
    VALUE_MAX = 2048,
    FACTS_MAX = 256, /* of one kind, however high quotas are */
};

static const char *check_policy(struct arena *a, const char *arn, const char *text)
{
    const struct policy *policy;
    struct policy_error error;
    size_t max = strstr(arn, ":kms:") ? KEY_POLICY_MAX : POLICY_MAX;
    struct str whole = str_of(text);
    if (whole.n > max)
        return arena_printf(a, "The policy has more than %zu bytes.", max);
    if (policy_compile(a, whole, POLICY_RESOURCE, &policy, &error) == OK)
        return NULL;
    return arena_printf(a, "%s (%s)", error.message, policy_error_place(a, &error));
}

static bool is_first(const struct resource_pair *facts, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (strcmp(facts[k].name, facts[i].name) == 0)
            return false;
    }
    return true;
}

static bool facts_fit(const struct resource_pair *facts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (n > FACTS_MAX || !is_first(facts, i) || !*facts[i].name ||
            strlen(facts[i].name) > NAME_MAX_SIZE || strlen(facts[i].value) > VALUE_MAX ||
            !str_is_utf8(str_of(facts[i].name)) || !str_is_utf8(str_of(facts[i].value)))
            return false;
    }
    return true;
}

/* KMS API Reference, CreateGrant. */
static bool is_grant_operation(const char *name)
{
    static const char *const names[] = {
        "Decrypt",
        "Encrypt",
        "GenerateDataKey",
        "ReEncryptFrom",
        "ReEncryptTo",
        "GenerateDataKeyWithoutPlaintext",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
        "Sign",
        "Verify",
        "GetPublicKey",
        "CreateGrant",
        "RetireGrant",
        "DescribeKey",
        "GenerateMac",
        "VerifyMac",
        "DeriveSharedSecret",
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (strcmp(name, names[i]) == 0)
            return true;
    }
    return false;
}

static const char *check_grant(struct arena *a, const struct resource_grant *grant)
{
    const struct policy *policy;
    struct policy_error error;
    if (!facts_fit(grant->equal, grant->n_equal) || !facts_fit(grant->subset, grant->n_subset) ||
        (grant->id && (!*grant->id || strlen(grant->id) > NAME_MAX_SIZE)))
        return "An encryption context or the id of a grant is empty or too long.";
    for (size_t i = 0; i < grant->operations.n; i++) {
        if (!is_grant_operation(grant->operations.v[i]))
            return arena_printf(a, "No grant can be for the operation %s.", grant->operations.v[i]);
    }
    if (!grant->operations.n)
        return "A grant is for one operation at least.";
    struct resource_grant_row row = grant_row(a, grant);
    struct str text = str_of(grants_policy(a, NULL, &(struct resource_grant_row_list){1, &row}));
    if (policy_compile(a, text, POLICY_RESOURCE, &policy, &error) != OK)
        return arena_printf(a, "%s cannot be given a grant.", grant->grantee);
    return NULL;
}

static bool is_arn(const char *text)
{
    struct arn arn;
    struct str whole = str_of(text);
    return whole.n <= ARN_MAX && str_is_utf8(whole) && arn_parse(whole, &arn) && arn.partition.n &&
           arn.service.n && arn.resource.n && (!arn.account.n || account_id_ok(arn.account));
}

static const char *check_grants(struct arena *a, const struct resource_change *change)
{
    const char *wrong = NULL;
    if (change->n_grants && !strstr(change->arn, ":kms:"))
        return "Only KMS keys have grants.";
    for (size_t i = 0; i < change->n_grants && !wrong; i++)
        wrong = check_grant(a, &change->grants[i]);
    return wrong;
}

const char *resource_check(struct arena *a, const struct resource_change *change)
{
    struct arn arn;
    if (!is_arn(change->arn))
        return "A resource has an ARN, of a service, and of an account or none: "
               "arn:aws:s3:::bucket.";
    if (change->account && !account_id_ok(str_of(change->account)))
        return "An account has twelve digits.";
    if (change->account && arn_parse(str_of(change->arn), &arn) && arn.account.n &&
        !str_is(arn.account, change->account))
        return "The ARN names another account.";
    if (!facts_fit(change->tags, change->n_tags) ||
        !facts_fit(change->attributes, change->n_attributes))
        return "Names of tags and attributes are distinct, not empty, and no longer than 128 "
               "characters; there are 256 at most, and values have up to 2048 bytes.";
    if (change->policy && *change->policy) {
        const char *wrong = check_policy(a, change->arn, change->policy);
        if (wrong)
            return wrong;
    }
    return check_grants(a, change);
}
