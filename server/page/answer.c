/* SPDX-License-Identifier: Apache-2.0 */
#include "server/page/answer.h"

struct page_answer *page_answer(struct call *c)
{
    if (!c->page) {
        c->page = NEW(c->arena, struct page_answer);
        c->page->status = 200;
    }
    return c->page;
}

void page_add_header(struct call *c, const char *name, const char *value)
{
    struct page_answer *answer = page_answer(c);
    ENSURE(answer->n_headers < ARRAY_LEN(answer->headers));
    answer->headers[answer->n_headers++] = (struct response_header){name, value};
}
