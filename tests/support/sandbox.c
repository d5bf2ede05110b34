/* SPDX-License-Identifier: Apache-2.0 */
#include "support/sandbox.h"

#include "access/account.h"
#include "record/events.h"
#include "record/records.h"

enum { CACHE_BYTES = 1024 * 1024 };

static void open_parts(struct sandbox *sandbox)
{
    const struct events_options events = {.capacity = 10, .max_bytes = 1024 * 1024};
    *sandbox = (struct sandbox){
        .name = "default",
        .default_account = BOX_ACCOUNT,
        .credentials = cache_new(CACHE_BYTES),
        .views = cache_new(CACHE_BYTES),
        .entities = cache_new(CACHE_BYTES),
        .documents = cache_new(CACHE_BYTES),
        .memberships = cache_new(CACHE_BYTES),
        .resources = cache_new(CACHE_BYTES),
        .records = records_new(10, 1024 * 1024),
        .events = events_new(&events),
        .last_used = last_used_new(),
        .clock = CLOCK_FROZEN_AT(1700000000),
    };
    rand_init_seeded(&sandbox->rand, 1);
    for (int i = 0; i < QUOTA_COUNT; i++)
        atomic_store(&sandbox->quotas[i], quota_rows[i].dflt);
    for (int i = 0; i < SETTING_COUNT; i++)
        atomic_store(&sandbox->settings[i], setting_ranges[i].least);
}

void box_open(struct box *box)
{
    arena_init(&box->arena);
    open_parts(&box->sandbox);
    const struct store_options options = {.schema = &queries_schema};
    const char *message = "";
    int code = store_open(&options, &box->arena, &box->sandbox.store, &message);
    ck_assert_msg(code == OK, "%s", message);
    ASSERT_OK(account_create(&box->sandbox, &box->arena,
                             &(struct account_spec){.id = BOX_ACCOUNT, .email = "a@example.com"}));
}

void box_close(struct box *box)
{
    struct sandbox *sandbox = &box->sandbox;
    cache_free(sandbox->views);
    cache_free(sandbox->memberships);
    cache_free(sandbox->resources);
    cache_free(sandbox->entities);
    cache_free(sandbox->credentials);
    cache_free(sandbox->documents);
    records_free(sandbox->records);
    events_release(sandbox->events);
    last_used_free(sandbox->last_used);
    store_close(sandbox->store);
    rand_done(&sandbox->rand);
    arena_done(&box->arena);
}

void box_begin(struct box *box, struct tx *ret)
{
    ASSERT_OK(store_begin(box->sandbox.store, true, &box->arena, ret));
}

void box_end(struct box *box, struct tx *tx)
{
    ASSERT_OK(store_end(tx, true));
    view_publish(&box->sandbox, tx->touched);
}

void box_user(struct box *box, const char *id, const char *name)
{
    struct tx tx;
    struct arena *a = &box->arena;
    box_begin(box, &tx);
    ASSERT_OK(
        q_user_insert(&tx, &(struct q_user_insert){.account = BOX_ACCOUNT,
                                                   .name = name,
                                                   .name_key = str_fold(a, str_of(name)),
                                                   .path = "/",
                                                   .id = id,
                                                   .arn = iam_user_arn(a, BOX_ACCOUNT, "/", name),
                                                   .created = 1700000000}));
    ck_assert_int_eq(tx.changes, 1);
    box_end(box, &tx);
}

void box_group(struct box *box, const char *id, const char *name)
{
    struct tx tx;
    struct arena *a = &box->arena;
    box_begin(box, &tx);
    ASSERT_OK(q_group_insert(
        &tx, &(struct q_group_insert){.account = BOX_ACCOUNT,
                                      .name = name,
                                      .name_key = str_fold(a, str_of(name)),
                                      .path = "/",
                                      .id = id,
                                      .arn = iam_group_arn(a, BOX_ACCOUNT, "/", name),
                                      .created = 1700000000}));
    ck_assert_int_eq(tx.changes, 1);
    box_end(box, &tx);
}

void box_role(struct box *box, const char *id, const char *name, const char *trust)
{
    struct tx tx;
    struct arena *a = &box->arena;
    box_begin(box, &tx);
    ASSERT_OK(
        q_role_insert(&tx, &(struct q_role_insert){.account = BOX_ACCOUNT,
                                                   .name = name,
                                                   .name_key = str_fold(a, str_of(name)),
                                                   .path = "/",
                                                   .id = id,
                                                   .arn = iam_role_arn(a, BOX_ACCOUNT, "/", name),
                                                   .trust = trust,
                                                   .max_session = 3600,
                                                   .created = 1700000000}));
    ck_assert_int_eq(tx.changes, 1);
    box_end(box, &tx);
}

void box_member(struct box *box, const char *group_id, const char *user_id)
{
    struct tx tx;
    box_begin(box, &tx);
    ASSERT_OK(q_member_insert(&tx, &(struct q_member_insert){group_id, user_id}));
    box_end(box, &tx);
}

void box_tag(struct box *box, const char *owner, const char *key, const char *value)
{
    struct tx tx;
    box_begin(box, &tx);
    ASSERT_OK(q_tag_put(&tx, &(struct q_tag_put){.owner = owner,
                                                 .key = key,
                                                 .key_fold = str_fold(&box->arena, str_of(key)),
                                                 .value = value}));
    box_end(box, &tx);
}

void box_policy(struct box *box, const char *owner, const char *name, const char *document)
{
    struct tx tx;
    box_begin(box, &tx);
    ASSERT_OK(
        q_policy_put(&tx, &(struct q_policy_put){.owner = owner,
                                                 .name = name,
                                                 .name_key = str_fold(&box->arena, str_of(name)),
                                                 .document = document,
                                                 .size = (int64_t)policy_size(str_of(document))}));
    box_end(box, &tx);
}

void box_key(struct box *box, const char *id, const char *owner)
{
    struct tx tx;
    box_begin(box, &tx);
    ASSERT_OK(q_key_insert(
        &tx, &(struct q_key_insert){.id = id,
                                    .account = BOX_ACCOUNT,
                                    .owner = owner,
                                    .secret = arena_printf(&box->arena, "secret-%s", id),
                                    .created = 1700000000}));
    ck_assert_int_eq(tx.changes, 1);
    box_end(box, &tx);
}

const char *box_document(struct box *box, const char *effect, const char *action)
{
    return arena_printf(&box->arena,
                        "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"%s\","
                        "\"Action\":\"%s\",\"Resource\":\"*\"}}",
                        effect, action);
}

struct call box_call(struct box *box)
{
    return (struct call){
        .arena = &box->arena,
        .sandbox = &box->sandbox,
        .request_id = "01234567-89ab-4def-8123-456789abcdef",
        .now = clock_now(&box->sandbox.clock),
        .account = BOX_ACCOUNT,
    };
}
