/* SPDX-License-Identifier: Apache-2.0 */
#include "store/pages.h"

#include <pthread.h>
#include <string.h>

#include "base/mem.h"

enum { SLOT_BITS = 6, SLOTS = 1 << SLOT_BITS };

/* What stands before each node and each page. */
struct page_block {
    struct page_block *next; /* in a list of dead ones */
    uint64_t birth;
};

struct node {
    struct page_block head;
    struct page_slot slots[SLOTS];
};

struct page {
    struct page_block head;
    unsigned char bytes[PAGE_SIZE];
};

/*
 * What a version replaces is dead, but older versions that are held may still have it. So it waits
 * at the newest held version that has it; when nobody holds that any more, it moves on to the next
 * older one if it is old enough to be in that, too, and is freed otherwise.
 */
struct pages {
    pthread_mutex_t lock;
    size_t refs;                   /* its user's, and one of each fork; under the lock */
    struct pages_version *current; /* which the file itself holds; under the lock */
    struct pages *origin;          /* what it was forked from, or NULL */
    struct pages_version *forked;  /* of the origin */

    /* The writer's. */
    struct page_tree draft;
    uint64_t birth, history; /* of what is written now */
    struct page_block *replaced, *last_replaced;
};

static int index_at(uint32_t number, int level)
{
    return (int)(number >> (SLOT_BITS * level) & (SLOTS - 1));
}

static uint64_t capacity(int height)
{
    return (uint64_t)1 << (SLOT_BITS * height);
}

const unsigned char *page_at(const struct page_tree *tree, uint32_t number)
{
    if (number >= tree->count)
        return NULL;
    void *p = tree->root.p;
    for (int level = tree->height - 1; level >= 0 && p; level--)
        p = ((const struct node *)p)->slots[index_at(number, level)].p;
    return p;
}

const struct page_tree *pages_draft(const struct pages *pages)
{
    return &pages->draft;
}

/* Not zeroed. */
static void *new_block(struct pages *pages, size_t size)
{
    struct page_block *block = mem_realloc(NULL, size);
    *block = (struct page_block){.birth = pages->birth};
    return block;
}

static void replace(struct pages *pages, struct page_block *block)
{
    block->next = NULL;
    *(pages->replaced ? &pages->last_replaced->next : &pages->replaced) = block;
    pages->last_replaced = block;
}

static struct page_block *block_of(const struct page_slot *slot, int level)
{
    if (level > 0)
        return slot->p;
    return (void *)((unsigned char *)slot->p - offsetof(struct page, bytes));
}

/* What belongs to another file is left alone. */
static void discard(struct pages *pages, struct page_slot *slot, int level)
{
    if (!slot->p || slot->birth == 0)
        return;
    for (int i = 0; level > 0 && i < SLOTS; i++)
        discard(pages, &((struct node *)slot->p)->slots[i], level - 1);
    replace(pages, block_of(slot, level));
}

/* The node in SLOT, as one that may be changed. */
static struct node *own_node(struct pages *pages, struct page_slot *slot)
{
    struct node *old = slot->p;
    if (old && slot->birth == pages->birth)
        return old;
    struct node *node = new_block(pages, sizeof *node);
    if (old)
        memcpy(node->slots, old->slots, sizeof node->slots);
    else
        memset(node->slots, 0, sizeof node->slots);
    for (int i = 0; i < SLOTS && slot->birth == 0; i++)
        node->slots[i].birth = 0;
    if (old && slot->birth != 0)
        replace(pages, &old->head);
    *slot = (struct page_slot){node, pages->birth};
    return node;
}

/* Where the page is or will be: its place in nodes that may be changed. */
static struct page_slot *own_slot(struct pages *pages, uint32_t number)
{
    struct page_tree *draft = &pages->draft;
    while (number >= capacity(draft->height)) {
        struct page_slot below = draft->root;
        draft->root = (struct page_slot){NULL, 0};
        own_node(pages, &draft->root)->slots[0] = below;
        draft->height++;
    }
    struct page_slot *slot = &draft->root;
    for (int level = draft->height - 1; level >= 0; level--)
        slot = &own_node(pages, slot)->slots[index_at(number, level)];
    if (draft->count <= number)
        draft->count = number + 1;
    return slot;
}

void pages_write(struct pages *pages, uint32_t number, const unsigned char *bytes)
{
    struct page_slot *slot = own_slot(pages, number);
    if (!slot->p || slot->birth != pages->birth) {
        struct page *page = new_block(pages, sizeof *page);
        if (slot->p && slot->birth != 0)
            replace(pages, block_of(slot, 0));
        *slot = (struct page_slot){page->bytes, pages->birth};
    }
    memcpy(slot->p, bytes, PAGE_SIZE);
}

