/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Issuers of web identity tokens and where their keys come from: put in by hand, or fetched from
 * the issuer's discovery document (OpenID Connect Discovery 1.0) and kept for some minutes.
 */
#pragma once

#include "call/call.h"

struct issuers;

struct issuers *issuers_new(void);
void issuers_free(struct issuers *issuers); /* accepts NULL */
void issuers_clear(struct issuers *issuers);

/* Path of the sandbox's own issuer of tokens for tests; below it are those of the accounts, whose
   tokens are for services outside AWS. */
#define ISSUER_PATH "/_iam-local/oidc"

/* https, or plain http on this host or for the sandbox's own issuer; without query and fragment, a
   port only then, too. Issuers of accounts are none. */
bool issuer_url_ok(const char *url) MUST_USE;

/* The sandbox's own issuer, or that of an account when ID is not NULL, under the name by which the
   client has reached the server and the sandbox. */
char *issuer_own_url(struct arena *a, const struct request *rq, const char *id);

/*
 * The JSON Web Key Set of an issuer. ERR_WANTED when it has to be fetched first, which is noted
 * with the call, unless that was done: c->fetched. Otherwise fails with an error of STS and its
 * sentence. STALE: a set that was fetched before does not have the key that is looked for. The call
 * is in no transaction.
 */
int issuer_keys(struct call *c, const char *url, bool stale, struct str *ret) MUST_USE;

/* Fetches the keys of an issuer, or notes why they cannot be had. Takes up to five seconds, unless
 *STOP becomes true. */
void issuer_fetch(struct sandbox *sandbox, const char *url, const _Atomic bool *stop);

/* Where issuer_keys looks first: keys that were put in for URL, as text. */
char *issuer_setting(struct arena *a, const char *url);
