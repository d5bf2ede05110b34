/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sandboxes of a server, by name. "default" is always there. Those that are kept have a
 * directory of their own below that of the server, and are opened again at the next start.
 * Thread-safe.
 */
#pragma once

#include "sandbox/sandbox.h"

struct sandboxes;

/* Letters, digits, "-" and "_", 64 at most. */
bool sandbox_name_ok(struct str name);

/* From which on no more are made. */
struct sandboxes_limits {
    size_t number; /* besides the default one */
    size_t bytes;  /* of memory that the program has in use */
};

/*
 * Opens the default sandbox and those that were kept, and fills none of them. DIRECTORY may be
 * NULL; it and SETUP live as long as the table. Fails as store_open does.
 */
int sandboxes_open(const struct sandbox_setup *setup, const char *directory,
                   const struct sandboxes_limits *limits, struct arena *a, struct sandboxes **ret,
                   const char **message) MUST_USE;
void sandboxes_free(struct sandboxes *sandboxes); /* accepts NULL; nobody is in one of them */

/* A reference, or NULL. */
struct sandbox *sandboxes_find(struct sandboxes *sandboxes, struct str name);
/* References to all, by name, each to be released; returns how many there are. */
size_t sandboxes_list(struct sandboxes *sandboxes, struct arena *a, struct sandbox ***ret);

/*
 * Makes a sandbox, with a directory if KEEP. *RET gets a reference to it, or to the one of that
 * name that is there: ERR_ENTITY_ALREADY_EXISTS. Else *MESSAGE is a sentence: ERR_LIMIT_EXCEEDED,
 * ERR_INVALID_INPUT (there is no directory to keep it in), or a failure of the store.
 */
int sandboxes_add(struct sandboxes *sandboxes, struct str name, bool keep, struct arena *a,
                  struct sandbox **ret, const char **message) MUST_USE;

/* Takes out a sandbox whose gate has ended and which everybody has left, and deletes what is kept
   of it. */
void sandboxes_remove(struct sandboxes *sandboxes, struct sandbox *sandbox);
