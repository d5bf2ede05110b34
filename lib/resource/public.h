/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "resource/resource.h"

enum publicity { NOT_PUBLIC, IS_PUBLIC, NO_POLICY };

/* Whether S3 calls a bucket policy public; NO_POLICY: the text is none. A is for scratch. */
enum publicity policy_publicity(struct arena *a, struct str text);

/* What blocks public access to a bucket. */
enum public_block { BLOCK_PUBLIC_ACLS, BLOCK_PUBLIC_POLICY, RESTRICT_PUBLIC_BUCKETS };

/*
 * Whether BUCKET, which ACCOUNT owns, or the account blocks it: the stricter one counts. All that
 * is not told of a bucket is blocked, as new buckets have it; of an account it is not.
 */
int public_is_blocked(struct sandbox *sandbox, struct arena *a, const struct resource_view *bucket,
                      struct str account, enum public_block what, bool *ret) MUST_USE;

/* What is known of the settings of S3 of an account goes by this ARN, which is ours. */
char *s3_account_arn(struct arena *a, struct str account);
