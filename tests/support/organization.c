/* SPDX-License-Identifier: Apache-2.0 */
#include "support/organization.h"

#include "access/account.h"

static void add_account(struct tx *tx, const char *account, const char *parent)
{
    struct q_organization_member_insert member = {.account = account,
                                                  .organization = ORGANIZATION,
                                                  .parent = parent,
                                                  .method = "INVITED",
                                                  .joined = 1};
    ASSERT_OK(q_organization_member_insert(tx, &member));
}

static void add_unit(struct tx *tx, const char *id, const char *parent, const char *name,
                     const char *path)
{
    struct q_unit_insert unit = {id, ORGANIZATION, parent, name, *parent != '\0', path};
    ASSERT_OK(q_unit_insert(tx, &unit));
}

void box_organize(struct box *box)
{
    struct tx tx;
    ASSERT_OK(account_create(&box->sandbox, &box->arena,
                             &(struct account_spec){.id = ORGANIZATION_MANAGEMENT}));
    box_begin(box, &tx);
    ASSERT_OK(q_organization_insert(
        &tx, &(struct q_organization_insert){ORGANIZATION, ORGANIZATION_MANAGEMENT,
                                             ORGANIZATION_ROOT, "ALL", 1}));
    add_unit(&tx, ORGANIZATION_ROOT, "", "Root", ORGANIZATION "/" ORGANIZATION_ROOT "/");
    add_unit(&tx, ORGANIZATION_UNIT, ORGANIZATION_ROOT, "Prod", ORGANIZATION_PATH);
    add_account(&tx, ORGANIZATION_MANAGEMENT, ORGANIZATION_ROOT);
    add_account(&tx, BOX_ACCOUNT, ORGANIZATION_UNIT);
    box_end(box, &tx);
}

static void attach(struct tx *tx, const char *target, const char *type, const char *policy)
{
    struct position_row last;
    ASSERT_OK(q_attachment_position(tx, &(struct q_attachment_position){target, type}, &last));
    ASSERT_OK(q_target_attach(tx, &(struct q_target_attach){.target = target,
                                                            .type = type,
                                                            .position = last.position,
                                                            .policy = policy,
                                                            .organization = ORGANIZATION}));
}

void box_enable(struct box *box, const char *type, const char *full)
{
    static const char *const targets[] = {ORGANIZATION_ROOT, ORGANIZATION_UNIT, BOX_ACCOUNT,
                                          ORGANIZATION_MANAGEMENT};
    struct tx tx;
    box_begin(box, &tx);
    ASSERT_OK(q_organization_policy_kind_insert(
        &tx, &(struct q_organization_policy_kind_insert){ORGANIZATION, type, 0}));
    for (size_t i = 0; i < ARRAY_LEN(targets); i++)
        attach(&tx, targets[i], type, full);
    box_end(box, &tx);
}

void box_organization_policy(struct box *box, const char *id, const char *type,
                             const char *document)
{
    struct tx tx;
    struct q_organization_policy_insert policy = {.id = id,
                                                  .organization = ORGANIZATION,
                                                  .type = type,
                                                  .name = id + 2,
                                                  .description = "",
                                                  .content = document};
    box_begin(box, &tx);
    ASSERT_OK(q_organization_policy_insert(&tx, &policy));
    box_end(box, &tx);
}

void box_attach(struct box *box, const char *target, const char *type, const char *policy)
{
    struct tx tx;
    box_begin(box, &tx);
    attach(&tx, target, type, policy);
    box_end(box, &tx);
}

void box_replace(struct box *box, const char *target, const char *type, const char *policy)
{
    struct tx tx;
    box_begin(box, &tx);
    ASSERT_OK(q_target_detach_all(&tx, &(struct q_target_detach_all){target, ORGANIZATION}));
    attach(&tx, target, type, policy);
    box_end(box, &tx);
}
