/* SPDX-License-Identifier: Apache-2.0 */
#include "members.h"

static const char *const paths[] = {
    "A", "B", "A.#", "A.@", "A.*", "A.B", "A.#.B", "A.*.B.#", "A.B.#.C", "A.#.B.#", "key",
};

static void check_order(const struct member *before, const struct member *after)
{
    for (int i = 0; i < before->n_at; i++) {
        if (before->at[i] != after->at[i]) {
            if (before->at[i] > after->at[i])
                __builtin_trap();
            return;
        }
    }
    __builtin_trap(); /* one element, two values */
}

static void check_list(const struct member_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        const struct member *member = &list->v[i];
        if (!str_is_utf8(member->value) || (member->inner && member->value.n))
            __builtin_trap();
        if (i && list->v[i - 1].n_at != member->n_at)
            __builtin_trap();
        if (i)
            check_order(member - 1, member);
    }
}

static enum recognize_why ask(struct members *members, const char *path, struct member_list *list)
{
    *list = (struct member_list){.n = 0};
    enum recognize_why why = members_find(members, str_of(path), list);
    if ((why == RECOGNIZED) != (members_reason(members) == NULL) || (why && list->n))
        __builtin_trap();
    check_list(list);
    return why;
}

struct str fuzz_members(struct arena *a, enum recognize_protocol protocol, const char *type,
                        struct str body, enum recognize_why *ret_why)
{
    struct request_header header = {STR("content-type"), str_of(type ? type : "")};
    struct request rq = {.method = STR("POST"), .headers = &header, .n_headers = 1, .body = body};
    struct members *members = members_new(a, &rq, protocol, false, true);
    struct member_list list, found = {.n = 0};
    *ret_why = ask(members, "no such member", &list);
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        if (ask(members, paths[i], &list) == RECOGNIZED && *ret_why != RECOGNIZED)
            __builtin_trap();
        if (i == 0)
            found = list;
    }
    bool text = found.n == 1 && !found.v[0].inner;
    return text ? found.v[0].value : (struct str){NULL, 0};
}
