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
