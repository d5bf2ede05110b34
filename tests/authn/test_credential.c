/* SPDX-License-Identifier: Apache-2.0 */
#include "authn/credential.h"
#include "err.h"
#include "record/record.h"
#include "support/sandbox.h"
#include "support/sign.h"
#include "support/suite.h"

#define ALICE "AIDAZL6XWCR2MLDRO6EIG"
#define ALICE_KEY "AKIAZL6XWCR2MIB6XHU7"
#define ROOT_KEY "AKIARKEXDU3E7KD3L3CR"
#define INVALID "The security token included in the request is invalid."

static const struct api_service iam = {.name = "iam"};
static const struct api_op get_user = {.name = "GetUser", .service = &iam};

static struct box box;
static struct signer signer;
static struct call c;
static struct caller caller;

static void setup(void)
{
    box_open(&box);
    box_user(&box, ALICE, "alice");
    box_key(&box, ALICE_KEY, ALICE);
    box_key(&box, ROOT_KEY, BOX_ACCOUNT);
    signer = (struct signer){
        .access_key_id = ALICE_KEY,
        .secret = "secret-" ALICE_KEY,
        .region = "us-east-1",
        .service = "iam",
        .at = clock_real(),
    };
    c = box_call(&box);
}

static void teardown(void)
{
    caller_release(&caller);
    caller_release(&caller); /* a second time is nothing */
    box_close(&box);
}

static struct sigv4_auth sign(void)
{
    caller_release(&caller);
    c = box_call(&box);
    c.op = &get_user;
    struct request *rq = sign_form(&box.arena, &signer, "Action=GetUser&Version=2010-05-08");
    rq->source_ip = "127.0.0.1";
    c.rq = rq;
    struct sigv4_auth auth;
    const char *message;
    ASSERT_OK(sigv4_parse(&box.arena, c.rq, &auth, &message));
    record_of(&c)->region = sigv4_region(&auth);
    return auth;
}

static int authenticate(void)
{
    struct sigv4_auth auth = sign();
    return caller_authenticate(&c, &auth, "iam", &caller);
}

static void refuse(int code, const char *message)
{
    ck_assert_int_eq(authenticate(), code);
    ck_assert_str_eq(c.message, message);
    ck_assert_ptr_null(caller.credential);
    ck_assert_ptr_null(caller.view);
    ck_assert_ptr_null(c.principal);
}

static void set_status(const char *status)
{
    struct tx tx;
    box_begin(&box, &tx);
    ASSERT_OK(q_key_set_status(&tx, &(struct q_key_set_status){ALICE_KEY, ALICE, status, 1}));
    box_end(&box, &tx);
}

START_TEST(test_user_key)
{
    ASSERT_OK(authenticate());
    ck_assert_int_eq(caller.kind, CRED_USER_KEY);
    ck_assert_ptr_nonnull(caller.credential);
    ck_assert_ptr_eq(c.principal, &caller.view->principal);
    ck_assert_int_eq(c.principal->kind, PRINCIPAL_USER);
    ck_assert_str_eq(c.principal->id, ALICE);
    ck_assert_str_eq(c.account, BOX_ACCOUNT);
    ck_assert_ptr_null(c.message);
    struct credential *first = caller.credential;
    ASSERT_OK(authenticate());
    ck_assert_ptr_eq(caller.credential, first);
}
END_TEST

START_TEST(test_root_key)
{
    signer.access_key_id = ROOT_KEY;
    signer.secret = "secret-" ROOT_KEY;
    ASSERT_OK(authenticate());
    ck_assert_int_eq(caller.kind, CRED_ROOT_KEY);
    ck_assert_int_eq(c.principal->kind, PRINCIPAL_ROOT);
    ck_assert_str_eq(c.account, BOX_ACCOUNT);
}
END_TEST

START_TEST(test_temporary_key_without_its_token)
{
    signer.access_key_id = "ASIAUNKNOWNUNKNOWN22";
    refuse(ERR_INVALID_CLIENT_TOKEN_ID, INVALID);
    ck_assert_str_eq(c.reason, "A temporary access key needs its session token, "
                               "AWS_SESSION_TOKEN.");
    signer.token = "FwoGZXIvYXdz";
    refuse(ERR_INVALID_CLIENT_TOKEN_ID, INVALID);
    ck_assert_str_eq(c.reason, "The session token is not this key's, or not this server's, whose "
                               "sessions end with it unless it has --data.");
}
END_TEST

START_TEST(test_unknown_key)
{
    signer.access_key_id = "AKIAUNKNOWNUNKNOWN22";
    refuse(ERR_INVALID_CLIENT_TOKEN_ID, INVALID);
    box_key(&box, "AKIAUNKNOWNUNKNOWN22", ALICE); /* that it was unknown is not remembered */
    signer.secret = "secret-AKIAUNKNOWNUNKNOWN22";
    ASSERT_OK(authenticate());
}
END_TEST

START_TEST(test_inactive_key)
{
    ASSERT_OK(authenticate());
    set_status("Inactive");
    refuse(ERR_INVALID_CLIENT_TOKEN_ID, INVALID);
    set_status("Active");
    ASSERT_OK(authenticate());
}
END_TEST

