/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file with the events of all sandboxes, a record of CloudTrail in a line, written by a thread of
 * its own. When it cannot be written it is tried again, for as long as it takes; meanwhile there is
 * room for so many events, and then a line says how many are missing at its place.
 */
#pragma once

#include "base/arena.h"
#include "base/log.h"

struct event_log;
struct event_queue;

/* Appends to FILE, which has to be one that can be written now; PATH and LOG outlive it. NULL: it
   cannot, and *message (arena-owned) says why. */
struct event_log *event_log_open(const char *path, const struct log *log, struct arena *a,
                                 const char **message);
struct event_queue *event_log_queue(struct event_log *log);

/* From now on it is the file that has this name now, as those who rotate logs want it. */
void event_log_reopen(struct event_log *log); /* accepts NULL */

/* Nothing comes any more. Writes what is there, or gives up when it cannot. Accepts NULL. */
void event_log_close(struct event_log *log);
