/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why a request was allowed or denied, in JSON, kept for the last requests under their request
 * ids. The record is written from the trace of the decision itself; nothing is evaluated again.
 */
#pragma once

#include "authz/report.h"
#include "call/call.h"

struct explain;

/* Remembers so many requests, fewer when their texts would take up more than MAX_BYTES. */
struct explain *explain_new(size_t capacity, size_t max_bytes);
void explain_free(struct explain *explain); /* accepts NULL */
void explain_clear(struct explain *explain);

/* Remembers TEXT under the request id; the oldest records go when there is no room. */
void explain_put(struct explain *explain, const char *request_id, struct str text);
/* A copy in the arena; p == NULL when nothing is known about that request. */
struct str explain_get(struct explain *explain, struct arena *a, struct str request_id);

/* Copies of the last N records at most, newest first and without encoded messages, which cost more
   than all the rest; returns how many there are. */
size_t explain_recent(struct explain *explain, struct arena *a, struct str *ret, size_t n);

/* Remembers what a signature was checked against, for a client that wants to find its mistake;
   values that may be secrets are hidden. c->reason says where to look. */
void explain_signature(const struct call *c, struct str access_key_id, struct str canonical_request,
                       struct str string_to_sign);

/* Remembers why an access key was not accepted; an id that no key can have is left out. */
void explain_token(const struct call *c, struct str access_key_id, int code, const char *reason);

/* Remembers why proof of another kind was refused: tokens of identity providers, codes of devices.
   CODE is an enum err; c->reason tells more than AWS does. */
void explain_refusal(const struct call *c, int code);

/* Adds to the record of a call, if there is one, that it was allowed and failed: CODE, an enum err,
   and c->reason, or c->message where that tells all. */
void explain_failure(const struct call *c, int code);

/* The record of a call while it is written. */
struct explanation {
    struct buf text;
    size_t sealed_at, sealed_n; /* the part that goes out as an encoded authorization message */
};

/*
 * Opens the record of the call, adds one decision each, closes it with c->reason, if any, and
 * remembers it. FAILURE is what the encoded message of a denial says; NULL: no denial. It is sealed
 * for the caller's account when somebody asks for the record, because hardly anybody ever does.
 */
void explain_begin(struct explanation *e, const struct call *c);
void explain_add(struct explanation *e, const struct authz_report *report, const char *failure);
void explain_end(struct explanation *e, const struct call *c, bool allowed);
