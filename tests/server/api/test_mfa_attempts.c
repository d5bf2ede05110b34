/* SPDX-License-Identifier: Apache-2.0 */
/* Codes of MFA devices cannot be found by trying, and who mistypes some is not locked out. */
#include "support/client.h"
#include "support/suite.h"

#define IAM "&Version=2010-05-08"
#define STS "&Version=2011-06-15"

enum { BURST = 10, STEP = 30 }; /* wrong codes at once, and seconds until one more */

static struct client client;

struct owner {
    struct client_key key;
    const char *serial, *seed;
};

static struct owner alice;

static struct response root(const char *form)
{
    struct response response = client_post(&client, NULL, "iam", form);
    ck_assert_int_eq(response.status, 200);
    return response;
}

static void give_device(struct owner *owner, const char *name)
{
    struct arena *a = &client.arena;
    struct response device =
        root(arena_printf(a, "Action=CreateVirtualMFADevice&VirtualMFADeviceName=%s" IAM, name));
    owner->serial = client_element(&client, &device, "SerialNumber");
    owner->seed = client_element(&client, &device, "Base32StringSeed");
    root(arena_printf(a,
                      "Action=EnableMFADevice&UserName=%s&SerialNumber=%s&AuthenticationCode1=%s"
                      "&AuthenticationCode2=%s" IAM,
                      name, owner->serial, client_mfa_code(&client, owner->seed, -1),
                      client_mfa_code(&client, owner->seed, 0)));
}

static struct owner make_owner(const char *name)
{
    root(arena_printf(&client.arena, "Action=CreateUser&UserName=%s" IAM, name));
    struct response key =
        root(arena_printf(&client.arena, "Action=CreateAccessKey&UserName=%s" IAM, name));
    struct owner owner = {.key = {client_element(&client, &key, "AccessKeyId"),
                                  client_element(&client, &key, "SecretAccessKey"), NULL}};
    give_device(&owner, name);
    return owner;
}

static void start(void)
{
    client_start(&client, NULL);
    alice = make_owner("alice");
    clock_freeze(&client.server->sandbox->clock, CLIENT_TIME + STEP);
}

static void stop(void)
{
    client_stop(&client);
}

static void pass(int64_t seconds)
{
    struct clock *clock = &client.server->sandbox->clock;
    clock_freeze(clock, clock_now(clock) + seconds);
}

/* The status, and in *reason what the explanation says of a refusal. */
static int try_code(const struct owner *owner, const char *code, const char **reason)
{
    struct response response = client_post(
        &client, &owner->key, "sts",
        arena_printf(&client.arena, "Action=GetSessionToken&SerialNumber=%s&TokenCode=%s" STS,
                     owner->serial, code));
    if (response.status == 200)
        return 200;
    ck_assert_str_eq(client_element(&client, &response, "Message"),
                     "MultiFactorAuthentication failed with invalid MFA one time pass code.");
    const char *path = arena_printf(&client.arena, "/_iam-local/explain/%s",
                                    client_element(&client, &response, "RequestId"));
    struct response told = client_ask(&client, "GET", path, NULL, 0, STR(""));
    *reason = client_member(&client, told.body, "reason");
    return response.status;
}

static const char *code_of(const struct owner *owner)
{
    return client_mfa_code(&client, owner->seed, 0);
}

/* How many of N wrong codes were looked at. */
static int guess(int n)
{
    int looked_at = 0;
    const char *reason = NULL;
    for (int i = 0, k = 0; i < n; k++) {
        const char *code = arena_printf(&client.arena, "%06d", k);
        bool real = false;
        for (int64_t step = -250; step <= 250 && !real; step++)
            real = strcmp(code, client_mfa_code(&client, alice.seed, step)) == 0;
        if (real)
            continue;
        ck_assert_int_eq(try_code(&alice, code, &reason), 403);
        looked_at += strstr(reason, "no code of this device") != NULL;
        i++;
    }
    return looked_at;
}

START_TEST(test_guessing_comes_to_an_end)
{
    const char *reason = NULL;
    ck_assert_int_eq(guess(100), BURST);
    ck_assert_int_eq(try_code(&alice, code_of(&alice), &reason), 403);
    ck_assert_str_eq(reason, "Too many wrong codes: the device takes the next one at "
                             "2023-11-14T22:14:20Z of the sandbox's clock.");
    pass(STEP);
    ck_assert_int_eq(guess(5), 1);
    pass(5 * STEP);
    ck_assert_int_eq(guess(20), 5);
    pass(24 * 3600);
    ck_assert_int_eq(guess(20), BURST);
}
END_TEST

START_TEST(test_after_a_while_the_right_code_is_good)
{
    const char *reason = NULL;
    guess(20);
    pass(STEP);
    ck_assert_int_eq(try_code(&alice, code_of(&alice), &reason), 200);
    ck_assert_int_eq(guess(20), BURST);
}
END_TEST

START_TEST(test_some_wrong_codes_do_no_harm)
{
    const char *reason = NULL;
    for (int i = 0; i < 20; i++) {
        ck_assert_int_eq(guess(5), 5);
        ck_assert_int_eq(try_code(&alice, code_of(&alice), &reason), 200);
        pass(STEP);
    }
}
END_TEST

START_TEST(test_used_and_old_codes_are_no_guesses)
{
    const char *reason = NULL;
    const char *code = code_of(&alice);
    ck_assert_int_eq(try_code(&alice, code, &reason), 200);
    for (int i = 0; i < 3 * BURST; i++) {
        ck_assert_int_eq(try_code(&alice, code, &reason), 403);
        ck_assert_str_eq(reason, "This code, or a later one, has been used.");
        pass(STEP);
    }
    ck_assert_int_eq(try_code(&alice, code_of(&alice), &reason), 200);
}
END_TEST

START_TEST(test_other_devices_are_not_concerned)
{
    const char *reason = NULL;
    guess(20);
    struct owner bob = make_owner("bob");
    pass(STEP - 1);
    ck_assert_int_eq(try_code(&alice, code_of(&alice), &reason), 403);
    ck_assert_int_eq(try_code(&bob, client_mfa_code(&client, bob.seed, 1), &reason), 200);
}
END_TEST

START_TEST(test_a_clock_set_back_locks_nobody_out)
{
    const char *reason = NULL;
    guess(20);
    pass(-7200);
    ck_assert_int_eq(try_code(&alice, code_of(&alice), &reason), 200);
}
END_TEST

START_TEST(test_a_new_device_of_the_same_name_starts_afresh)
{
    const char *reason = NULL;
    guess(20);
    root(arena_printf(&client.arena,
                      "Action=DeactivateMFADevice&UserName=alice&SerialNumber=%s" IAM,
                      alice.serial));
    root(arena_printf(&client.arena, "Action=DeleteVirtualMFADevice&SerialNumber=%s" IAM,
                      alice.serial));
    give_device(&alice, "alice");
    ck_assert_int_eq(try_code(&alice, client_mfa_code(&client, alice.seed, 1), &reason), 200);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("mfa_attempts");
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, test_guessing_comes_to_an_end);
    tcase_add_test(t, test_after_a_while_the_right_code_is_good);
    tcase_add_test(t, test_some_wrong_codes_do_no_harm);
    tcase_add_test(t, test_used_and_old_codes_are_no_guesses);
    tcase_add_test(t, test_other_devices_are_not_concerned);
    tcase_add_test(t, test_a_clock_set_back_locks_nobody_out);
    tcase_add_test(t, test_a_new_device_of_the_same_name_starts_afresh);
    return suite_run("mfa_attempts", t);
}
