/* SPDX-License-Identifier: Apache-2.0 */
/* The page that lets a client sign in: what it asks for, what comes of that, and who is refused. */
#include "signin/oauth_box.h"
#include "support/browser.h"
#include "support/suite.h"

#define SAME "arn%3Aaws%3Asignin%3A%3A%3Adevtools%2Fsame-device"
#define CROSS "arn%3Aaws%3Asignin%3A%3A%3Adevtools%2Fcross-device"
#define LOCAL "http%3A%2F%2F127.0.0.1%3A4321%2Foauth%2Fcallback"
#define REMOTE "http%3A%2F%2Flocalhost%3A4566%2Fv1%2Fsessions%2Fconfirmation"

static struct browser alice, nobody;

static void start(void)
{
    oauth_start();
    alice = browser_signed_in(&box.client, ACCOUNT, "alice");
    nobody = (struct browser){.client = &box.client};
}

static const char *text(const char *format, ...) PRINTF_LIKE(1, 2);

static const char *text(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *made = arena_vprintf(&box.client.arena, format, args);
    va_end(args);
    return made;
}

/* As clients send it. */
static const char *query_of(const char *client, const char *uri)
{
    return text("response_type=code&client_id=%s&state=a%%26b&code_challenge_method=SHA-256&"
                "scope=openid&redirect_uri=%s&code_challenge=%s",
                client, uri, jwt_digest(&box.client.arena, VERIFIER));
}

static struct response open_page(struct browser *browser, const char *query)
{
    return browser_get(browser, text("/v1/authorize?%s", query));
}

static struct response consent(struct browser *browser, const char *query)
{
    return browser_get(browser, text("/v1/authorize/consent?%s", query));
}

static struct response decide(struct browser *browser, const char *query, const char *decision)
{
    return browser_post(browser, "/v1/authorize/consent", text("%s&decision=%s", query, decision));
}

static void leads_to(struct response page, const char *location)
{
    ck_assert_msg(page.status == 303, "%d: %.*s", page.status, STR_FMT(page.body));
    ck_assert_str_eq(client_header(&page, "location"), location);
}

/* The value of a parameter of the URL that a page leads to. */
static const char *sent(struct response page, const char *name)
{
    const char *url = client_header(&page, "location");
    ck_assert_msg(url, "%.*s", STR_FMT(page.body));
    const char *at = strstr(url, text("%s=", name));
    ck_assert_ptr_nonnull(at);
    at += strlen(name) + 1;
    return arena_strndup(&box.client.arena, at, strcspn(at, "&"));
}

START_TEST(test_allowed)
{
    const char *query = query_of(SAME, LOCAL);
    leads_to(open_page(&alice, query), text("/v1/authorize/consent?%s", query));
    struct response page = consent(&alice, query);
    browser_expect(&page, 200, "arn:aws:iam::" ACCOUNT ":user/alice");
    browser_expect(&page, 200, "port 4321 of this device");
    browser_expect(&page, 200, "arn:aws:signin:::devtools/same-device");
    ck_assert_ptr_nonnull(strstr(client_header(&page, "content-security-policy"),
                                 "form-action 'self' http://127.0.0.1:4321"));
    struct response answer = decide(&alice, query, "allow");
    ck_assert_int_eq(answer.status, 303);
    ck_assert(str_starts(str_of(client_header(&answer, "location")), STR(CALLBACK "?code=")));
    ck_assert_str_eq(sent(answer, "state"), "a%26b");
    struct oauth_gift gift = oauth_given(oauth_ask(oauth_with_code(sent(answer, "code"))));
    ck_assert_str_eq(oauth_caller(&gift), "arn:aws:iam::" ACCOUNT ":user/alice");
}
END_TEST

START_TEST(test_cancelled)
{
    leads_to(decide(&alice, query_of(SAME, LOCAL), "cancel"),
             CALLBACK "?error=access_denied&state=a%26b");
}
END_TEST

