/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Uploads to S3 by browsers: a form whose policy is what is signed (S3 API Reference,
 * "Browser-based uploads using POST (AWS Signature Version 4)").
 */
#pragma once

#include "authn/sigv4.h"
#include "base/multipart.h"

enum { SIGV4_POST_FIELDS_MAX = 100 };

struct sigv4_post {
    struct multipart_field fields[SIGV4_POST_FIELDS_MAX]; /* but the file; no name twice */
    size_t n;
    struct str file; /* its content; p == NULL: it has none */
};

/* The value of a field, whatever its letter case; p == NULL when missing. */
struct str sigv4_post_value(const struct sigv4_post *post, const char *name);

/*
 * Reads RQ, a POST of multipart/form-data, as sigv4_find does. ERR_NOT_FOUND: it has no signature,
 * or is not such a form.
 */
int sigv4_post_find(struct arena *a, const struct request *rq, bool body, struct sigv4_auth *ret,
                    const char **message) MUST_USE;

/*
 * Whether the policy lets this form through: it has not expired by NOW, all conditions hold, and
 * each field is in one. BUCKET: as the request names it. Fails with ERR_ACCESS_DENIED and S3's
 * sentence.
 */
int sigv4_post_check(struct arena *a, const struct sigv4_auth *auth, struct str bucket, int64_t now,
                     const char **message) MUST_USE;

/* True when the policy was signed with KEY. */
bool sigv4_post_verify(const struct sigv4_auth *auth,
                       const unsigned char key[static SIGV4_KEY_SIZE]) MUST_USE;
