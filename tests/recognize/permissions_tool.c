/* SPDX-License-Identifier: Apache-2.0 */
/* Reads requests in JSON, one in a line (asked.h), and prints what they need, one in a line. */
#include <stdio.h>
#include <stdlib.h>

#include "asked.h"

int main(void)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t n;
    while ((n = getline(&line, &size, stdin)) > 0) {
        struct arena a;
        arena_init(&a);
        json_t *json = json_loadb(line, (size_t)n, JSON_ALLOW_NUL, NULL);
        ENSURE(json);
        struct asked asked = asked_of(&a, json);
        json_t *answer = asked_permissions(&a, &asked);
        char *text = json_dumps(answer, JSON_COMPACT);
        puts(text);
        free(text);
        json_decref(answer);
        json_decref(json);
        arena_done(&a);
    }
    free(line);
    return 0;
}