START_TEST(test_another_device)
{
    const char *query = query_of(CROSS, REMOTE);
    struct response page = consent(&alice, query);
    browser_expect(&page, 200, "A program on another device");
    struct response answer = decide(&alice, query, "allow");
    const char *url = client_header(&answer, "location"), *code = sent(answer, "code");
    ck_assert(str_starts(str_of(url), STR("http://localhost:4566/v1/sessions/confirmation?")));
    page = browser_get(&alice, url + strlen("http://localhost:4566"));
    struct buf copied = buf_new(&box.client.arena, 256);
    const char *plain = text("state=a&b&code=%s", code);
    buf_base64(&copied, (const unsigned char *)plain, strlen(plain));
    browser_expect(&page, 200, buf_text(&copied));
    page = browser_get(&nobody, "/v1/sessions/confirmation?error=access_denied&state=a");
    browser_expect(&page, 200, "The client gets no code.");
    page = browser_get(&nobody, "/v1/sessions/confirmation");
    browser_expect(&page, 200, "The client gets no code.");
}
END_TEST

/* No browser is sent where the client may not be. */
static const struct {
    const char *client, *uri;
} strangers[] = {
    {"", LOCAL},
    {"arn%3Aaws%3Asignin%3A%3A%3Adevtools%2Fother", LOCAL},
    {SAME "%20", LOCAL},
    {CROSS, LOCAL},
    {SAME, REMOTE},
    {SAME, ""},
    {SAME, "http%3A%2F%2F127.0.0.1%2Foauth%2Fcallback"},
    {SAME, "http%3A%2F%2F127.0.0.1%3A%2Foauth%2Fcallback"},
    {SAME, "http%3A%2F%2F127.0.0.1%3A0%2Foauth%2Fcallback"},
    {SAME, "http%3A%2F%2F127.0.0.1%3A04321%2Foauth%2Fcallback"},
    {SAME, "http%3A%2F%2F127.0.0.1%3A65536%2Foauth%2Fcallback"},
    {SAME, "http%3A%2F%2F127.0.0.1%3A4294971617%2Foauth%2Fcallback"},
    {SAME, "http%3A%2F%2F127.0.0.1%3A-1%2Foauth%2Fcallback"},
    {SAME, "http%3A%2F%2F127.0.0.1%3A4321%40evil.example%2Foauth%2Fcallback"},
    {SAME, "http%3A%2F%2Fevil.example%40127.0.0.1%3A4321%2Foauth%2Fcallback"},
    {SAME, "http%3A%2F%2F127.0.0.1.evil.example%3A4321%2Foauth%2Fcallback"},
    {SAME, "http%3A%2F%2Flocalhost%3A4321%2Foauth%2Fcallback"},
    {SAME, "http%3A%2F%2F%5B%3A%3A1%5D%3A4321%2Foauth%2Fcallback"},
    {SAME, "https%3A%2F%2F127.0.0.1%3A4321%2Foauth%2Fcallback"},
    {SAME, "HTTP%3A%2F%2F127.0.0.1%3A4321%2Foauth%2Fcallback"},
    {SAME, "http%3A%2F%2F127.0.0.1%3A4321%2FOAuth%2Fcallback"},
    {SAME, "http%3A%2F%2F127.0.0.1%3A4321%2Foauth%2Fcallback%2F"},
    {SAME, "http%3A%2F%2F127.0.0.1%3A4321%2Foauth%252Fcallback"},
    {SAME, "http%3A%2F%2F127.0.0.1%3A4321%2F..%2Foauth%2Fcallback"},
    {SAME, "http%3A%2F%2F127.0.0.1%3A4321%2Foauth%2Fcallback%3Fa%3Db"},
    {SAME, "http%3A%2F%2F127.0.0.1%3A4321%2Foauth%2Fcallback%23a"},
    {SAME, "http%3A%2F%2F127.0.0.1%3A4321%0D%0A%2Foauth%2Fcallback"},
    {SAME, "http%3A%2F%2F127.0.0.1%5C%3A4321%2Foauth%2Fcallback"},
    {SAME, "%2Foauth%2Fcallback"},
    {SAME, "javascript%3Aalert(1)%2F%2F127.0.0.1%3A4321%2Foauth%2Fcallback"},
    {CROSS, "http%3A%2F%2Fevil.example%2Fv1%2Fsessions%2Fconfirmation"},
    {CROSS, "http%3A%2F%2Flocalhost%3A4567%2Fv1%2Fsessions%2Fconfirmation"},
    {CROSS, "http%3A%2F%2Flocalhost%3A45660%2Fv1%2Fsessions%2Fconfirmation"},
    {CROSS, "ftp%3A%2F%2Flocalhost%3A4566%2Fv1%2Fsessions%2Fconfirmation"},
    {CROSS, REMOTE "%3Fa"},
    {CROSS, "%2Fv1%2Fsessions%2Fconfirmation"},
};

