/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last records of a sandbox that have something to explain, found by their request ids. There
 * is room for so many, and for fewer when they, with the views and documents that they keep alive,
 * would take up more than so many bytes: then the oldest go, but never the newest. Takes no memory
 * until the first is kept. Thread-safe; whoever reads a record holds a reference and no lock.
 */
#pragma once

#include "record/record.h"

struct records;

struct records *records_new(size_t capacity, size_t max_bytes);
void records_free(struct records *records); /* accepts NULL; nobody holds a record */
void records_clear(struct records *records);

void records_keep(struct records *records, const struct record *record);

/* A reference, to be given back with record_release; NULL: nothing is kept about that request. */
const struct record *records_find(struct records *records, struct str request_id);
/* References to the last N at most, newest first; returns how many there are. */
size_t records_recent(struct records *records, const struct record **ret, size_t n);
void record_release(const struct record *record); /* accepts NULL */

/*
 * Somebody who follows what is kept, for OWNER. Nobody waits for him: he has a place among the
 * records, and goes on from the oldest that is left when he comes too late.
 */
struct records_follower;

/* So many may follow at a time: nobody takes all streams of the server for one sandbox. */
enum { RECORDS_FOLLOWERS = 16 };

/* The number of the newest; -1: there was none yet. */
int64_t records_newest(struct records *records);

/* From behind the record with the number LAST, if there is one, or else from the newest on. It is
   there for as long as it likes, also when the records are freed. NULL: there are too many. */
struct records_follower *records_join(struct records *records, struct str owner, int64_t last);
void records_leave(struct records_follower *follower);

/* Shows the next N records at most, the oldest first, under the lock: SEE copies what it needs.
   Returns how many there were; -1: it is over, for the records are cleared, or he is dismissed. */
int64_t records_follow(struct records_follower *follower, size_t n,
                       void (*see)(void *who, const struct record *record, uint64_t number),
                       void *who);

/* Whoever follows for OWNER comes to the end. */
void records_dismiss(struct records *records, struct str owner);