START_TEST(test_deleted_key)
{
    ASSERT_OK(authenticate());
    struct tx tx;
    box_begin(&box, &tx);
    ASSERT_OK(q_key_delete(&tx, &(struct q_key_delete){ALICE_KEY, ALICE}));
    box_end(&box, &tx);
    refuse(ERR_INVALID_CLIENT_TOKEN_ID, INVALID);
}
END_TEST

START_TEST(test_key_without_owner)
{
    box_key(&box, "AKIAXZW42VCFU3JKN5YR", "AIDAGONEGONEGONEGONE2");
    signer.access_key_id = "AKIAXZW42VCFU3JKN5YR";
    signer.secret = "secret-AKIAXZW42VCFU3JKN5YR";
    refuse(ERR_INVALID_CLIENT_TOKEN_ID, INVALID);
}
END_TEST

START_TEST(test_wrong_secret)
{
    static const char *const secrets[] = {"secret-" ROOT_KEY, "secret-", "",
                                          "secret-" ALICE_KEY "x"};
    for (size_t i = 0; i < ARRAY_LEN(secrets); i++) {
        signer.secret = secrets[i];
        refuse(ERR_SIGNATURE_DOES_NOT_MATCH,
               "The request signature we calculated does not match the signature you provided. "
               "Check your AWS Secret Access Key and signing method. Consult the service "
               "documentation for details.");
    }
    signer.secret = "secret-" ALICE_KEY;
    ASSERT_OK(authenticate());
}
END_TEST

/* Its canonical request would be a hundred times as long as the request. */
START_TEST(test_repeated_signed_headers_are_not_explained)
{
    struct sigv4_auth auth = sign();
    auth.signature = STR("00");
    ck_assert_int_eq(caller_authenticate(&c, &auth, "iam", &caller), ERR_SIGNATURE_DOES_NOT_MATCH);
    ck_assert_int_eq(c.record->kind, RECORD_SIGNATURE_REFUSED);
    auth = sign();
    auth.signed_headers = STR("host;host");
    ck_assert_int_eq(caller_authenticate(&c, &auth, "iam", &caller), ERR_SIGNATURE_DOES_NOT_MATCH);
    ck_assert_int_eq(c.record->kind, RECORD_PLAIN);
}
END_TEST

START_TEST(test_long_term_keys_have_no_token)
{
    signer.token = "AQoDYXdz";
    refuse(ERR_INVALID_CLIENT_TOKEN_ID, INVALID);
}
END_TEST

START_TEST(test_scope_of_another_service)
{
    signer.service = "sts";
    refuse(ERR_SIGNATURE_DOES_NOT_MATCH, "Credential should be scoped to correct service: 'iam'. ");
    struct sigv4_auth auth = sign();
    ASSERT_OK(caller_authenticate(&c, &auth, "sts", &caller));
}
END_TEST

/* The sandbox's clock, which stands still in 2023, does not matter. */
START_TEST(test_signatures_live_in_real_time)
{
    signer.at -= 3600;
    ck_assert_int_eq(authenticate(), ERR_SIGNATURE_DOES_NOT_MATCH);
    signer.at = clock_now(&box.sandbox.clock);
    ck_assert_int_eq(authenticate(), ERR_SIGNATURE_DOES_NOT_MATCH);
}
END_TEST

/* More scopes than signing keys are kept for; each time with the right one and a wrong one. */
START_TEST(test_many_scopes)
{
    for (int i = 0; i < 30; i++) {
        signer.region = arena_printf(&box.arena, "region-%d", i % 10);
        signer.secret = "secret-" ALICE_KEY;
        ASSERT_OK(authenticate());
        signer.secret = "wrong";
        ck_assert_int_eq(authenticate(), ERR_SIGNATURE_DOES_NOT_MATCH);
    }
    signer.secret = "secret-" ALICE_KEY;
    signer.region = "region-of-thirty-two-characters-"; /* the longest there may be */
    ASSERT_OK(authenticate());
    ASSERT_OK(authenticate());
    signer.region = "region-of-thirty-three-characters";
    ck_assert_int_eq(authenticate(), ERR_SIGNATURE_DOES_NOT_MATCH);
}
END_TEST

static bool noted(struct key_usage *ret)
{
    return last_used_get(box.sandbox.last_used, &box.arena, STR(ALICE_KEY), ret);
}

START_TEST(test_use_is_noted)
{
    struct key_usage usage;
    signer.secret = "wrong";
    ck_assert_int_eq(authenticate(), ERR_SIGNATURE_DOES_NOT_MATCH);
    ck_assert(!noted(&usage));
    signer.secret = "secret-" ALICE_KEY;
    ASSERT_OK(authenticate());
    ck_assert(noted(&usage));
    ck_assert_int_eq(usage.at, 1700000000); /* in the sandbox's time */
    ck_assert_str_eq(usage.service, "iam");
    ck_assert_str_eq(usage.region, "us-east-1");
}
END_TEST

