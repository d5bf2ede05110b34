/* SPDX-License-Identifier: Apache-2.0 */
#include "support/visitor.h"

#include <check.h>

#define ACCOUNT "123456789012"

struct response visitor_iam(struct browser *b, const char *form)
{
    const char *whole = arena_printf(&b->client->arena, "Version=2010-05-08&Action=%s", form);
    struct response response = client_post(b->client, NULL, "iam", whole);
    ck_assert_msg(response.status == 200, "%s: %.*s", form, STR_FMT(response.body));
    return response;
}

struct response visitor_own(struct browser *b, const char *method, const char *path,
                            const char *body)
{
    struct response response = client_ask(b->client, method, path, NULL, 0, str_of(body));
    ck_assert_msg(response.status / 100 == 2, "%s: %.*s", path, STR_FMT(response.body));
    return response;
}

void visitor_pass(struct browser *b, int64_t seconds)
{
    struct clock *clock = &b->client->server->sandbox->clock;
    clock_freeze(clock, clock_now(clock) + seconds);
}

struct response visitor_as_user(struct browser *b, const char *account, const char *user,
                                const char *password, const char *more)
{
    browser_get(b, "/signin");
    return browser_post(b, "/signin",
                        arena_printf(&b->client->arena, "account=%s&user=%s&password=%s%s",
                                     browser_encode(b, account), browser_encode(b, user),
                                     browser_encode(b, password), more));
}

struct response visitor_as_root(struct browser *b, const char *email, const char *password)
{
    struct arena *a = &b->client->arena;
    const char *encoded = browser_encode(b, email);
    browser_get(b, "/signin/root");
    struct response page = browser_post(b, "/signin/root", arena_printf(a, "email=%s", encoded));
    ck_assert_str_eq(browser_field(b, &page, "email"), email);
    return browser_post(b, "/signin/root/password",
                        arena_printf(a, "email=%s&password=%s", encoded, password));
}

struct response visitor_send_code(struct browser *b, const char *state, const char *code,
                                  const char *more)
{
    return browser_post(b, "/signin/code",
                        arena_printf(&b->client->arena, "state=%s&code=%s%s",
                                     browser_encode(b, state), code, more));
}

const char *visitor_state(struct browser *b, const struct response *page)
{
    const char *state = browser_field(b, page, "state");
    ck_assert_msg(state != NULL, "%.*s", STR_FMT(page->body));
    return state;
}

bool visitor_is_signed_in(struct browser *b)
{
    struct response page = browser_get(b, "/console/me");
    ck_assert(page.status == 200 || page.status == 303);
    return page.status == 200;
}

const char *visitor_device(struct browser *b, const char *user, const char *name)
{
    struct arena *a = &b->client->arena;
    struct response device =
        visitor_iam(b, arena_printf(a, "CreateVirtualMFADevice&VirtualMFADeviceName=%s", name));
    const char *seed = client_element(b->client, &device, "Base32StringSeed");
    visitor_iam(b, arena_printf(a,
                                "EnableMFADevice&UserName=%s&SerialNumber=arn:aws:iam::" ACCOUNT
                                ":mfa/%s&AuthenticationCode1=%s&AuthenticationCode2=%s",
                                user, name, client_mfa_code(b->client, seed, -1),
                                client_mfa_code(b->client, seed, 0)));
    visitor_pass(b, 30);
    return seed;
}
