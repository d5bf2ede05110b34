/* SPDX-License-Identifier: Apache-2.0 */
#include "recognize/reading_priv.h"

bool text_is_arn(struct str text)
{
    struct arn arn;
    return str_starts(text, STR("arn:")) && arn_parse(text, &arn);
}

bool text_contains(struct str text, const char *any)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] && strchr(any, text.p[i]))
            return true;
    }
    return false;
}

struct str arn_last_part(struct str arn)
{
    size_t at = arn.n;
    while (at && arn.p[at - 1] != ':' && arn.p[at - 1] != '/')
        at--;
    return (struct str){arn.p + at, arn.n - at};
}

struct str text_concat(struct reading *r, struct str a, struct str b)
{
    if (a.n == 0 || b.n == 0)
        return a.n ? a : b;
    char *text = arena_alloc(r->arena, a.n + b.n);
    memcpy(text, a.p, a.n);
    memcpy(text + a.n, b.p, b.n);
    return (struct str){text, a.n + b.n};
}

struct str reading_told(const struct reading *r, struct str arn, const char *attribute)
{
    if (!r->caller->told)
        return (struct str){NULL, 0};
    return r->caller->told(r->caller->owner, arn, attribute);
}
