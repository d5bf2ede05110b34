/* SPDX-License-Identifier: Apache-2.0 */
/* What handlers of pages have answered, for the protocol. */
#pragma once

#include "call/call.h"
#include "call/response.h"
#include "page/page.h"

/* One of the four: a page, another URL, a file, or a text for programs. */
struct page_answer {
    int status;
    const struct page *template;
    json_t *data;
    const char *location;
    const struct page_file *file;
    const char *type; /* of TEXT; NULL: it is none */
    struct str text;
    const char *form_action;
    struct str cookie; /* of the visitor; p == NULL: nobody asked for it */
    struct response_header headers[8];
    size_t n_headers;
};

/* The call's, made when there is none. */
struct page_answer *page_answer(struct call *c);

/* Adds a header to the answer; both belong to the arena. */
void page_add_header(struct call *c, const char *name, const char *value);
