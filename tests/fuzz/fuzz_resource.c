/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An ARN, a Sid and a policy, a line each: what holds a policy is its own holder, and a statement
 * that is added and taken away again leaves what was there.
 */
#include "resource/public.h"
#include "resource/resource_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define STATEMENT                                                                                  \
    "{\"Sid\":%s,\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}"

static void hold(struct arena *a, struct str arn)
{
    struct str holder = resource_holder(a, arn);
    if (!str_eq(resource_holder(a, holder), holder))
        __builtin_trap();
}

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static void edit(struct arena *a, const char *sid, const char *policy)
{
    struct buf quoted = buf_new(a, 64);
    buf_json(&quoted, str_of(sid));
    const char *statement = arena_printf(a, STATEMENT, buf_text(&quoted));
    const char *with = policy_with(a, policy, statement, sid);
    if (policy_publicity(a, str_of(with)) != IS_PUBLIC)
        __builtin_trap();
    if (!same(policy_without(a, with, sid), policy_without(a, policy, sid)))
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct str rest = {(const char *)data, size}, arn = str_cut(&rest, '\n');
    struct str sid = str_cut(&rest, '\n');
    arena_init(&a);
    hold(&a, arn);
    bool plain = sid.n && str_is_ascii(sid, ' ') && !memchr(sid.p, '\0', sid.n);
    if (rest.p && plain && policy_publicity(&a, rest) != NO_POLICY)
        edit(&a, str_dup(&a, sid), str_dup(&a, rest));
    arena_done(&a);
    return 0;
}
