/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of a sandbox: from its making, over resets, to its end.
 *
 * What outlives a restart, a copy or a snapshot is in its store and nowhere else; the other parts
 * are caches of that, records of requests, and settings that begin with the setup. So a copy is a
 * copy of the store and new parts, and a snapshot is a store that nobody is in.
 */
#pragma once

#include "access/account.h"
#include "call/sandbox.h"

struct event_queue;

/* What sandboxes begin with, and go back to by a reset. Outlives those that are made by it. */
struct sandbox_setup {
    const struct account_spec *accounts; /* the first is the default account */
    size_t n_accounts;
    const char *region;        /* the server's; NULL: nobody said */
    const char *root_password; /* of the default account; NULL: none */
    enum enforcement enforcement;
    int64_t quotas[QUOTA_COUNT];
    int64_t settings[SETTING_COUNT];
    bool seeded;
    uint64_t seed;
    bool full_durability;          /* of what is kept in a directory */
    struct event_queue *event_log; /* where the events of all go, too; NULL: nowhere */
};

/*
 * Opens the store in DIRECTORY, or one in memory for NULL, and leaves it as it is. Fails as
 * store_open does, with one line in *message (arena-owned). The reference is the caller's.
 */
int sandbox_new(struct str name, const struct sandbox_setup *setup, const char *directory,
                struct arena *a, struct sandbox **ret, const char **message) MUST_USE;

/* The same for a sandbox that begins as FROM is at the moment, which is in memory; it needs no
   sandbox_fill. Sessions of FROM are none of the copy. */
int sandbox_copy(struct sandbox *from, struct str name, const char *directory, struct arena *a,
                 struct sandbox **ret, const char **message) MUST_USE;

/* A sandbox goes with its last reference. Who has one knows that it is in memory; who uses what it
   holds has entered it besides. */
struct sandbox *sandbox_keep(struct sandbox *sandbox);
void sandbox_release(struct sandbox *sandbox); /* accepts NULL */

/* Makes the accounts that are not there, and what every account has. ERR_ENTITY_ALREADY_EXISTS: the
   key of the default one belongs to another account. */
int sandbox_fill(struct sandbox *sandbox, struct arena *a) MUST_USE;

/*
 * What uses the sandbox is between these two, from the first look at it to the last: resets wait
 * for it, and happen before or after it. They may be called by different threads; gate_ask is for
 * those who must not wait. Not to be nested. False: the sandbox is being deleted, and there is
 * nothing to leave.
 */
bool sandbox_enter(struct sandbox *sandbox) MUST_USE;
void sandbox_leave(struct sandbox *sandbox);

/*
 * Empties it: only the accounts of the setup are left. Whoever calls it has the gate to himself, so
 * that no request is authenticated before and carried out after. When it fails, the sandbox may be
 * empty, and another reset is the way back.
 */
int sandbox_reset(struct sandbox *sandbox, struct arena *a) MUST_USE;
