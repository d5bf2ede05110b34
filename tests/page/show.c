/* SPDX-License-Identifier: Apache-2.0 */
/* The page `hostile`, filled with each line of standard input; a NUL follows each page. */
#include <stdio.h>
#include <stdlib.h>

#include "test_pages.h"

int main(void)
{
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0) {
        struct arena a;
        json_t *data = json_loads(line, JSON_ALLOW_NUL, NULL);
        arena_init(&a);
        struct buf b = buf_new(&a, 1024);
        page_render(&b, &page_hostile, data);
        buf_add_char(&b, '\0');
        fwrite(b.p, 1, b.n, stdout);
        arena_done(&a);
        json_decref(data);
    }
    free(line);
    return 0;
}
