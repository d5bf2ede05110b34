/* SPDX-License-Identifier: Apache-2.0 */
#include "access/session.h"
#include "support/suite.h"

static struct arena a;
static unsigned char key[SEALED_KEY_SIZE];

static const struct session_tag tags[] = {{"Team", "blue", true}, {"Stage", "", false}};
static const char *const arns[] = {"arn:aws:iam::aws:policy/ReadOnlyAccess",
                                   "arn:aws:iam::123456789012:policy/edge"};
static const struct session full = {
    .kind = PRINCIPAL_SESSION,
    .key_id = "ASIAZL6XWCR2MIB6XHU7",
    .secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    .account = "123456789012",
    .owner = "AROAZL6XWCR2MLDRO6EIG",
    .name = "alice:s",
    .issued = 1700000000,
    .expires = 1700003600,
    .mfa_at = 1699999999,
    .source_identity = "alice",
    .provider = "arn:aws:iam::123456789012:oidc-provider/idp.example",
    .tags = tags,
    .n_tags = 2,
    .policy = "{\"Statement\":{}}",
    .policy_arns = arns,
    .n_policy_arns = 2,
};
static const struct session bare = {
    .kind = PRINCIPAL_USER,
    .key_id = "ASIAZL6XWCR2MIB6XHU7",
    .secret = "s",
    .account = "123456789012",
    .owner = "AIDAZL6XWCR2MLDRO6EIG",
    .reopened = 3,
    .v1 = true,
    .chained = true,
    .delegate = "210987654321",
    .name = "",
    .source_identity = "",
    .provider = "",
    .policy = "",
};

static void setup(void)
{
    arena_init(&a);
    sealed_key(STR("secret"), key);
}

static void teardown(void)
{
    arena_done(&a);
}

static void same(const struct session *one, const struct session *other)
{
    ck_assert_int_eq(one->kind, other->kind);
    ck_assert_str_eq(one->key_id, other->key_id);
    ck_assert_str_eq(one->secret, other->secret);
    ck_assert_str_eq(one->account, other->account);
    ck_assert_str_eq(one->owner, other->owner);
    ck_assert_str_eq(one->name, other->name);
    ck_assert_str_eq(one->provider, other->provider);
    ck_assert_int_eq(one->issued, other->issued);
    ck_assert_int_eq(one->expires, other->expires);
    ck_assert_int_eq(one->reopened, other->reopened);
    ck_assert_int_eq(one->mfa_at, other->mfa_at);
    ck_assert(one->v1 == other->v1);
    ck_assert(one->console == other->console);
    ck_assert(one->chained == other->chained);
    ck_assert(!one->delegate == !other->delegate);
    if (one->delegate)
        ck_assert_str_eq(one->delegate, other->delegate);
    ck_assert_pstr_eq(one->delivery, other->delivery);
    ck_assert_pstr_eq(one->audience, other->audience);
    ck_assert_pstr_eq(one->subject, other->subject);
    ck_assert_str_eq(one->source_identity, other->source_identity);
    ck_assert_str_eq(one->policy, other->policy);
    ck_assert_uint_eq(one->n_policy_arns, other->n_policy_arns);
    for (size_t i = 0; i < one->n_policy_arns; i++)
        ck_assert_str_eq(one->policy_arns[i], other->policy_arns[i]);
    ck_assert_uint_eq(one->n_tags, other->n_tags);
    for (size_t i = 0; i < one->n_tags; i++) {
        ck_assert_str_eq(one->tags[i].key, other->tags[i].key);
        ck_assert_str_eq(one->tags[i].value, other->tags[i].value);
        ck_assert(one->tags[i].transitive == other->tags[i].transitive);
    }
}

START_TEST(test_round_trip)
{
    struct session delivered = bare, known = full;
    delivered.delegate = NULL;
    delivered.delivery = "2.0";
    known.audience = "app";
    known.subject = "117";
    const struct session *sessions[] = {&full, &bare, &delivered, &known};
    for (size_t i = 0; i < ARRAY_LEN(sessions); i++) {
        struct session opened;
        const char *token = session_seal(&a, key, sessions[i]);
        ck_assert_uint_gt(strlen(token), 99); /* as long as AWS's shortest */
        ck_assert(session_open(&a, key, str_of(token), &opened));
        same(sessions[i], &opened);
    }
}
END_TEST

START_TEST(test_too_long)
{
    char *text = arena_alloc(&a, 16385);
    uint64_t state = 1;
    for (size_t i = 0; i < 16384; i++) {
        state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
        text[i] = (char)(33 + (state >> 40) % 90);
    }
    text[16384] = '\0';
    struct session big = full;
    big.policy = text;
    ck_assert_ptr_null(session_seal(&a, key, &big));
}
END_TEST

static struct str token_of(const char *purpose, struct str text)
{
    struct str sealed = sealed_bytes(&a, key, purpose, text);
    struct buf token = buf_new(&a, 64);
    buf_base64(&token, (const unsigned char *)sealed.p, sealed.n);
    return buf_str(&token);
}

/* Sealed with the right key, but not what session_seal writes. */
START_TEST(test_no_sessions)
{
    static const char *const texts[] = {"",         "1",   "1:",  "1:3",  "9:3",
                                        "1:33:abc", "x:3", "1:x", "-1:3", "99999999999999999999:1"};
    struct session ret;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct str token = token_of("session", str_of(texts[i]));
        ck_assert_msg(!session_open(&a, key, token, &ret), "%s", texts[i]);
    }
    const char *token = session_seal(&a, key, &full);
    struct buf sealed = buf_new(&a, 512);
    ck_assert(buf_base64_decode(&sealed, str_of(token)));
    struct str text = sealed_open(&a, key, "session", buf_str(&sealed));
    ck_assert(session_open(&a, key, token_of("session", text), &ret));
    for (size_t n = 0; n < text.n; n++) {
        struct str cut = token_of("session", (struct str){text.p, n});
        ck_assert(!session_open(&a, key, cut, &ret));
    }
    struct str more = token_of("session", str_of(arena_printf(&a, "%s1", text.p)));
    ck_assert(!session_open(&a, key, more, &ret));
    ck_assert(!session_open(&a, key, token_of("123456789012", text), &ret));
    sealed_key(STR("other"), key);
    ck_assert(!session_open(&a, key, str_of(token), &ret));
    ck_assert(!session_open(&a, key, STR(""), &ret));
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_round_trip);
    tcase_add_test(tc, test_too_long);
    tcase_add_test(tc, test_no_sessions);
    return suite_run("session", tc);
}