START_TEST(test_strangers)
{
    const char *query = query_of(strangers[_i].client, strangers[_i].uri);
    struct response pages[] = {open_page(&nobody, query), open_page(&alice, query),
                               consent(&alice, query), decide(&alice, query, "allow"),
                               decide(&alice, query, "cancel")};
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        browser_expect(&pages[i], 400, "Error");
        ck_assert_ptr_null(client_header(&pages[i], "location"));
    }
}
END_TEST

/* What is wrong is told to the client, signed in or not; PKCE is not to be had weaker. */
static const struct {
    const char *from, *to, *answer;
} mistakes[] = {
    {"response_type=code", "response_type=token", "error=unsupported_response_type"},
    {"response_type=code&", "", "error=unsupported_response_type"},
    {"scope=openid", "scope=all", "error=invalid_scope"},
    {"scope=openid&", "", "error=invalid_scope"},
    {"method=SHA-256", "method=S256", "error=invalid_request"},
    {"method=SHA-256", "method=plain", "error=invalid_request"},
    {"method=SHA-256", "method=sha-256", "error=invalid_request"},
    {"code_challenge_method=SHA-256&", "", "error=invalid_request"},
    {"code_challenge=", "code_challenge=a", "error=invalid_request"},
    {"code_challenge=", "a=", "error=invalid_request"},
};

static const char *replaced(const char *query, const char *from, const char *to)
{
    const char *at = strstr(query, from);
    ck_assert_ptr_nonnull(at);
    return text("%.*s%s%s", (int)(at - query), query, to, at + strlen(from));
}

START_TEST(test_mistakes)
{
    const char *query = replaced(query_of(SAME, LOCAL), mistakes[_i].from, mistakes[_i].to);
    struct response pages[] = {open_page(&nobody, query), consent(&alice, query)};
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        const char *to = client_header(&pages[i], "location");
        ck_assert_msg(str_starts(str_of(to), str_of(text(CALLBACK "?%s", mistakes[_i].answer))),
                      "%s", to);
        ck_assert_str_eq(sent(pages[i], "state"), "a%26b");
    }
}
END_TEST

START_TEST(test_sign_in_first)
{
    const char *query = query_of(SAME, LOCAL);
    struct buf next = buf_new(&box.client.arena, 512);
    buf_pct_encode(&next, str_of(text("/v1/authorize/consent?%s", query)), "/");
    leads_to(consent(&nobody, query), text("/signin?next=%s", buf_text(&next)));
    leads_to(open_page(&nobody, query), text("/v1/authorize/consent?%s", query));
    struct response answer = decide(&nobody, query, "allow");
    ck_assert(!client_header(&answer, "location") ||
              strcmp(client_header(&answer, "location"), "/signin") == 0);
}
END_TEST

START_TEST(test_forged_form)
{
    struct response answer = browser_post_as_is(&alice, "/v1/authorize/consent",
                                                text("%s&decision=allow", query_of(SAME, LOCAL)));
    browser_expect(&answer, 403, "The form is not from a page that was made for this browser");
}
END_TEST

/* In AWS's words, with the way to why; the client can still be told no. */
START_TEST(test_refused)
{
    oauth_iam("DetachUserPolicy&UserName=alice&PolicyArn=" POLICY, NULL);
    struct response page = decide(&alice, query_of(SAME, LOCAL), "allow");
    browser_expect(&page, 403,
                   "is not authorized to perform: signin:AuthorizeOAuth2Access on resource: "
                   "arn:aws:signin:us-east-1:" ACCOUNT ":oauth2/public-client/localhost");
    browser_expect(&page, 403, "/console/decisions/");
    page = decide(&alice, query_of(CROSS, REMOTE), "allow");
    browser_expect(&page, 403, ":oauth2/public-client/remote");
    struct browser root = browser_signed_in(&box.client, ACCOUNT, NULL);
    ck_assert_int_eq(decide(&root, query_of(SAME, LOCAL), "allow").status, 303);
}
END_TEST

