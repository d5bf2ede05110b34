/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory with one lifetime: everything taken from an arena is given back at once. Allocation
 * never returns NULL (see mem.h). An arena belongs to one thread at a time.
 */
#pragma once

#include "base/base.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

/*
 * Under AddressSanitizer, which gcc announces by a macro and clang by a feature, each allocation
 * gets a block of its own, so that an overrun inside an arena is seen like one on the heap.
 */
#ifndef __has_feature
#define __has_feature(name) 0
#endif
#if defined __SANITIZE_ADDRESS__ || __has_feature(address_sanitizer)
enum { ARENA_FIRST_BLOCK = 0, ARENA_LARGEST_STEP = 0, ARENA_LARGE = 0 };
#else
enum { ARENA_FIRST_BLOCK = 8192, ARENA_LARGEST_STEP = 256 * 1024, ARENA_LARGE = 64 * 1024 };
#endif

struct arena_block {
    struct arena_block *next;
    size_t size;
    alignas(max_align_t) unsigned char data[];
};

struct arena_kept;

struct arena {
    struct arena_block *head;  /* block in use; older blocks hang behind it */
    size_t used;               /* bytes taken from the block in use */
    struct arena_block *large; /* one allocation each */
    size_t total;              /* bytes of all blocks */
    size_t first;              /* of the first block; 0: the usual size */
    struct arena_kept *kept;   /* to be released at the end */
};

void arena_init(struct arena *a);
void arena_init_small(struct arena *a, size_t first); /* with a first block of that size */
void arena_done(struct arena *a);  /* frees everything; the arena may be used again */
void arena_reset(struct arena *a); /* like arena_done, but keeps one block for the next user */

/* RELEASE(WHAT) is called when the memory is given back: what came last is released first. */
void arena_keep(struct arena *a, void (*release)(void *what), void *what);

/* For what is large, and where the block in use has no room. */
void *arena_alloc_more(struct arena *a, size_t size);

/* Aligned for any type; not zeroed. */
static inline void *arena_alloc(struct arena *a, size_t size)
{
    const size_t mask = alignof(max_align_t) - 1;
    size_t rounded = (size + !size + mask) & ~mask;
    if (size > ARENA_LARGE || !a->head || a->head->size - a->used < rounded)
        return arena_alloc_more(a, size);
    void *memory = a->head->data + a->used;
    a->used += rounded;
    return memory;
}

/* Aligned for any type; zeroed. */
static inline void *arena_zalloc(struct arena *a, size_t size)
{
    return memset(arena_alloc(a, size), 0, size);
}

/*
 * OLD is not to be used afterwards. The newest allocation grows in place where it can, and large
 * ones give their old memory back; others are copied, and what they had stays until the end.
 */
void *arena_grow(struct arena *a, void *old, size_t old_size, size_t new_size);

char *arena_strdup(struct arena *a, const char *text);
char *arena_strndup(struct arena *a, const char *text, size_t n); /* exactly n bytes and a NUL */
char *arena_concat(struct arena *a, const char *const *parts, size_t n); /* one behind the other */
char *arena_printf(struct arena *a, const char *format, ...) PRINTF_LIKE(2, 3);
char *arena_vprintf(struct arena *a, const char *format, va_list args) PRINTF_LIKE(2, 0);

#define NEW(a, type) ((type *)arena_zalloc((a), sizeof(type)))
#define NEW_ARRAY(a, type, n) ((type *)arena_zalloc((a), sizeof(type) * (n)))
