/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of callers and of credentials. Which one a request has is decided in authn alone. */
#pragma once

enum principal_kind {
    PRINCIPAL_ROOT,      /* the root user of an account */
    PRINCIPAL_USER,      /* an IAM user */
    PRINCIPAL_ROLE,      /* a role by itself, as simulations name it */
    PRINCIPAL_SESSION,   /* a session of a role */
    PRINCIPAL_FEDERATED, /* a session from GetFederationToken, issued by an IAM user */
    PRINCIPAL_PROVIDER,  /* vouched for by a SAML or web identity provider; of no account yet */
    PRINCIPAL_SERVICE,   /* an AWS service */
    PRINCIPAL_ANONYMOUS, /* unsigned */
};

enum cred_kind {
    CRED_NONE, /* unsigned */
    CRED_ROOT_KEY,
    CRED_USER_KEY,
    CRED_SESSION, /* temporary: an access key with its token */
};
