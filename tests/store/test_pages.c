/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Versions of pages in memory against plain arrays; sanitizers watch how long pages live. The
 * linker puts functions of this file before those of mem.h, to count.
 */
#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/pages.h"
#include "support.h"

/* More than one node, and more than one node of nodes. */
enum { MAX_PAGES = 5000, HELD = 8, STEPS = 3000, FILES = 4 };

/* What a page is filled with; 0: never written. */
struct model {
    uint32_t count;
    uint32_t fill[MAX_PAGES];
};

struct held {
    struct pages_version *version;
    struct model model;
};

struct file {
    struct pages *pages; /* NULL: none */
    struct model drafted, published, origin;
    uint64_t history;
    struct held held[HELD];
};

static _Atomic size_t made, freed;

void *__real_mem_alloc(size_t size);
void *__wrap_mem_alloc(size_t size);
void *__real_mem_realloc(void *old, size_t size);
void *__wrap_mem_realloc(void *old, size_t size);
void __real_mem_free(void *memory);
void __wrap_mem_free(void *memory);

void *__wrap_mem_alloc(size_t size)
{
    made++;
    return __real_mem_alloc(size);
}

void *__wrap_mem_realloc(void *old, size_t size)
{
    made += !old;
    return __real_mem_realloc(old, size);
}

void __wrap_mem_free(void *memory)
{
    freed++;
    __real_mem_free(memory);
}

/* Pages, nodes and versions. */
static size_t blocks(void)
{
    return made - freed;
}

static struct file files[FILES];
static unsigned seed;
static uint32_t last_fill;
static uint64_t last_history;

static uint32_t chance(uint32_t n)
{
    seed = seed * 1103515245 + 12345;
    return (seed >> 8) % n;
}

static void check_page(const struct page_tree *tree, const struct model *model, uint32_t number)
{
    const unsigned char *page = page_at(tree, number);
    uint32_t expected = number < model->count ? model->fill[number] : 0;
    if (expected == 0) {
        ck_assert_ptr_null(page);
        return;
    }
    uint32_t first, last;
    memcpy(&first, page, sizeof first);
    memcpy(&last, page + PAGE_SIZE - sizeof last, sizeof last);
    ck_assert_uint_eq(first, expected);
    ck_assert_uint_eq(last, expected);
}

static void check_tree(const struct page_tree *tree, const struct model *model, int samples)
{
    ck_assert_uint_eq(tree->count, model->count);
    for (int i = 0; i < samples; i++)
        check_page(tree, model, chance(MAX_PAGES));
    for (uint32_t i = 0; i < 100; i++)
        check_page(tree, model, i);
}

static void write_page(struct file *f, uint32_t number)
{
    unsigned char bytes[PAGE_SIZE];
    uint32_t fill = ++last_fill;
    for (size_t i = 0; i < PAGE_SIZE; i += sizeof fill)
        memcpy(bytes + i, &fill, sizeof fill);
    pages_write(f->pages, number, bytes);
    for (uint32_t i = f->drafted.count; i < number; i++)
        f->drafted.fill[i] = 0;
    f->drafted.fill[number] = fill;
    if (f->drafted.count <= number)
        f->drafted.count = number + 1;
}

static void publish(struct file *f)
{
    pages_publish(f->pages);
    f->published = f->drafted;
}

static void hold_or_release(struct file *f)
{
    struct held *held = &f->held[chance(HELD)];
    if (held->version) {
        check_tree(&held->version->tree, &held->model, 50);
        pages_release(f->pages, held->version);
        held->version = NULL;
        return;
    }
    held->version = pages_hold(f->pages);
    held->model = f->published;
    ck_assert_uint_eq(held->version->history, f->history);
}

static void close_file(struct file *f)
{
    for (int i = 0; i < HELD; i++) {
        if (f->held[i].version)
            pages_release(f->pages, f->held[i].version);
        f->held[i].version = NULL;
    }
    pages_free(f->pages);
    f->pages = NULL;
}

static void open_file(struct file *f, const struct file *from)
{
    *f = (struct file){.pages = NULL, .history = ++last_history};
    f->pages = from->pages ? pages_fork(from->pages, f->history) : pages_new(NULL, 0, f->history);
    if (from->pages)
        f->origin = from->published;
    f->drafted = f->published = f->origin;
}

static void restore(struct file *f, const struct file *first)
{
    if (f == first)
        return;
    f->history = ++last_history;
    pages_restore(f->pages, f->history);
    f->drafted = f->origin;
    publish(f);
}

