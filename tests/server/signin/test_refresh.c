/* SPDX-License-Identifier: Apache-2.0 */
/* Credentials again and again, for refresh tokens, and when that ends. */
#include "signin/oauth_box.h"
#include "support/suite.h"

static void is_same(const struct oauth_gift *a, const struct oauth_gift *b)
{
    ck_assert_str_eq(a->key_id, b->key_id);
    ck_assert_str_eq(a->secret, b->secret);
    ck_assert_str_eq(a->token, b->token);
    ck_assert_str_eq(a->refresh, b->refresh);
}

/* A token is good until the next is used, and gives the same again. */
START_TEST(test_rotation)
{
    struct oauth_gift first = oauth_exchanged(),
                      second = oauth_given(oauth_ask(oauth_with_token(first.refresh)));
    ck_assert_str_ne(first.refresh, second.refresh);
    ck_assert_str_ne(first.key_id, second.key_id);
    oauth_later(100);
    struct oauth_gift again = oauth_given(oauth_ask(oauth_with_token(first.refresh)));
    is_same(&again, &second);
    ck_assert_int_eq(again.seconds, 800);
    oauth_later(799);
    again = oauth_given(oauth_ask(oauth_with_token(first.refresh)));
    ck_assert_int_eq(again.seconds, 1);
    oauth_later(1);
    again = oauth_given(oauth_ask(oauth_with_token(first.refresh)));
    ck_assert_str_ne(again.key_id, second.key_id);
    ck_assert_str_eq(again.refresh, second.refresh);
    ck_assert_int_eq(again.seconds, 900);
    struct oauth_gift third = oauth_given(oauth_ask(oauth_with_token(second.refresh)));
    ck_assert_str_eq(oauth_caller(&third), "arn:aws:iam::" ACCOUNT ":user/alice");
    oauth_is_bad_grant(oauth_ask(oauth_with_token(first.refresh)));
    oauth_given(oauth_ask(oauth_with_token(second.refresh)));
    oauth_given(oauth_ask(oauth_with_token(third.refresh)));
}
END_TEST

START_TEST(test_bound_token)
{
    struct oauth_gift gift = oauth_exchanged();
    const char *body = oauth_with_token(gift.refresh), *json = "application/json";
    oauth_is_bad_grant(oauth_post(json, body, oauth_proof(&box.other_device)));
    const char *other = arena_printf(&box.client.arena,
                                     "{\"clientId\":\"" OAUTH_CROSS_DEVICE
                                     "\",\"grantType\":\"refresh_token\",\"refreshToken\":\"%s\"}",
                                     gift.refresh);
    oauth_is_bad_grant(oauth_ask(other));
    oauth_is_bad_grant(oauth_ask(oauth_with_token(gift.refresh + 4)));
    oauth_is_bad_grant(oauth_ask(oauth_with_token(gift.id_token)));
    char *tampered = arena_strdup(&box.client.arena, gift.refresh);
    for (size_t i = 4, n = strlen(tampered); i < n; i++) {
        char was = tampered[i];
        tampered[i] = was == 'A' ? 'B' : 'A';
        oauth_is_bad_grant(oauth_ask(oauth_with_token(tampered)));
        tampered[i] = was;
    }
    oauth_given(oauth_ask(body));
}
END_TEST

/* Twelve hours after the sign-in, however often it is refreshed. */
START_TEST(test_session_ends)
{
    struct oauth_gift gift = oauth_exchanged();
    oauth_later(12 * 3600 - 100);
    gift = oauth_given(oauth_ask(oauth_with_token(gift.refresh)));
    ck_assert_int_eq(gift.seconds, 100);
    oauth_later(100);
    oauth_is_expired(oauth_ask(oauth_with_token(gift.refresh)));
    oauth_exchanged(); /* which cleans up */
    oauth_is_expired(oauth_ask(oauth_with_token(gift.refresh)));
}
END_TEST

/* Even within a second. */
START_TEST(test_password_changed)
{
    struct oauth_gift gift = oauth_exchanged();
    const char *code = oauth_code_of_alice();
    oauth_iam("UpdateLoginProfile&UserName=alice&Password=An0ther-of-alice", NULL);
    oauth_is_changed(oauth_ask(oauth_with_token(gift.refresh)));
    oauth_is_changed(oauth_ask(oauth_with_code(code)));
    gift = oauth_exchanged();
    oauth_iam("DeleteLoginProfile&UserName=alice", NULL);
    oauth_is_changed(oauth_ask(oauth_with_token(gift.refresh)));
}
END_TEST

