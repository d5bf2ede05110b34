/* SPDX-License-Identifier: Apache-2.0 */
#include "call/page.h"

#include <inttypes.h>

enum { TAG_SIZE = 4, SHORT_POSITION = 85 };

/*
 * A marker is base64 of four bytes that stand for the operation and of the position, filled up with
 * zeros. AWS's markers are 65 or 89 bytes, and begin with "A", which a first byte of zero gives.
 */
static void operation_tag(const char *operation, char ret[static TAG_SIZE])
{
    uint64_t hash = str_hash(str_of(operation));
    ret[0] = 0;
    for (int i = 1; i < TAG_SIZE; i++)
        ret[i] = (char)(hash >> (8 * i) & 0xff);
}

static size_t padded(size_t n)
{
    static const size_t lengths[] = {65, 89};
    for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
        if (n <= lengths[i])
            return lengths[i];
    }
    return n;
}

int page_after(struct call *c, const char *marker, const char **ret)
{
    *ret = "";
    if (!marker)
        return OK;
    char tag[TAG_SIZE];
    operation_tag(c->op->name, tag);
    struct buf b = buf_new(c->arena, 256);
    bool decoded = buf_base64_decode(&b, str_of(marker));
    while (b.n > TAG_SIZE && b.p[b.n - 1] == '\0')
        b.n--;
    bool fits = decoded && b.n > TAG_SIZE && memcmp(b.p, tag, TAG_SIZE) == 0 &&
                !memchr(b.p + TAG_SIZE, '\0', b.n - TAG_SIZE);
    if (!fits) /* AWS undocumented: code and wording for a foreign marker */
        return call_invalid(c, (struct shape_fault){.wrong = SHAPE_TOKEN}, "Invalid Marker.");
    *ret = arena_strndup(c->arena, b.p + TAG_SIZE, b.n - TAG_SIZE);
    return OK;
}

int page_after_made(struct call *c, const char *marker, struct page_made *ret)
{
    const char *after;
    TRY(page_after(c, marker, &after));
    struct str id = str_of(after), at = str_cut(&id, ' ');
    *ret = (struct page_made){-1, ""};
    if (str_to_int64(at, &ret->at) && id.p)
        ret->id = id.p;
    return OK;
}

const char *page_made(struct call *c, int64_t at, const char *id)
{
    return arena_printf(c->arena, "%" PRId64 " %s", at, id);
}

/* In a list that is sorted by its positions: what they have in common, the byte of LAST in which
   they differ, and one that is above all of UTF-8. */
const char *page_between(struct call *c, const char *last, const char *next)
{
    size_t n = strlen(last), same = 0;
    while (last[same] && last[same] == next[same])
        same++;
    if (n <= SHORT_POSITION || same + 2 >= n || strcmp(last, next) > 0)
        return last;
    return arena_printf(c->arena, "%.*s\xff", (int)same + 1, last);
}

const char *page_marker(struct call *c, const char *position)
{
    return page_marker_of(c->arena, c->op->name, position);
}

const char *page_marker_of(struct arena *a, const char *operation, const char *position)
{
    size_t length = strlen(position), n = padded(TAG_SIZE + length);
    char *bytes = arena_zalloc(a, n);
    operation_tag(operation, bytes);
    memcpy(bytes + TAG_SIZE, position, length);
    struct buf b = buf_new(a, n * 2);
    buf_base64(&b, (const unsigned char *)bytes, n);
    return buf_text(&b);
}
