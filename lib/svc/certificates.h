/* SPDX-License-Identifier: Apache-2.0 */
/*
 * X.509 certificates that are uploaded. Reading one and checking what comes with it takes longer
 * than a transaction may, so it is done by the hook `prove`, on the pool.
 */
#pragma once

#include "call/call.h"
#include "federation/federation.h"

/* Whoever may not call hears nothing of it: what is wrong stays with the call. */
void certificate_prove(struct call *c, const struct x509_upload *upload);

/* What was found: MalformedCertificate, KeyPairMismatch. */
int certificate_proven(struct call *c, const struct x509_certificate **ret) MUST_USE;
