/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of callers and of credentials. Which one a request has is decided in authn alone. */
#pragma once

enum principal_kind {
    PRINCIPAL_ROOT, /* the root user of an account */
    PRINCIPAL_USER, /* an IAM user */
};

enum cred_kind {
    CRED_NONE, /* unsigned */
    CRED_ROOT_KEY,
    CRED_USER_KEY,
};
