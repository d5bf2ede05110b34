/* SPDX-License-Identifier: Apache-2.0 */
#include "model/packed_priv.h"

#include <zlib.h>

#include "base/mem.h"

static void *take(UNUSED void *opaque, unsigned n, unsigned size)
{
    return mem_alloc((size_t)n * size);
}

static void give(UNUSED void *opaque, void *p)
{
    mem_free(p);
}

char *packed_text(struct arena *a, struct str data, struct str dictionary, size_t size)
{
    char *text = arena_alloc(a, size + 1);
    z_stream z = {
        .zalloc = take,
        .zfree = give,
        .next_in = (unsigned char *)(uintptr_t)data.p,
        .avail_in = (unsigned)data.n,
        .next_out = (unsigned char *)text,
        .avail_out = (unsigned)size,
    };
    int raw = -MAX_WBITS;
    bool ok = inflateInit2(&z, raw) == Z_OK &&
              inflateSetDictionary(&z, (const unsigned char *)dictionary.p,
                                   (unsigned)dictionary.n) == Z_OK &&
              inflate(&z, Z_FINISH) == Z_STREAM_END && z.avail_out == 0;
    ENSURE(ok); /* the data was made with the program */
    inflateEnd(&z);
    text[size] = '\0';
    return text;
}
