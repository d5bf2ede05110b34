/* SPDX-License-Identifier: Apache-2.0 */
#include "members_samples.h"

static const char *const why_names[] = {
    [RECOGNIZE_AMBIGUOUS] = "AMBIGUOUS",
    [RECOGNIZE_NEEDS_BODY] = "NEEDS_BODY",
    [RECOGNIZE_MALFORMED] = "MALFORMED",
    [RECOGNIZE_TOO_MANY] = "TOO_MANY",
};

static void add_member(struct buf *b, const struct member *member)
{
    buf_add_text(b, b->n ? " " : "");
    buf_add(b, member->inner ? STR("{}") : member->value);
    for (int i = 0; i < member->n_at; i++)
        buf_add_text(b, arena_printf(b->arena, "%c%u", i ? '.' : '@', member->at[i]));
}

const char *members_found(struct arena *a, struct members *members, const char *path)
{
    struct member_list list;
    struct buf b = buf_new(a, 64);
    enum recognize_why why = members_find(members, str_of(path), &list);
    ck_assert_msg(!members_reason(members) == (why == RECOGNIZED), "%s", path);
    if (why != RECOGNIZED)
        return why_names[why];
    for (size_t i = 0; i < list.n; i++)
        add_member(&b, &list.v[i]);
    return buf_text(&b);
}

void members_check(struct arena *a, struct members *members, const struct sample *s)
{
    const char *actual = members_found(a, members, s->path);
    ck_assert_msg(strcmp(actual, s->expected) == 0, "%s of %s: %s, not %s", s->path, s->body,
                  actual, s->expected);
}

struct members *members_of(struct arena *a, enum recognize_protocol protocol, bool as_query,
                           struct str body, const char *type)
{
    struct request *rq = NEW(a, struct request);
    struct request_header *header = NEW(a, struct request_header);
    *header = (struct request_header){STR("content-type"), str_of(type ? type : "")};
    *rq = (struct request){.method = STR("POST"), .path = STR("/"), .body = body};
    rq->headers = header;
    rq->n_headers = type != NULL;
    return members_new(a, rq, protocol, as_query, true);
}