static void cut(struct pages *pages, struct page_slot *slot, int level, uint64_t first,
                uint32_t count)
{
    if (!slot->p || first + capacity(level) <= count)
        return;
    if (first >= count) {
        discard(pages, slot, level);
        *slot = (struct page_slot){NULL, 0};
        return;
    }
    struct node *node = own_node(pages, slot);
    for (int i = 0; i < SLOTS; i++)
        cut(pages, &node->slots[i], level - 1, first + (uint64_t)i * capacity(level - 1), count);
}

void pages_cut(struct pages *pages, uint32_t count)
{
    cut(pages, &pages->draft.root, pages->draft.height, 0, count);
    if (pages->draft.count > count)
        pages->draft.count = count;
}

void pages_restore(struct pages *pages, uint64_t history)
{
    discard(pages, &pages->draft.root, pages->draft.height);
    pages->draft = pages->forked->tree;
    pages->draft.root.birth = 0;
    pages->history = history;
}

void pages_publish(struct pages *pages)
{
    struct pages_version *version = mem_alloc(sizeof *version);
    *version = (struct pages_version){
        .number = pages->birth, .history = pages->history, .tree = pages->draft, .holders = 1};
    pthread_mutex_lock(&pages->lock);
    struct pages_version *old = pages->current;
    version->older = old;
    old->newer = version;
    pages->current = version;
    if (pages->replaced) {
        pages->last_replaced->next = old->dead;
        old->dead = pages->replaced;
    }
    pthread_mutex_unlock(&pages->lock);
    pages->replaced = NULL;
    pages->birth++;
    pages_release(pages, old);
}

struct pages_version *pages_hold(struct pages *pages)
{
    pthread_mutex_lock(&pages->lock);
    struct pages_version *version = pages->current;
    version->holders++;
    pthread_mutex_unlock(&pages->lock);
    return version;
}

/* Frees what OLDER, if there is such a version, does not have; the end of the list of the others.
 */
static struct page_block **sweep(struct page_block **list, const struct pages_version *older)
{
    while (*list) {
        struct page_block *block = *list;
        if (older && block->birth <= older->number) {
            list = &block->next;
            continue;
        }
        *list = block->next;
        mem_free(block);
    }
    return list;
}

/* The older version that is to be released in turn, or NULL. */
static struct pages_version *release(struct pages *pages, struct pages_version *version)
{
    pthread_mutex_lock(&pages->lock);
    bool held = --version->holders > 0;
    struct pages_version *older = version->older;
    if (!held) {
        version->newer->older = older;
        if (older) {
            older->newer = version->newer;
            older->holders++;
        }
    }
    pthread_mutex_unlock(&pages->lock);
    if (held)
        return NULL;

    struct page_block **end = sweep(&version->dead, older);
    if (older) {
        pthread_mutex_lock(&pages->lock);
        *end = older->dead;
        older->dead = version->dead;
        pthread_mutex_unlock(&pages->lock);
    }
    mem_free(version);
    return older;
}

void pages_release(struct pages *pages, struct pages_version *version)
{
    while (version)
        version = release(pages, version);
}

static struct pages *new_pages(uint64_t history)
{
    struct pages *pages = mem_alloc(sizeof *pages);
    pthread_mutex_init(&pages->lock, NULL);
    pages->refs = 1;
    pages->birth = 1;
    pages->history = history;
    pages->current = mem_alloc(sizeof *pages->current);
    pages->current->holders = 1;
    pages->current->history = history;
    return pages;
}

struct pages *pages_new(const unsigned char *bytes, uint32_t count, uint64_t history)
{
    struct pages *pages = new_pages(history);
    for (uint32_t i = 0; i < count; i++) {
        const unsigned char *page = bytes + (size_t)i * PAGE_SIZE;
        *own_slot(pages, i) = (struct page_slot){(void *)(uintptr_t)page, 0};
    }
    pages_publish(pages);
    return pages;
}

struct pages *pages_fork(struct pages *from, uint64_t history)
{
    struct pages *pages = new_pages(history);
    pages->origin = from;
    pages->forked = pages_hold(from);
    pthread_mutex_lock(&from->lock);
    from->refs++;
    pthread_mutex_unlock(&from->lock);
    pages_restore(pages, history);
    pages->current->tree = pages->draft;
    return pages;
}

void pages_free(struct pages *pages)
{
    if (!pages)
        return;
    pthread_mutex_lock(&pages->lock);
    bool used = --pages->refs > 0;
    pthread_mutex_unlock(&pages->lock);
    if (used)
        return;
    discard(pages, &pages->draft.root, pages->draft.height);
    sweep(&pages->replaced, NULL);
    mem_free(pages->current);
    if (pages->origin)
        pages_release(pages->origin, pages->forked);
    pages_free(pages->origin);
    pthread_mutex_destroy(&pages->lock);
    mem_free(pages);
}
