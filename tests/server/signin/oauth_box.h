/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A client of `aws login`: the user alice, who is signed in and may have credentials by it, asks
 * with a key of her own. Proofs go by real time, all else by a clock that stands still.
 */
#pragma once

#include <check.h>

#include "jose/dpop.h"
#include "jose/jwt.h"
#include "support/client.h"
#include "support/dpop.h"
#include "svc/signin/oauth.h"

#define ACCOUNT "123456789012"
#define URL "http://localhost:4566/v1/token"
#define CALLBACK "http://127.0.0.1:4321/oauth/callback"
#define VERIFIER "a-verifier-that-is-long-enough-to-be-one-of-RFC-7636"
#define POLICY "arn:aws:iam::aws:policy/SignInLocalDevelopmentAccess"
#define JSON "application/json"

struct oauth_box {
    struct client client;
    struct dpop_client device, other_device;
    int proofs;
    const char *alice; /* id */
};

extern struct oauth_box box;

void oauth_start(void);
void oauth_stop(void);

/* Action and parameters of IAM, by the root user. The text of an element of the answer. */
const char *oauth_iam(const char *parameters, const char *element);
/* The clock goes on. */
void oauth_later(int64_t seconds);

/* Codes as the page /v1/authorize has them for who is signed in. */
const char *oauth_authorize(enum principal_kind kind, const char *owner, const char *name);
const char *oauth_code_of_alice(void);

const char *oauth_proof(struct dpop_client *who);
/* PROOF NULL: none. */
struct response oauth_post(const char *type, const char *body, const char *proof);
/* With a proof of the device. */
struct response oauth_ask(const char *body);

/* Bodies. */
const char *oauth_with_code(const char *code);
const char *oauth_with_token(const char *token);

/* What an answer gives. */
struct oauth_gift {
    const char *key_id, *secret, *token, *type, *refresh, *id_token;
    int64_t seconds;
};

struct oauth_gift oauth_given(struct response answer);
/* A code of alice's turned into credentials. */
struct oauth_gift oauth_exchanged(void);
/* Whose credentials they are: an ARN. */
const char *oauth_caller(const struct oauth_gift *gift);

void oauth_is_refused(struct response answer, int status, const char *type, const char *error,
                      const char *message);
void oauth_is_malformed(struct response answer);
void oauth_is_bad_grant(struct response answer);
void oauth_is_expired(struct response answer);
void oauth_is_changed(struct response answer);
