/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/organizations/tags.h"

#include "err.h"
#include "queries.h"

/* AWS undocumented: the sentences, which are its documentation's. */
static int check_keys(struct call *c, const struct organizations_tag_list *tags)
{
    for (size_t i = 0; i < tags->n; i++) {
        const char *key = tags->v[i].key;
        if (strncasecmp(key, "aws:", 4) == 0) {
            return call_no_good(c, "Tags", "INVALID_SYSTEM_TAGS_PARAMETER",
                                "You specified a tag key that is a system tag. You can't add, "
                                "edit, or delete system tag keys because they're reserved for "
                                "AWS use.");
        }
        for (size_t k = 0; k < i; k++) {
            if (strcmp(key, tags->v[k].key) == 0)
                return call_no_good(c, "Tags", "DUPLICATE_TAG_KEY",
                                    "Your request includes duplicate tag keys.");
        }
    }
    return OK;
}

static int too_many(struct call *c)
{
    return call_violates(c, ERR_CONSTRAINT_VIOLATION, "MAX_TAG_LIMIT_EXCEEDED",
                         "You have exceeded the number of tags allowed on this resource.");
}

/* A list that is too long is not looked at. */
int organization_tags_put(struct call *c, const char *owner,
                          const struct organizations_tag_list *tags)
{
    struct count_row count;
    if (tags->n > TAGS_MAX)
        return too_many(c);
    TRY(check_keys(c, tags));
    for (size_t i = 0; i < tags->n; i++) {
        const char *key = tags->v[i].key;
        TRY(q_tag_put(c->tx,
                      &(struct q_tag_put){
                          .owner = owner, .key = key, .key_fold = key, .value = tags->v[i].value}));
    }
    TRY(q_tag_count(c->tx, &(struct q_tag_count){.owner = owner}, &count));
    return tags->n && count.n > TAGS_MAX ? too_many(c) : OK;
}
