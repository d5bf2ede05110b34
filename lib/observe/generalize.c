/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects become the folders that they are in, where an action was seen on two or more of a folder;
 * such a folder has all that is below it, too. Nothing but objects of buckets has folders: in names
 * of other resources a slash means something else.
 */
#include <stdlib.h>

#include "observe/smallest_priv.h"

/* Up to the last slash of an object's key; n == 0: it is no object. */
static struct str folder_of(struct str pattern)
{
    struct arn arn;
    struct str none = {NULL, 0};
    if (!arn_parse(pattern, &arn) || !str_is(arn.service, "s3") || arn.account.n)
        return none;
    const char *slash = memrchr(arn.resource.p, '/', arn.resource.n);
    return slash ? (struct str){pattern.p, (size_t)(slash - pattern.p) + 1} : none;
}

static int by_folder(const void *one, const void *other)
{
    const struct needed *a = one, *b = other;
    int order = order_actions(a->action, b->action);
    if (order == 0)
        order = order_texts(folder_of(a->pattern), folder_of(b->pattern));
    return order ? order : order_texts(a->pattern, b->pattern);
}

static bool same_action(const struct needed *a, const struct needed *b)
{
    return str_eq_fold(a->action, b->action);
}

/* How many objects of its folder the action was seen on, which V is the first of. *RET_END: behind
   them. */
static size_t count_objects(const struct needed *v, const struct needed *end,
                            const struct needed **ret_end)
{
    struct str folder = folder_of(v->pattern);
    const struct needed *at = v;
    size_t n = 0;
    for (; at < end && same_action(at, v) && str_eq(folder_of(at->pattern), folder); at++)
        n += at == v || !str_eq(at->pattern, at[-1].pattern);
    *ret_end = at;
    return n;
}

static void widen(struct smallest *s, struct needed *from, const struct needed *end,
                  struct str folder, size_t n)
{
    ENSURE(s->widened);
    struct smallest_widened *last =
        s->result.n_widened ? &s->widened[s->result.n_widened - 1] : NULL;
    struct str pattern = str_of(arena_printf(s->arena, "%.*s*", STR_FMT(folder)));
    if (last && str_eq_fold(last->action, from->action) && str_eq(last->resource, pattern))
        last->observed += n;
    else
        s->widened[s->result.n_widened++] = (struct smallest_widened){from->action, pattern, n};
    for (; from < end; from++)
        from->pattern = pattern;
}

void generalize(struct smallest *s)
{
    struct needed *v = s->needed, *end = v + s->n_needed;
    const struct needed *next;
    struct str top = {NULL, 0}, action = {NULL, 0};
    qsort(v, s->n_needed, sizeof *v, by_folder);
    s->widened = NEW_ARRAY(s->arena, struct smallest_widened, s->n_needed + 1);
    for (; v < end; v += next - v) {
        struct str folder = folder_of(v->pattern);
        size_t n = count_objects(v, end, &next);
        bool inside = top.n && str_eq_fold(action, v->action) && str_starts(folder, top);
        if (!inside && folder.n && n >= 2) {
            top = folder;
            action = v->action;
            inside = true;
        }
        if (inside)
            widen(s, v, next, top, n);
    }
    s->result.widened = s->widened;
}
