/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When and for what each access key, and each role by its id, was last used, and when the password
 * of each user, and each root user by the id of the account; and what each user and role has
 * called. Kept in memory and written to the store now and then, so that no request pays for a
 * write. Thread-safe.
 */
#pragma once

#include "base/str.h"

struct cache;
struct last_used;
struct store;

struct key_usage {
    int64_t at; /* seconds */
    const char *service, *region;
};

struct last_used *last_used_new(void);
void last_used_free(struct last_used *used); /* accepts NULL; what was not flushed is lost */

void last_used_note(struct last_used *used, struct str key_id, int64_t at, struct str service,
                    struct str region);
/* The same of an owner's password, unless that was used in the five minutes before: of several
   uses in such a time, the first one counts (IAM API Reference, User). STORED is what the store has
   of it, 0 if nothing. */
void last_used_note_password(struct last_used *used, struct str owner, int64_t at, int64_t stored);
/* What the user or role with the id OWNER called. */
void last_used_note_access(struct last_used *used, struct str owner, int64_t at, struct str service,
                           struct str action, struct str region);
/* Use that is not yet in the store; false when there is none. Texts go to the arena. */
bool last_used_get(struct last_used *used, struct arena *a, struct str key_id,
                   struct key_usage *ret);
/* Writes what is pending, and drops the roles and users of it from ENTITIES. When that fails all of
   it stays pending, though some may be written. */
int last_used_flush(struct last_used *used, struct store *store, struct cache *entities,
                    struct arena *a) MUST_USE;
void last_used_clear(struct last_used *used);
