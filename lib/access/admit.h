/* SPDX-License-Identifier: Apache-2.0 */
/* Who may call an operation of Organizations at all: the `for` clause of the model. */
#pragma once

#include "access/document.h"
#include "call/call.h"

/* Finds c->membership, for operations with the clause. AWSOrganizationsNotInUse, or AccessDenied in
   the words that Organizations has for all whom it does not serve. */
int access_admit(struct call *c, const void *in) MUST_USE;

/* The resource policy of the organization, of callers that are c->named. */
int admit_policy(struct call *c, struct document **ret) MUST_USE;

/* Whether the caller's account accepts with a handshake that it gets the service-linked role of
   Organizations, which it has not. */
int admit_needs_role(struct call *c, const char *handshake, bool *ret) MUST_USE;

/* AccessDenied in the same words. */
int admit_refuse(struct call *c) MUST_USE;