START_TEST(test_conditions)
{
    oauth_iam("DetachUserPolicy&UserName=alice&PolicyArn=" POLICY, NULL);
    oauth_iam("PutUserPolicy&UserName=alice&PolicyName=p&PolicyDocument="
              "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22signin%3A*%22"
              "%2C%22Resource%22%3A%22*%22%2C%22Condition%22%3A%7B%22StringLike%22%3A%7B"
              "%22signin%3AOAuthRedirectUri%22%3A%22http%3A%2F%2F127.0.0.1%3A*%22%2C"
              "%22signin%3AOAuthClientId%22%3A%22*same-device%22%7D%7D%7D%7D",
              NULL);
    ck_assert_int_eq(decide(&alice, query_of(SAME, LOCAL), "allow").status, 303);
    ck_assert_int_eq(decide(&alice, query_of(CROSS, REMOTE), "allow").status, 403);
}
END_TEST

START_TEST(test_hostile_state)
{
    const char *query = replaced(query_of(SAME, LOCAL), "a%26b", "%22%3E%3Cscript%3E%0D%0A");
    struct response page = consent(&alice, query);
    browser_expect(&page, 200, "value=\"&quot;&gt;&lt;script&gt;");
    ck_assert_str_eq(sent(decide(&alice, query, "cancel"), "state"), "%22%3E%3Cscript%3E%0D%0A");
}
END_TEST

/* The head of an answer has room for so much, and the connection ends without one beyond that. */
START_TEST(test_long_state)
{
    char state[1500];
    memset(state, 'x', sizeof state - 1);
    state[sizeof state - 1] = '\0';
    struct response page =
        decide(&alice, replaced(query_of(SAME, LOCAL), "a%26b", state), "cancel");
    browser_expect(&page, 400, "The address that this leads to is too long.");
    ck_assert_ptr_null(client_header(&page, "location"));
}
END_TEST

/* Clients leave out the path of their endpoint. */
START_TEST(test_sandboxes)
{
    const struct request_header host = {STR("Host"), STR("localhost:4566")};
    const char *query = query_of(SAME, LOCAL);
    ck_assert_int_eq(
        client_ask(&box.client, "PUT", "/_iam-local/sandboxes/one", &host, 1, STR("{}")).status,
        201);
    struct response page = open_page(&alice, query);
    browser_expect(&page, 200, "href=\"/_sandbox/one/v1/authorize/consent?response_type=code&amp;");
    browser_expect(&page, 200, "href=\"/_sandbox/default/v1/authorize/consent?");
    page = browser_get(&alice, text("/_sandbox/one/v1/authorize?%s", query));
    leads_to(page, text("/_sandbox/one/v1/authorize/consent?%s", query));
    box.client.remote = true; /* names are not for everybody */
    leads_to(open_page(&nobody, query), text("/v1/authorize/consent?%s", query));
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("authorize");
    tcase_add_checked_fixture(tcase, start, oauth_stop);
    tcase_add_test(tcase, test_allowed);
    tcase_add_test(tcase, test_cancelled);
    tcase_add_test(tcase, test_another_device);
    tcase_add_loop_test(tcase, test_strangers, 0, ARRAY_LEN(strangers));
    tcase_add_loop_test(tcase, test_mistakes, 0, ARRAY_LEN(mistakes));
    tcase_add_test(tcase, test_sign_in_first);
    tcase_add_test(tcase, test_forged_form);
    tcase_add_test(tcase, test_refused);
    tcase_add_test(tcase, test_conditions);
    tcase_add_test(tcase, test_hostile_state);
    tcase_add_test(tcase, test_long_state);
    tcase_add_test(tcase, test_sandboxes);
    return suite_run("authorize", tcase);
}
