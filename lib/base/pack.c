/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pack.h"

enum { ALIGNMENT = 8 }; /* of all that there is: pointers and numbers */

void *pack_bytes(struct pack *p, const void *from, size_t size)
{
    size_t at = p->n;
    p->n += (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return p->to && size ? memcpy(p->to + at, from, size) : p->to;
}

struct str pack_str(struct pack *p, struct str text)
{
    return text.p ? (struct str){pack_bytes(p, text.p, text.n), text.n} : text;
}

const char *pack_text(struct pack *p, const char *text)
{
    return text ? pack_bytes(p, text, strlen(text) + 1) : NULL;
}
