/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that know SQLite share: no other one includes this. */
#pragma once

#include <sqlite3.h>
#include <stdint.h>

struct pages;

/* The name of the file system whose files are in memory. Registers it: once per process. */
const char *memory_vfs(void);

/* Lets an open file of it be PAGES, as they are now, until it is left. The version's history. */
uint64_t memory_enter(sqlite3_file *file, struct pages *pages);
void memory_leave(sqlite3_file *file);
