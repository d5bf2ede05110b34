/* SPDX-License-Identifier: Apache-2.0 */
/* The client's side of Signature Version 4A. */
#pragma once

#include "support/sign.h"

/* As sign_header, which RQ has a Host for, and for REGIONS ("eu-west-1,us-*") in place of BY's. */
void sign_asymmetric(struct arena *a, const struct signer *by, const char *regions,
                     struct request *rq);
