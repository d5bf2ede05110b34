/* SPDX-License-Identifier: Apache-2.0 */
/* The Principal and NotPrincipal of resource policies, endpoint policies and trust policies. */
#include <stdio.h>
#include <string.h>

#include "world.h"

static const char *const strangers[] = {
    "111122223333",
    "444455556666",
    "777788889999",
    "arn:aws:iam::111122223333:root",
    "arn:aws:iam::777788889999:root",
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:iam::444455556666:user/carol",
    "arn:aws:iam::111122223333:role/dev",
    "arn:aws:sts::111122223333:assumed-role/dev/other",
    "arn:aws:sts::444455556666:federated-user/fred",
    "AIDAQ3EGRZ4SMPLEXAMPL",
    "AROAQ3EGRZ4SMPLEXAMPL",
    NULL,
};
static const char *const services[] = {"ec2.amazonaws.com", "lambda.amazonaws.com", NULL};
static const char *const providers[] = {"accounts.google.com",
                                        "arn:aws:iam::111122223333:saml-provider/idp",
                                        "cognito-identity.amazonaws.com", NULL};

/* The ways in which a policy can name somebody who belongs to an account. */
static json_t *own_name(struct world *w)
{
    char root[64];
    switch (dice_roll(&w->dice, 8)) {
    case 0:
        return json_string(w->account);
    case 1:
        snprintf(root, sizeof(root), "arn:aws:iam::%s:root", w->account);
        return json_string(root);
    case 2:
    case 3:
    case 4:
        return json_string(w->issuer[0] ? w->issuer : w->principal);
    case 5:
        return json_string(w->unique_id ? w->unique_id : w->account);
    default:
        return json_string(w->principal);
    }
}

static json_t *stranger(struct world *w)
{
    return json_string(dice_word(&w->dice, strangers));
}

static void add_entry(struct world *w, json_t *principal, const char *kind, json_t *entry)
{
    json_t *list = json_pack("[o]", entry);
    if (!strcmp(kind, "AWS") && dice_chance(&w->dice, 25))
        gen_insert(w, list, stranger(w));
    json_object_set_new(principal, kind, gen_maybe_list(w, list));
}

static void add_match(struct world *w, json_t *principal)
{
    if (w->caller == GEN_SERVICE)
        add_entry(w, principal, "Service", json_string(w->principal));
    else if (w->caller == GEN_PROVIDER)
        add_entry(w, principal, "Federated", json_string(w->principal));
    else
        add_entry(w, principal, "AWS", w->account ? own_name(w) : json_string("*"));
}

static void add_others(struct world *w, json_t *principal, unsigned percent)
{
    static const char canonical[] =
        "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";
    if (dice_chance(&w->dice, percent) && !json_object_get(principal, "AWS"))
        add_entry(w, principal, "AWS", stranger(w));
    if (dice_chance(&w->dice, percent) && !json_object_get(principal, "Service"))
        add_entry(w, principal, "Service", json_string(dice_word(&w->dice, services)));
    if (dice_chance(&w->dice, percent) && !json_object_get(principal, "Federated"))
        add_entry(w, principal, "Federated", json_string(dice_word(&w->dice, providers)));
    if (dice_chance(&w->dice, percent / 3))
        json_object_set_new(principal, "CanonicalUser", json_string(canonical));
}

static json_t *specific(struct world *w, bool match)
{
    json_t *principal = json_object();
    if (match)
        add_match(w, principal);
    add_others(w, principal, match ? 10 : 30);
    if (json_object_size(principal) == 0)
        add_entry(w, principal, "AWS", stranger(w));
    return principal;
}

void gen_add_principal(struct world *w, struct gen_aim aim, json_t *statement)
{
    bool match = dice_chance(&w->dice, aim.favour);
    bool denies = !strcmp(json_string_value(json_object_get(statement, "Effect")), "Deny");
    unsigned everybody = aim.kind == GEN_VPC_ENDPOINT ? 80 : 14;
    if (aim.kind == GEN_RCP || dice_chance(&w->dice, everybody))
        json_object_set_new(statement, "Principal", json_string("*"));
    else if (aim.kind != GEN_TRUST && dice_chance(&w->dice, denies ? 35 : 4))
        json_object_set_new(statement, "NotPrincipal", specific(w, !match));
    else if (dice_chance(&w->dice, 8))
        json_object_set_new(statement, "Principal", json_pack("{s:s}", "AWS", "*"));
    else
        json_object_set_new(statement, "Principal", specific(w, match));
}
