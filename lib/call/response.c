/* SPDX-License-Identifier: Apache-2.0 */
#include "call/response.h"

enum { HEADERS_STEP = 8 };

static bool is_printable(char c)
{
    return c >= ' ' && c <= '~';
}

static bool is_printable_word(uint64_t word)
{
    return word_is_ascii(word, ' ') && !word_equal(word, 0x7f);
}

const char *response_printable(struct arena *a, const char *text)
{
    size_t n = 0, size = strlen(text);
    while (size - n >= WORD_SIZE && is_printable_word(word_at(text + n)))
        n += WORD_SIZE;
    while (is_printable(text[n]))
        n++;
    if (n == size)
        return text;
    struct buf b = buf_new(a, 256);
    for (const char *p = text; *p; p++) {
        if (is_printable(*p))
            buf_add_char(&b, *p);
        else
            buf_pct_encode(&b, (struct str){p, 1}, "");
    }
    return buf_text(&b);
}

/* Not in the middle of an escape. */
static const char *shorten(struct arena *a, const char *value)
{
    static const char dots[] = "...";
    size_t n = RESPONSE_VALUE_MAX - (sizeof dots - 1);
    if (strnlen(value, RESPONSE_VALUE_MAX + 1) <= RESPONSE_VALUE_MAX)
        return value;
    for (size_t i = n - 2; i < n; i++) {
        if (value[i] == '%')
            n = i;
    }
    return arena_printf(a, "%.*s%s", (int)n, value, dots);
}

void response_add(struct response *response, const char *name, const char *value)
{
    struct arena *a = response->arena;
    response_add_whole(response, name, shorten(a, response_printable(a, value)));
}

void response_add_whole(struct response *response, const char *name, const char *value)
{
    struct arena *a = response->arena;
    if (response->n_headers == response->headers_size) {
        size_t size = response->headers_size * sizeof *response->headers;
        response->headers_size += HEADERS_STEP;
        response->headers = arena_grow(a, response->headers, size,
                                       response->headers_size * sizeof *response->headers);
    }
    response->headers[response->n_headers++] =
        (struct response_header){name, response_printable(a, value)};
}
