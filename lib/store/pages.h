/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of pages in memory that has versions. Any number of threads read, each one a version of
 * its own choosing that nobody changes any more; one thread at a time writes the next version.
 * Nobody waits for anybody. Versions share the pages that are the same in them, and so do copies of
 * a file, which cost next to nothing: what is written is written into new pages.
 *
 * Versions of the same history are states that followed each other by writes. Numbers of histories
 * are the caller's, who does not use one again, nor 0.
 */
#pragma once

#include "base/base.h"

enum { PAGE_SIZE = 4096 };

struct pages;

/* The pages of a version, by number. What is not there reads as zeros. */
struct page_tree {
    struct page_slot {
        void *p;        /* a node of the tree or, below the last one, the bytes of a page */
        uint64_t birth; /* the version it was made for; 0: it belongs to another file */
    } root;
    int height;     /* nodes between the root and a page */
    uint32_t count; /* pages, from number 0 */
};

struct pages_version {
    uint64_t number, history;
    struct page_tree tree;
    size_t holders;                      /* this and the rest under the lock of the file */
    struct page_block *dead;             /* what no newer version that is held has any more */
    struct pages_version *older, *newer; /* of those that are held */
};

/* A new file that consists of COUNT constant pages, which outlive it. */
struct pages *pages_new(const unsigned char *bytes, uint32_t count, uint64_t history);
/* A new file as FROM is at the moment. */
struct pages *pages_fork(struct pages *from, uint64_t history);
/* No thread has a version of it; forks may live on. Accepts NULL. */
void pages_free(struct pages *pages);

/* The version that is there now, to be given back with pages_release. */
struct pages_version *pages_hold(struct pages *pages);
void pages_release(struct pages *pages, struct pages_version *version);

/* NULL: there is none, or it was never written. */
const unsigned char *page_at(const struct page_tree *tree, uint32_t number);

/* For one thread at a time: what the next version will be, and what makes it the one that is there
   for others. Nothing is lost by a version in which nothing has changed. */
const struct page_tree *pages_draft(const struct pages *pages);
void pages_write(struct pages *pages, uint32_t number, const unsigned char *bytes);
void pages_cut(struct pages *pages, uint32_t count);       /* drops all pages from COUNT on */
void pages_restore(struct pages *pages, uint64_t history); /* a fork as it was when it was new */
void pages_publish(struct pages *pages);
