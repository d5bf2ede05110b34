/* SPDX-License-Identifier: Apache-2.0 */
#include "server/signin/next.h"

/* Pages that are there to be opened; nothing here makes a browser leave this server. */
static const char *const paths[] = {"/console", "/switchrole", "/v1/authorize"};

enum { NEXT_MAX = 1024 }; /* longer ones have no room in the head of an answer */

/* What a URL is written in; a backslash is a slash to browsers, and is not among these. */
static bool is_printable(const char *text)
{
    size_t n = 0;
    while (n <= NEXT_MAX && text[n] > ' ' && text[n] < 0x7f && !strchr("\\\"<>^`{|}", text[n]))
        n++;
    return !text[n];
}

const char *next_path(const char *text)
{
    for (size_t i = 0; text && i < ARRAY_LEN(paths) && is_printable(text); i++) {
        size_t n = strlen(paths[i]);
        if (strncmp(text, paths[i], n) == 0 && (!text[n] || strchr("/?", text[n])))
            return text;
    }
    return paths[0];
}
