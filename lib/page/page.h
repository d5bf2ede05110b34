/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages of HTML: the templates of schema/pages, which schema/gen/pagegen.py has compiled to tables,
 * filled with data. Where a value stands, and so how it has to be escaped, was decided then; no
 * value leaves its place, whatever it holds. schema/pages/README.md has the language.
 */
#pragma once

#include <jansson.h>

#include "base/str.h"

enum page_op_kind {
    PAGE_END,
    PAGE_LITERAL, /* text, as it is */
    PAGE_TEXT,    /* a value between tags or in double quotes */
    PAGE_PART,    /* a value as one part of a path, or in a query */
    PAGE_BASE,    /* the path that all others begin with */
    PAGE_LINK,    /* a value that is a path of this server, or # */
    PAGE_URL,     /* a value that is a URL of http or https, or # */
    PAGE_IF,      /* on, or to `to` when the value is false */
    PAGE_IS,      /* on, or to `to` when the value is not this text */
    PAGE_EACH,    /* into the first item of a list, or to `to` */
    PAGE_WITH,    /* into an object, or to `to` */
    PAGE_NEXT,    /* back to `to` with the next item, or out of the list */
    PAGE_LEAVE,   /* out of the object */
    PAGE_JUMP,    /* to `to` */
};

struct page_op {
    uint8_t kind;
    /* In the page's `paths`: names, outermost first, with NULL behind the last. An empty first
       name stands for the item. */
    uint16_t path;
    uint16_t to, n; /* an op; bytes of text */
    uint32_t at;    /* in the page's text */
};

struct page {
    const char *text; /* shared by all pages, as the paths are */
    const char *const *paths;
    const struct page_op *ops;
    size_t size; /* of its literals */
};

#define PAGE_DEPTH_MAX 12 /* objects and lists in each other, the data itself among them */

/* Adds PAGE, filled with DATA, an object. What DATA lacks is empty, and false. */
void page_render(struct buf *b, const struct page *page, const json_t *data);

/* A file that pages refer to by the path /console/NAME?DIGEST, which changes with its bytes. */
struct page_file {
    const char *name, *type, *digest;
    struct str bytes;
};
