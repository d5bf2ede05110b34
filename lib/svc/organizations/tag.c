/* SPDX-License-Identifier: Apache-2.0 */
#include "call/page.h"
#include "svc/organizations/find.h"
#include "svc/organizations/handshakes.h"
#include "svc/organizations/tags.h"

enum { PAGE = 20 };

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

/* AWS undocumented: that more keys than anything can have are refused. */
int organizations_untag_resource(struct call *c, const struct organizations_untag_resource_in *in)
{
    TRY(find_taggable(c, in->resource_id));
    if (in->tag_keys.n > TAGS_MAX)
        return call_invalid(c, (struct shape_fault){.wrong = SHAPE_LONG}, NULL);
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
