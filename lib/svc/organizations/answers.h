/* SPDX-License-Identifier: Apache-2.0 */
/* What follows when a handshake is accepted, by its action. */
#pragma once

#include "svc/organizations/handshakes.h"

int invitation_accept(struct call *c, const struct handshake_row *row) MUST_USE;
int all_features_accept(struct call *c, const struct handshake_row *row) MUST_USE;
int transfer_accept(struct call *c, const struct handshake_row *row) MUST_USE;

/* The account leaves, and has nothing to approve any more. */
int all_features_without(struct call *c, const char *account, const char *organization) MUST_USE;
