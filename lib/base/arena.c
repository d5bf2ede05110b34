/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdio.h>

#include "base/mem.h"

enum { SHORT_TEXT = 256 };

struct arena_kept {
    struct arena_kept *next;
    void (*release)(void *what);
    void *what;
};

static size_t round_up(size_t n)
{
    const size_t mask = alignof(max_align_t) - 1;
    return (n + mask) & ~mask;
}

/* OLD, or a new block when that is NULL, with SIZE bytes. */
static struct arena_block *resize_block(struct arena *a, struct arena_block *old, size_t size)
{
    a->total += size - (old ? old->size : 0);
    struct arena_block *block = mem_realloc(old, sizeof *block + size);
    block->size = size;
    return block;
}

static void add_block(struct arena *a, size_t need)
{
    size_t first = a->first && ARENA_FIRST_BLOCK != 0 ? a->first : ARENA_FIRST_BLOCK;
    size_t size = a->head ? a->head->size * 2 : first;
    if (size > ARENA_LARGEST_STEP)
        size = ARENA_LARGEST_STEP;
    if (size < need)
        size = need;
    struct arena_block *block = resize_block(a, NULL, size);
    block->next = a->head;
    a->head = block;
    a->used = 0;
}

static void *add_large(struct arena *a, size_t size)
{
    struct arena_block *block = resize_block(a, NULL, size);
    block->next = a->large;
    a->large = block;
    return block->data;
}

/* What links to the block of the large allocation MEMORY, or to the end of the list. */
static struct arena_block **find_large(struct arena *a, const void *memory)
{
    struct arena_block **link = &a->large;
    while (*link && (*link)->data != memory)
        link = &(*link)->next;
    return link;
}

void arena_init(struct arena *a)
{
    *a = (struct arena){.head = NULL};
}

void arena_init_small(struct arena *a, size_t first)
{
    *a = (struct arena){.first = first};
}

void arena_keep(struct arena *a, void (*release)(void *what), void *what)
{
    struct arena_kept *kept = arena_alloc(a, sizeof *kept);
    *kept = (struct arena_kept){.next = a->kept, .release = release, .what = what};
    a->kept = kept;
}

static void release_kept(struct arena *a)
{
    for (struct arena_kept *kept = a->kept; kept; kept = kept->next)
        kept->release(kept->what);
    a->kept = NULL;
}

static void free_blocks(struct arena_block *block)
{
    while (block) {
        struct arena_block *next = block->next;
        mem_free(block);
        block = next;
    }
}

void arena_done(struct arena *a)
{
    release_kept(a);
    free_blocks(a->head);
    free_blocks(a->large);
    arena_init(a);
}

void arena_reset(struct arena *a)
{
    release_kept(a);
    struct arena_block *first = a->head;
    while (first && first->next) {
        struct arena_block *next = first->next;
        mem_free(first);
        first = next;
    }
    if (first && first->size > ARENA_FIRST_BLOCK) {
        mem_free(first);
        first = NULL;
    }
    free_blocks(a->large);
    *a = (struct arena){.head = first, .total = first ? first->size : 0, .first = a->first};
}

void *arena_alloc_more(struct arena *a, size_t size)
{
    size = round_up(size ? size : 1);
    if (size > ARENA_LARGE)
        return add_large(a, size);
    if (!a->head || a->head->size - a->used < size)
        add_block(a, size);
    void *memory = a->head->data + a->used;
    a->used += size;
    return memory;
}

void *arena_grow(struct arena *a, void *old, size_t old_size, size_t new_size)
{
    size_t had = round_up(old_size ? old_size : 1);
    size_t want = round_up(new_size);
    unsigned char *newest = a->head && a->used >= had ? a->head->data + a->used - had : NULL;
    if (old && old == newest && a->used - had + want <= a->head->size) {
        a->used += want - had;
        return old;
    }
    struct arena_block **link = had > ARENA_LARGE && old ? find_large(a, old) : NULL;
    if (link && *link) {
        *link = resize_block(a, *link, want);
        return (*link)->data;
    }
    void *memory = arena_alloc(a, new_size);
    if (old)
        memcpy(memory, old, old_size);
    return memory;
}

char *arena_strdup(struct arena *a, const char *text)
{
    return arena_strndup(a, text, strlen(text));
}

char *arena_strndup(struct arena *a, const char *text, size_t n)
{
    char *copy = arena_alloc(a, n + 1);
    if (n)
        memcpy(copy, text, n);
    copy[n] = '\0';
    return copy;
}

char *arena_concat(struct arena *a, const char *const *parts, size_t n)
{
    size_t size = 0;
    for (size_t i = 0; i < n; i++)
        size += strlen(parts[i]);
    char *text = arena_alloc(a, size + 1), *end = text;
    for (size_t i = 0; i < n; i++) {
        size = strlen(parts[i]);
        memcpy(end, parts[i], size);
        end += size;
    }
    *end = '\0';
    return text;
}

/* Most texts are short: formatted once, and not a first time to learn how long they are. */
char *arena_vprintf(struct arena *a, const char *format, va_list args)
{
    ENSURE(format);
    char brief[SHORT_TEXT];
    va_list again;
    va_copy(again, args);
    size_t n = (size_t)vsnprintf(brief, sizeof brief, format, args);
    char *text = arena_alloc(a, n + 1);
    if (n < sizeof brief)
        memcpy(text, brief, n + 1);
    else
        vsnprintf(text, n + 1, format, again);
    va_end(again);
    return text;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = arena_vprintf(a, format, args);
    va_end(args);
    return text;
}
