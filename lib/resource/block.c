/* SPDX-License-Identifier: Apache-2.0 */
/* S3 Block Public Access (S3 User Guide, "Blocking public access to your Amazon S3 storage"). */
#include "resource/public.h"

static const char *const names[] = {
    [BLOCK_PUBLIC_ACLS] = "BlockPublicAcls",
    [BLOCK_PUBLIC_POLICY] = "BlockPublicPolicy",
    [RESTRICT_PUBLIC_BUCKETS] = "RestrictPublicBuckets",
};

char *s3_account_arn(struct arena *a, struct str account)
{
    return arena_printf(a, "arn:aws:s3::%.*s:account", STR_FMT(account));
}

static bool says(const struct resource_view *view, enum public_block what, bool dflt)
{
    const char *value = resource_attribute(view, names[what]);
    return value ? strcmp(value, "true") == 0 : dflt;
}

int public_is_blocked(struct sandbox *sandbox, struct arena *a, const struct resource_view *bucket,
                      struct str account, enum public_block what, bool *ret)
{
    struct resource_view *whole;
    *ret = says(bucket, what, true);
    if (*ret || !account.p)
        return OK;
    TRY(resource_acquire(sandbox, a, str_of(s3_account_arn(a, account)), &whole));
    *ret = says(whole, what, false);
    resource_release(whole);
    return OK;
}
