/* SPDX-License-Identifier: Apache-2.0 */
/* What reports look for in stored policy documents. */
#pragma once

#include "base/str.h"

/* Whether a statement allows all actions on all resources. */
bool document_allows_all(const char *document);

enum document_trust {
    TRUST_INSIDE, /* nobody of another account; services and identity providers do not count */
    TRUST_OTHERS, /* other accounts, or everybody under conditions */
    TRUST_EVERYBODY,
};

/* Whom the trust policy of a role of ACCOUNT lets in. */
enum document_trust document_trust(const char *document, const char *account);

/* The same trust policy without those outside of ACCOUNT; the account itself, when nothing else is
   left. */
const char *document_trust_inside(struct arena *a, const char *document, const char *account);
