/* SPDX-License-Identifier: Apache-2.0 */
#include "access/trust.h"

#include "err.h"
#include "support/sandbox.h"
#include "support/suite.h"

#define ALICE "AIDAZL6XWCR2MLDRO6EIG"
#define ALICE_AGAIN "AIDARKEXDU3E7KD3L3CRF"
#define DEPLOY "AROARYWSMSYIPWMOE25U2"
#define OPS "AROA427MDNHOTKMJGDE4D"
#define ARN "arn:aws:iam::" BOX_ACCOUNT
#define TRUST(first, second)                                                                       \
    "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\",\n"                   \
    "  \"Principal\": {\"AWS\": [\"" first "\", \"" second "\"]}}]}"

static struct box box;

static void setup(void)
{
    box_open(&box);
    box_user(&box, ALICE, "alice");
    box_role(&box, OPS, "ops", "{}");
    box_role(&box, DEPLOY, "deploy", TRUST(ARN ":user/alice", ARN ":role/ops"));
    struct tx tx;
    box_begin(&box, &tx);
    ASSERT_OK(q_trust_principal_put(
        &tx, &(struct q_trust_principal_put){DEPLOY, ARN ":user/alice", ALICE}));
    ASSERT_OK(
        q_trust_principal_put(&tx, &(struct q_trust_principal_put){DEPLOY, ARN ":role/ops", OPS}));
    box_end(&box, &tx);
}

static void teardown(void)
{
    box_close(&box);
}

static const char *shown(void)
{
    struct tx tx;
    struct document_row row;
    const char *text;
    box_begin(&box, &tx);
    ASSERT_OK(q_trust_document(&tx, &(struct q_trust_document){DEPLOY}, &row));
    ASSERT_OK(trust_shown(&tx, DEPLOY, row.document, &text));
    box_end(&box, &tx);
    return text;
}

static enum policy_verdict asked_by(enum principal_kind kind, const char *arn, const char *id)
{
    struct tx tx;
    struct document *document;
    store_begin_later(box.sandbox.store, false, &box.arena, &tx);
    ASSERT_OK(trust_acquire(&box.sandbox, &tx, DEPLOY, &document));
    box_end(&box, &tx);
    const struct policy_caller caller = {
        .kind = kind, .account = STR(BOX_ACCOUNT), .arn = str_of(arn), .id = str_of(id)};
    const struct policy_request request = {
        .action = STR("sts:AssumeRole"), .resource = STR(ARN ":role/deploy"), .caller = &caller};
    const struct policy_subject subject = policy_prepare(&request);
    enum policy_verdict verdict = policy_eval(document->policy, &subject, NULL).verdict;
    document_release(document);
    return verdict;
}

static void delete_alice(void)
{
    struct tx tx;
    box_begin(&box, &tx);
    ASSERT_OK(q_user_delete(&tx, &(struct q_user_delete){BOX_ACCOUNT, "alice", ALICE}));
    box_end(&box, &tx);
}

START_TEST(test_as_given_while_all_live)
{
    ck_assert_str_eq(shown(), TRUST(ARN ":user/alice", ARN ":role/ops"));
    ck_assert_int_eq(asked_by(PRINCIPAL_USER, ARN ":user/alice", ALICE), POLICY_ALLOWS);
    ck_assert_int_eq(
        asked_by(PRINCIPAL_SESSION, "arn:aws:sts::" BOX_ACCOUNT ":assumed-role/ops/s", OPS ":s"),
        POLICY_ALLOWS);
    ck_assert_int_eq(asked_by(PRINCIPAL_USER, ARN ":user/bob", ALICE_AGAIN), POLICY_SILENT);
}
END_TEST

START_TEST(test_the_next_of_that_name_is_another)
{
    delete_alice();
    ck_assert_str_eq(shown(), TRUST(ALICE, ARN ":role/ops"));
    box_user(&box, ALICE_AGAIN, "alice");
    ck_assert_str_eq(shown(), TRUST(ALICE, ARN ":role/ops"));
    ck_assert_int_eq(asked_by(PRINCIPAL_USER, ARN ":user/alice", ALICE_AGAIN), POLICY_SILENT);
}
END_TEST

START_TEST(test_a_renamed_one_is_the_same)
{
    struct tx tx;
    box_begin(&box, &tx);
    ASSERT_OK(q_user_rename(&tx, &(struct q_user_rename){.account = BOX_ACCOUNT,
                                                         .name_key = "alice",
                                                         .new_key = "alicia",
                                                         .name = "alicia",
                                                         .path = "/x/",
                                                         .arn = ARN ":user/x/alicia",
                                                         .id = ALICE}));
    box_end(&box, &tx);
    ck_assert_str_eq(shown(), TRUST(ARN ":user/x/alicia", ARN ":role/ops"));
    ck_assert_int_eq(asked_by(PRINCIPAL_USER, ARN ":user/x/alicia", ALICE), POLICY_ALLOWS);
}
END_TEST

START_TEST(test_no_such_role)
{
    struct tx tx;
    struct document *document;
    box_begin(&box, &tx);
    ck_assert_int_eq(trust_acquire(&box.sandbox, &tx, ALICE, &document), ERR_NOT_FOUND);
    box_end(&box, &tx);
}
END_TEST

static void set_trust(struct tx *tx)
{
    ASSERT_OK(q_role_set_trust(tx, &(struct q_role_set_trust){.account = BOX_ACCOUNT,
                                                              .name_key = "deploy",
                                                              .trust = TRUST("*", "*"),
                                                              .id = DEPLOY}));
}

START_TEST(test_it_is_kept_until_it_changes)
{
    struct tx tx;
    struct document *first, *second, *third;
    const char *nobody = ARN ":user/nobody";
    ck_assert_int_eq(asked_by(PRINCIPAL_USER, nobody, "AIDANOBODY"), POLICY_SILENT);
    store_begin_later(box.sandbox.store, false, &box.arena, &tx);
    ASSERT_OK(trust_acquire(&box.sandbox, &tx, DEPLOY, &first));
    ck_assert(!store_has_begun(&tx));
    box_end(&box, &tx);
    box_begin(&box, &tx); /* sees what it has changed itself, and nobody else does */
    set_trust(&tx);
    ASSERT_OK(trust_acquire(&box.sandbox, &tx, DEPLOY, &second));
    ck_assert_ptr_ne(second, first);
    ASSERT_OK(store_end(&tx, false));
    store_begin_later(box.sandbox.store, false, &box.arena, &tx);
    ASSERT_OK(trust_acquire(&box.sandbox, &tx, DEPLOY, &third));
    ck_assert_ptr_eq(third, first);
    document_release(first);
    document_release(second);
    document_release(third);
    box_end(&box, &tx);
    box_begin(&box, &tx);
    set_trust(&tx);
    box_end(&box, &tx);
    ck_assert_int_eq(asked_by(PRINCIPAL_USER, nobody, "AIDANOBODY"), POLICY_ALLOWS);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("trust");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, test_as_given_while_all_live);
    tcase_add_test(tcase, test_the_next_of_that_name_is_another);
    tcase_add_test(tcase, test_a_renamed_one_is_the_same);
    tcase_add_test(tcase, test_no_such_role);
    tcase_add_test(tcase, test_it_is_kept_until_it_changes);
    return suite_run("trust", tcase);
}
