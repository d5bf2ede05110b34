/* SPDX-License-Identifier: Apache-2.0 */
/* Grants of KMS keys and indexes of DynamoDB tables, as requests make them. */
#include "resource/learn_priv.h"

static const struct resource_pair *context(struct learner *l, const char *names, const char *values,
                                           size_t *n)
{
    struct seen_list keys = look_at(l->look, names), texts = look_at(l->look, values);
    struct resource_pair *pairs = NEW_ARRAY(l->arena, struct resource_pair, keys.n);
    *n = keys.n == texts.n ? keys.n : 0;
    for (size_t i = 0; i < *n; i++)
        pairs[i] = (struct resource_pair){str_dup(l->arena, keys.v[i].value),
                                          str_dup(l->arena, texts.v[i].value)};
    return pairs;
}

static struct str_list texts(struct learner *l, const char *source)
{
    struct seen_list seen = look_at(l->look, source);
    const char **v = NEW_ARRAY(l->arena, const char *, seen.n);
    for (size_t i = 0; i < seen.n; i++)
        v[i] = str_dup(l->arena, seen.v[i].value);
    return (struct str_list){seen.n, v};
}

/* KMS API Reference, CreateGrant. A request that only tries is none, and one that is held to a
   source is not learned: it would give more than it does. */
void learn_grant(struct learner *l)
{
    struct resource_grant *grant = NEW(l->arena, struct resource_grant);
    grant->grantee = learner_text(l, "b:GranteePrincipal");
    grant->retiring = learner_text(l, "b:RetiringPrincipal");
    grant->operations = texts(l, "b:Operations.#");
    grant->equal = context(l, "b:Constraints.EncryptionContextEquals.@",
                           "b:Constraints.EncryptionContextEquals.*", &grant->n_equal);
    grant->subset = context(l, "b:Constraints.EncryptionContextSubset.@",
                            "b:Constraints.EncryptionContextSubset.*", &grant->n_subset);
    if (!grant->grantee || str_is(look_for(l->look, "b:DryRun"), "true") ||
        look_for(l->look, "b:Constraints.SourceArn").p)
        return;
    l->change->grants = grant;
    l->change->n_grants = 1;
}

/* The name of the partition key of element NUMBER of a list. */
static struct str partition_key(struct learner *l, const char *list, uint32_t number)
{
    struct seen_list kinds =
        look_at(l->look, arena_printf(l->arena, "b:%sKeySchema.#.KeyType", list));
    struct seen_list names =
        look_at(l->look, arena_printf(l->arena, "b:%sKeySchema.#.AttributeName", list));
    for (size_t i = 0; i < kinds.n && kinds.n == names.n; i++) {
        if (kinds.v[i].at[0] == number && str_is(kinds.v[i].value, "HASH"))
            return names.v[i].value;
    }
    return (struct str){NULL, 0};
}

/* DynamoDB API Reference, CreateTable and UpdateTable. */
void learn_indexes(struct learner *l)
{
    static const char *const lists[] = {"GlobalSecondaryIndexes.#.", "LocalSecondaryIndexes.#.",
                                        "GlobalSecondaryIndexUpdates.#.Create."};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        struct seen_list names =
            look_at(l->look, arena_printf(l->arena, "b:%sIndexName", lists[i]));
        for (size_t k = 0; k < names.n; k++) {
            struct str key = partition_key(l, lists[i], names.v[k].at[0]);
            const char *arn =
                arena_printf(l->arena, "%s/index/%.*s", l->change->arn, STR_FMT(names.v[k].value));
            if (key.n)
                learner_attribute(l, learner_for(l, arn), "hash", key);
        }
    }
}
