/* SPDX-License-Identifier: Apache-2.0 */
/* The client's side of Signature Version 4, for tests that speak to the server in-process. */
#pragma once

#include "call/request.h"

struct signer {
    const char *access_key_id, *secret;
    const char *token; /* NULL: long-term credentials */
    const char *region, *service;
    int64_t at;          /* seconds; the time of signing */
    const char *payload; /* what is signed in place of the body's digest; NULL: that */
};

/* Both sign all headers of RQ, and Host, which is added when missing. New texts and the new list
   of headers belong to the arena. */
void sign_header(struct arena *a, const struct signer *by, struct request *rq);
void sign_query(struct arena *a, const struct signer *by, int64_t expires, struct request *rq);

/* A POST of BODY ("Action=...&Version=...") to "/" or PATH, signed in the header or the query. */
struct request *sign_form_to(struct arena *a, const struct signer *by, const char *path,
                             const char *body);
struct request *sign_form(struct arena *a, const struct signer *by, const char *body);
struct request *sign_form_query(struct arena *a, const struct signer *by, int64_t expires,
                                const char *body);
