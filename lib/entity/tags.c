/* SPDX-License-Identifier: Apache-2.0 */
#include "entity/tags.h"

#include "call/page.h"
#include "queries.h"

enum { TAGS_MAX = 50 };

static int check_keys(struct call *c, const struct iam_tag_list *tags)
{
    for (size_t i = 0; i < tags->n; i++) {
        struct str key = str_of(tags->v[i].key);
        if (key.n >= 4 && str_eq_fold((struct str){key.p, 4}, STR("aws:")))
            return call_fail(c, ERR_INVALID_INPUT, /* AWS undocumented: code and wording */
                             "Tag keys may not start with the reserved prefix aws:.");
        for (size_t k = 0; k < i; k++) {
            if (str_eq_fold(key, str_of(tags->v[k].key)))
                return call_fail(c, ERR_INVALID_INPUT,
                                 "Duplicate tag keys found. Please note that Tag keys are case "
                                 "insensitive.");
        }
    }
    return OK;
}

int tags_put(struct call *c, const char *owner, const struct iam_tag_list *tags)
{
    TRY(check_keys(c, tags));
    for (size_t i = 0; i < tags->n; i++) {
        TRY(q_tag_put(c->tx, &(struct q_tag_put){.owner = owner,
                                                 .key = tags->v[i].key,
                                                 .key_fold = call_fold(c, tags->v[i].key),
                                                 .value = tags->v[i].value}));
    }
    if (tags->n == 0)
        return OK;
    struct count_row count;
    TRY(q_tag_count(c->tx, &(struct q_tag_count){.owner = owner}, &count));
    if (count.n > TAGS_MAX) /* AWS undocumented: wording */
        return call_fail(c, ERR_LIMIT_EXCEEDED, "Cannot exceed quota for TagsPerEntity: %d",
                         TAGS_MAX);
    return OK;
}

int tags_drop(struct call *c, const char *owner, const struct str_list *keys)
{
    for (size_t i = 0; i < keys->n; i++)
        TRY(q_tag_delete(
            c->tx, &(struct q_tag_delete){.owner = owner, .key_fold = call_fold(c, keys->v[i])}));
    return OK;
}

int tags_page(struct call *c, const char *owner, const char *marker, int64_t limit,
              struct iam_tag_list *ret)
{
    const char *after;
    TRY(page_after(c, marker, &after));
    return q_tag_page(
        c->tx, &(struct q_tag_page){.owner = owner, .after = after, .limit = limit + 1}, ret);
}

int tags_read(struct tx *tx, const char *owner, struct iam_tag_list *ret)
{
    return q_tag_page(tx, &(struct q_tag_page){.owner = owner, .after = "", .limit = TAGS_MAX},
                      ret);
}