START_TEST(test_signed_out_everywhere)
{
    struct oauth_gift gift = oauth_exchanged();
    const char *code = oauth_code_of_alice();
    struct sandbox *sandbox = box.client.server->sandbox;
    struct tx tx;
    ck_assert_int_eq(store_begin(sandbox->store, true, &box.client.arena, &tx), OK);
    ck_assert_int_eq(console_end_all(&tx, box.alice), OK);
    ck_assert_int_eq(store_end(&tx, true), OK);
    oauth_is_changed(oauth_ask(oauth_with_token(gift.refresh)));
    oauth_is_changed(oauth_ask(oauth_with_code(code)));
    oauth_exchanged();
}
END_TEST

START_TEST(test_user_gone)
{
    struct oauth_gift gift = oauth_exchanged();
    oauth_iam("DetachUserPolicy&UserName=alice&PolicyArn=" POLICY, NULL);
    oauth_iam("DeleteLoginProfile&UserName=alice", NULL);
    oauth_iam("DeleteUser&UserName=alice", NULL);
    oauth_is_changed(oauth_ask(oauth_with_token(gift.refresh)));
}
END_TEST

START_TEST(test_root)
{
    struct oauth_gift gift =
        oauth_given(oauth_ask(oauth_with_code(oauth_authorize(PRINCIPAL_ROOT, ACCOUNT, ""))));
    struct jwt jwt;
    ck_assert_str_eq(oauth_caller(&gift), "arn:aws:iam::" ACCOUNT ":root");
    ck_assert(jwt_read(&box.client.arena, str_of(gift.id_token), &jwt));
    ck_assert_str_eq(jwt.subject, "arn:aws:iam::" ACCOUNT ":root");
    gift = oauth_given(oauth_ask(oauth_with_token(gift.refresh)));
    ck_assert_str_eq(oauth_caller(&gift), "arn:aws:iam::" ACCOUNT ":root");
}
END_TEST

START_TEST(test_role)
{
    const char *role = oauth_iam(
        "CreateRole&RoleName=r&AssumeRolePolicyDocument="
        "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A"
        "%22sts%3AAssumeRole%22%2C%22Principal%22%3A%7B%22AWS%22%3A%22" ACCOUNT "%22%7D%7D%7D",
        "RoleId");
    oauth_iam("AttachRolePolicy&RoleName=r&PolicyArn=" POLICY, NULL);
    struct oauth_gift gift =
        oauth_given(oauth_ask(oauth_with_code(oauth_authorize(PRINCIPAL_SESSION, role, "alice"))));
    struct jwt jwt;
    ck_assert_str_eq(oauth_caller(&gift), "arn:aws:sts::" ACCOUNT ":assumed-role/r/alice");
    ck_assert(jwt_read(&box.client.arena, str_of(gift.id_token), &jwt));
    ck_assert_str_eq(jwt.subject, "arn:aws:sts::" ACCOUNT ":assumed-role/r/alice");
    oauth_given(oauth_ask(oauth_with_token(gift.refresh)));
}
END_TEST

/* What one has is bounded: the oldest goes. */
START_TEST(test_many)
{
    struct oauth_gift gift = oauth_exchanged();
    for (int i = 0; i < 63; i++) {
        oauth_later(1);
        oauth_code_of_alice();
    }
    gift = oauth_given(oauth_ask(oauth_with_token(gift.refresh)));
    oauth_later(1);
    oauth_code_of_alice();
    oauth_is_expired(oauth_ask(oauth_with_token(gift.refresh)));
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("refresh");
    tcase_add_checked_fixture(tcase, oauth_start, oauth_stop);
    tcase_add_test(tcase, test_rotation);
    tcase_add_test(tcase, test_bound_token);
    tcase_add_test(tcase, test_session_ends);
    tcase_add_test(tcase, test_password_changed);
    tcase_add_test(tcase, test_signed_out_everywhere);
    tcase_add_test(tcase, test_user_gone);
    tcase_add_test(tcase, test_root);
    tcase_add_test(tcase, test_role);
    tcase_add_test(tcase, test_many);
    return suite_run("refresh", tcase);
}