START_TEST(test_use_is_noted_once_a_second)
{
    struct key_usage usage;
    ASSERT_OK(authenticate());
    ck_assert(noted(&usage));
    last_used_clear(box.sandbox.last_used);
    ASSERT_OK(authenticate());
    ck_assert(!noted(&usage));
    signer.region = "eu-west-1";
    ASSERT_OK(authenticate());
    ck_assert(noted(&usage));
    ck_assert_str_eq(usage.region, "eu-west-1");
    last_used_clear(box.sandbox.last_used);
    clock_freeze(&box.sandbox.clock, clock_now(&box.sandbox.clock) + 1);
    ASSERT_OK(authenticate());
    ck_assert(noted(&usage));
    ck_assert_int_eq(usage.at, 1700000001);
}
END_TEST

static void assume(const char *access_key_id)
{
    signer.access_key_id = access_key_id;
    signer.secret = "anything";
    struct sigv4_auth auth = sign();
    ASSERT_OK(caller_assume(&c, &auth, true, &caller));
    ck_assert_ptr_eq(c.principal, &caller.view->principal);
    ck_assert_str_eq(c.account, c.principal->account);
}

/* With the service that was called and a region that there could be, whatever the scope says. */
START_TEST(test_assumed_use_is_noted)
{
    struct key_usage usage;
    signer.service = "sts";
    signer.region = "eu-west-1";
    assume(ALICE_KEY);
    ck_assert(noted(&usage));
    ck_assert_int_eq(usage.at, 1700000000);
    ck_assert_str_eq(usage.service, "iam");
    ck_assert_str_eq(usage.region, "eu-west-1");
    signer.region = "\xff";
    assume(ALICE_KEY);
    ck_assert(noted(&usage));
    ck_assert_str_eq(usage.region, "us-east-1");
}
END_TEST

static void check_root(const char *account)
{
    ck_assert_int_eq(caller.kind, CRED_NONE);
    ck_assert_ptr_null(caller.credential);
    ck_assert_int_eq(c.principal->kind, PRINCIPAL_ROOT);
    ck_assert_str_eq(c.account, account);
}

START_TEST(test_assumed_callers)
{
    assume(ALICE_KEY);
    ck_assert_int_eq(caller.kind, CRED_USER_KEY);
    ck_assert_str_eq(c.principal->id, ALICE);
    assume(ROOT_KEY);
    ck_assert_int_eq(caller.kind, CRED_ROOT_KEY);
    ck_assert_int_eq(c.principal->kind, PRINCIPAL_ROOT);
    assume("AKIAUNKNOWNUNKNOWN22");
    check_root(BOX_ACCOUNT);
    assume("test");
    check_root(BOX_ACCOUNT);
    assume(BOX_ACCOUNT);
    check_root(BOX_ACCOUNT);
    caller_release(&caller);
    c = box_call(&box);
    ASSERT_OK(caller_assume(&c, NULL, true, &caller));
    check_root(BOX_ACCOUNT);
}
END_TEST

START_TEST(test_assumed_accounts_are_made)
{
    for (int i = 0; i < 2; i++) {
        assume("000000000042");
        check_root("000000000042");
        ck_assert_str_eq(c.principal->arn, "arn:aws:iam::000000000042:root");
    }
    struct tx tx;
    struct account_row row;
    box_begin(&box, &tx);
    ASSERT_OK(q_account_get(&tx, &(struct q_account_get){"000000000042"}, &row));
    box_end(&box, &tx);
    ck_assert_str_eq(row.email, "root@000000000042.example");
}
END_TEST

/* Whose owner is gone: it is anybody's. */
START_TEST(test_assumed_key_without_owner)
{
    box_key(&box, "AKIAXZW42VCFU3JKN5YR", "AIDAGONEGONEGONEGONE2");
    assume("AKIAXZW42VCFU3JKN5YR");
    check_root(BOX_ACCOUNT);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_user_key);
    tcase_add_test(tc, test_root_key);
    tcase_add_test(tc, test_temporary_key_without_its_token);
    tcase_add_test(tc, test_unknown_key);
    tcase_add_test(tc, test_inactive_key);
    tcase_add_test(tc, test_deleted_key);
    tcase_add_test(tc, test_key_without_owner);
    tcase_add_test(tc, test_wrong_secret);
    tcase_add_test(tc, test_repeated_signed_headers_are_not_explained);
    tcase_add_test(tc, test_long_term_keys_have_no_token);
    tcase_add_test(tc, test_scope_of_another_service);
    tcase_add_test(tc, test_signatures_live_in_real_time);
    tcase_add_test(tc, test_many_scopes);
    tcase_add_test(tc, test_use_is_noted);
    tcase_add_test(tc, test_use_is_noted_once_a_second);
    tcase_add_test(tc, test_assumed_use_is_noted);
    tcase_add_test(tc, test_assumed_callers);
    tcase_add_test(tc, test_assumed_accounts_are_made);
    tcase_add_test(tc, test_assumed_key_without_owner);
    return suite_run("credential", tc);
}
