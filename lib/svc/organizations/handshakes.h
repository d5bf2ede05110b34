/* SPDX-License-Identifier: Apache-2.0 */
/* Handshakes as all operations about them see them. */
#pragma once

#include "organizations_api.h"
#include "svc/organizations/find.h"

#define DAY_MS ((int64_t)24 * 3600 * 1000)

/* How long one that came to its last state is told of (AWS Organizations API Reference,
   Handshake). */
#define HANDSHAKE_KEPT_MS (30 * DAY_MS)

struct handshake_new {
    const char *action, *state;
    const char *party_type,
        *party; /* the recipient; an e-mail address is any account's that has it */
    const char *parent, *transfer; /* NULL: none */
    const char *notes;
    int64_t lasts; /* milliseconds */
};

/* From the caller's organization. Forgets those that are not told of any more. */
int handshake_send(struct call *c, const struct handshake_new *handshake,
                   struct handshake_row *ret) MUST_USE;
int handshake_get(struct call *c, const char *id, struct handshake_row *ret) MUST_USE;

/* HandshakeNotFound. */
int handshake_find(struct call *c, const char *id, struct handshake_row *ret) MUST_USE;
/* The last state it came to: EXPIRED is what no one has set. */
const char *handshake_state(const struct call *c, const struct handshake_row *row);
bool handshake_is_from(const struct call *c, const struct handshake_row *row);
int handshake_is_for(struct call *c, const struct handshake_row *row, bool *ret) MUST_USE;

/* HandshakeAlreadyInState, InvalidHandshakeTransition: it cannot go on to STATE. */
int handshake_set(struct call *c, struct handshake_row *row, const char *state) MUST_USE;

struct organizations_handshake *handshake_show(struct call *c, const struct handshake_row *row);

/* Whose e-mail address, in lower case. */
int handshake_email_key(struct call *c, const char *account, const char **ret) MUST_USE;
/* The recipient that a party stands for. */
const char *handshake_recipient(struct call *c, const char *type, const char *party);
/* InvalidInput for what is no account or address. */
int handshake_check_target(struct call *c,
                           const struct organizations_handshake_party *target) MUST_USE;
/* Whether such a handshake with that target waits for an answer. */
int handshake_is_pending(struct call *c, const char *action,
                         const struct organizations_handshake_party *target, bool *ret) MUST_USE;

/* HandshakeConstraintViolation when the organization has sent as many in a day as it may. */
int handshake_check_rate(struct call *c) MUST_USE;

int handshake_fails(struct call *c, const char *reason, const char *message) MUST_USE;

/* All that the organization sent, before it is deleted, with its requests for accounts. */
int handshakes_forget(struct call *c, const char *organization) MUST_USE;
/* ConstraintViolation while the caller's organization gives or takes a responsibility. */
int transfers_check_ended(struct call *c) MUST_USE;
/* ERR_NOT_FOUND, without a sentence: no such one is the caller's organization's. */
int transfer_look(struct call *c, const char *id) MUST_USE;
