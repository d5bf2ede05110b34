/* SPDX-License-Identifier: Apache-2.0 */
#include "call/page.h"
#include "svc/organizations/find.h"
#include "svc/organizations/handshakes.h"
#include "svc/organizations/tags.h"

enum { TAGS_MAX = 50, PAGE = 20 };

/* AWS undocumented: the sentences, which are its documentation's. */
static int check_keys(struct call *c, const struct organizations_tag_list *tags)
{
    for (size_t i = 0; i < tags->n; i++) {
        const char *key = tags->v[i].key;
        if (strncasecmp(key, "aws:", 4) == 0)
            return call_no_good(c, "Tags", "INVALID_SYSTEM_TAGS_PARAMETER",
                                "You specified a tag key that is a system tag. You can't add, "
                                "edit, or delete system tag keys because they're reserved for "
                                "AWS use.");
        for (size_t k = 0; k < i; k++) {
            if (strcmp(key, tags->v[k].key) == 0)
                return call_no_good(c, "Tags", "DUPLICATE_TAG_KEY",
                                    "Tag keys must be unique among the tags attached to the same "
                                    "entity.");
        }
    }
    return OK;
}

int organization_tags_put(struct call *c, const char *owner,
                          const struct organizations_tag_list *tags)
{
    struct count_row count;
    TRY(check_keys(c, tags));
    for (size_t i = 0; i < tags->n; i++) {
        const char *key = tags->v[i].key;
        TRY(q_tag_put(c->tx,
                      &(struct q_tag_put){
                          .owner = owner, .key = key, .key_fold = key, .value = tags->v[i].value}));
    }
    TRY(q_tag_count(c->tx, &(struct q_tag_count){.owner = owner}, &count));
    if (tags->n && count.n > TAGS_MAX)
        return call_violates(c, ERR_CONSTRAINT_VIOLATION, "MAX_TAG_LIMIT_EXCEEDED",
                             "You have exceeded the number of tags allowed on this resource.");
    return OK;
}

static int find_taggable(struct call *c, const char *id)
{
    const char *organization = c->membership->organization;
    struct target target;
    struct organization_policy_row policy;
    struct count_row count;
    int code;
    if (str_starts(str_of(id), STR("p-"))) {
        code = q_organization_policy_get(
            c->tx, &(struct q_organization_policy_get){organization, id}, &policy);
    } else if (str_starts(str_of(id), STR("rp-"))) {
        code = q_organization_resource_policy_count(
            c->tx, &(struct q_organization_resource_policy_count){organization, id}, &count);
        code = code == OK && count.n == 0 ? ERR_NOT_FOUND : code;
    } else if (str_starts(str_of(id), STR("rt-"))) {
        code = transfer_look(c, id);
    } else {
        code = look_for_target(c, id, &target);
    }
    return code == ERR_NOT_FOUND ? find_missing(c, ERR_TARGET_NOT_FOUND) : code;
}

int organizations_tag_resource(struct call *c, const struct organizations_tag_resource_in *in)
{
    TRY(find_taggable(c, in->resource_id));
    return organization_tags_put(c, in->resource_id, &in->tags);
}

int organizations_untag_resource(struct call *c, const struct organizations_untag_resource_in *in)
{
    TRY(find_taggable(c, in->resource_id));
    for (size_t i = 0; i < in->tag_keys.n; i++)
        TRY(q_tag_delete(c->tx, &(struct q_tag_delete){.owner = in->resource_id,
                                                       .key_fold = in->tag_keys.v[i]}));
    return OK;
}

int organizations_list_tags_for_resource(struct call *c,
                                         const struct organizations_list_tags_for_resource_in *in,
                                         struct organizations_list_tags_for_resource_out *out)
{
    struct iam_tag_list rows;
    const char *after;
    TRY(page_after(c, in->next_token, &after));
    TRY(find_taggable(c, in->resource_id));
    TRY(q_tag_page(c->tx, &(struct q_tag_page){in->resource_id, after, PAGE + 1}, &rows));
    PAGE_CUT_AT(c, PAGE, rows, rows.v[rows.n - 1].key, out->next_token);
    out->tags.v = NEW_ARRAY(c->arena, struct organizations_tag, rows.n);
    for (; out->tags.n < rows.n; out->tags.n++)
        out->tags.v[out->tags.n] =
            (struct organizations_tag){rows.v[out->tags.n].key, rows.v[out->tags.n].value};
    return OK;
}