/* The first file is no fork; forks of forks may outlive what they were made from. */
static void step(void)
{
    struct file *f = &files[chance(FILES)];
    const struct file *from = &files[chance(FILES)];
    uint32_t what = chance(100);
    if (!f->pages) {
        open_file(f, f == files || !from->pages ? &(const struct file){.pages = NULL} : from);
        return;
    }
    if (what < 40) {
        write_page(f, chance(chance(4) ? 60 : MAX_PAGES));
    } else if (what < 60) {
        publish(f);
    } else if (what < 90) {
        hold_or_release(f);
    } else if (what < 95) {
        uint32_t count = chance(f->drafted.count + 1);
        pages_cut(f->pages, count);
        f->drafted.count = count;
    } else if (what < 97 && f->origin.count > 0) {
        restore(f, files);
    } else if (what == 99) {
        publish(f);
        close_file(f);
        return;
    }
    check_tree(pages_draft(f->pages), &f->drafted, 5);
}

START_TEST(versions_stay_as_they_are)
{
    seed = (unsigned)_i;
    for (int i = 0; i < STEPS; i++)
        step();
    for (int i = 0; i < FILES; i++) {
        if (files[i].pages) {
            publish(&files[i]);
            close_file(&files[i]);
        }
    }
}
END_TEST

START_TEST(begins_with_constant_pages)
{
    static unsigned char bytes[3 * PAGE_SIZE];
    for (int i = 0; i < 3; i++)
        memset(bytes + i * PAGE_SIZE, i + 1, PAGE_SIZE);
    struct pages *pages = pages_new(bytes, 3, 1);
    struct pages *fork = pages_fork(pages, 2);
    pages_free(pages);
    ck_assert_uint_eq(pages_draft(fork)->count, 3);
    ck_assert_ptr_eq(page_at(pages_draft(fork), 1), bytes + PAGE_SIZE);
    size_t before = blocks();
    pages_write(fork, 1, bytes);
    pages_publish(fork);
    ck_assert_int_eq(page_at(pages_draft(fork), 1)[9], 1);
    ck_assert_int_eq(bytes[PAGE_SIZE], 2);
    ck_assert_uint_eq(blocks(), before + 2); /* the page and the node above it */
    pages_restore(fork, 3);
    pages_publish(fork);
    ck_assert_ptr_eq(page_at(pages_draft(fork), 1), bytes + PAGE_SIZE);
    ck_assert_uint_eq(blocks(), before);
    pages_free(fork);
}
END_TEST

/* Whatever is held meanwhile, memory is what the versions have that are held. */
START_TEST(frees_what_nobody_has)
{
    struct file *f = &files[0];
    open_file(f, &(const struct file){.pages = NULL});
    size_t empty = blocks();
    for (uint32_t i = 0; i < 100; i++)
        write_page(f, i);
    publish(f);
    size_t full = blocks();
    struct pages_version *old = pages_hold(f->pages);
    for (int i = 0; i < 1000; i++) {
        write_page(f, chance(100));
        struct pages_version *version = chance(2) ? pages_hold(f->pages) : NULL;
        publish(f);
        if (version)
            pages_release(f->pages, version);
        ck_assert_uint_le(blocks(), 2 * full);
    }
    pages_release(f->pages, old);
    ck_assert_uint_eq(blocks(), full);
    pages_cut(f->pages, 0);
    publish(f);
    ck_assert_uint_eq(blocks(), empty);
    close_file(f);
}
END_TEST

enum { READERS = 4, COMMON_PAGES = 200, READS = 300 };

/* All pages of a version hold the same number. */
static void write_all(struct pages *pages, unsigned char fill)
{
    unsigned char bytes[PAGE_SIZE];
    memset(bytes, fill, sizeof bytes);
    for (uint32_t i = 0; i < COMMON_PAGES; i += fill % 3 + 1)
        pages_write(pages, i, bytes);
    for (uint32_t i = 0; i < COMMON_PAGES; i++)
        pages_write(pages, i, bytes);
    pages_publish(pages);
}

static void *read_all(void *context)
{
    struct pages *pages = context;
    for (int i = 0; i < READS; i++) {
        struct pages_version *version = pages_hold(pages);
        struct pages *fork = i % 32 == 0 ? pages_fork(pages, 9) : NULL;
        unsigned char expected = page_at(&version->tree, 0)[0];
        for (uint32_t k = 0; k < COMMON_PAGES; k++)
            ck_assert_int_eq(page_at(&version->tree, k)[k], expected);
        pages_release(pages, version);
        if (fork)
            write_all(fork, (unsigned char)i);
        pages_free(fork);
    }
    return NULL;
}

START_TEST(readers_beside_a_writer)
{
    pthread_t threads[READERS];
    struct pages *pages = pages_new(NULL, 0, 1);
    write_all(pages, 1);
    for (int i = 0; i < READERS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, read_all, pages), 0);
    for (int i = 0; i < READS / 10; i++)
        write_all(pages, (unsigned char)i);
    for (int i = 0; i < READERS; i++)
        pthread_join(threads[i], NULL);
    pages_free(pages);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("pages");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, versions_stay_as_they_are, 0, 10);
    tcase_add_test(tcase, begins_with_constant_pages);
    tcase_add_test(tcase, frees_what_nobody_has);
    tcase_add_test(tcase, readers_beside_a_writer);
    return fix_run("pages", tcase);
}
