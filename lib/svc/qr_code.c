/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/qr_code.h"

#include <qrencode.h>
#include <zlib.h>

/* Pixels of a module, and modules of the quiet zone that ISO 18004 wants around the code. */
enum { SCALE = 4, MARGIN = 4 };

static void add_uint32(struct buf *b, uint32_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_add_char(b, (char)(number >> shift));
}

/* PNG, second edition, 5.3. */
static void add_chunk(struct buf *b, const char *type, struct str data)
{
    add_uint32(b, (uint32_t)data.n);
    size_t start = b->n;
    buf_add_text(b, type);
    buf_add(b, data);
    const void *sum_of = b->p + start;
    add_uint32(b, (uint32_t)crc32(0, sum_of, (uInt)(b->n - start)));
}

static bool is_dark(const QRcode *code, int x, int y)
{
    return x >= 0 && y >= 0 && x < code->width && y < code->width &&
           code->data[y * code->width + x] & 1;
}

/* One bit a pixel, of which 0 is black; each line begins with the number of its filter, none. */
static struct str draw(struct arena *a, const QRcode *code, int side)
{
    struct buf b = buf_new(a, (size_t)side * ((size_t)side / 8 + 2));
    for (int y = 0; y < side; y++) {
        buf_add_char(&b, 0);
        for (int x = 0; x < side; x += 8) {
            unsigned byte = 0;
            for (int bit = 0; bit < 8; bit++)
                byte = byte << 1 | !is_dark(code, (x + bit) / SCALE - MARGIN, y / SCALE - MARGIN);
            buf_add_char(&b, (char)byte);
        }
    }
    return buf_str(&b);
}

static struct str compressed(struct arena *a, struct str data)
{
    uLongf n = compressBound((uLong)data.n);
    unsigned char *bytes = arena_alloc(a, n);
    compress(bytes, &n, (const void *)data.p, (uLong)data.n);
    return (struct str){(const char *)bytes, n};
}

struct str qr_code_png(struct arena *a, const char *text)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);
    if (!code)
        return (struct str){NULL, 0};
    int side = (code->width + 2 * MARGIN) * SCALE;
    struct buf header = buf_new(a, 16), png = buf_new(a, 4096);
    add_uint32(&header, (uint32_t)side);
    add_uint32(&header, (uint32_t)side);
    buf_add(&header, STR("\1\0\0\0\0")); /* one bit of grey, and the one method of each kind */
    buf_add(&png, STR("\x89PNG\r\n\x1a\n"));
    add_chunk(&png, "IHDR", buf_str(&header));
    add_chunk(&png, "IDAT", compressed(a, draw(a, code, side)));
    add_chunk(&png, "IEND", STR(""));
    QRcode_free(code);
    return buf_str(&png);
}
