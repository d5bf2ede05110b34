/* SPDX-License-Identifier: Apache-2.0 */
/* The pages about accounts, and about what only root users can do. */
#include <jansson.h>

#include "model/root_task.h"
#include "support/browser.h"
#include "support/suite.h"

#define ACCOUNT "123456789012"
#define OTHER "222222222222"
#define ALL                                                                                        \
    "%7B%22Version%22:%222012-10-17%22,%22Statement%22:%7B%22Effect%22:%22Allow%22,"               \
    "%22Action%22:%22*%22,%22Resource%22:%22*%22%7D%7D"

static struct client client;
static struct browser root, admin, bob;

static void iam(const char *form)
{
    struct response response = client_post(
        &client, NULL, "iam", arena_printf(&client.arena, "Action=%s&Version=2010-05-08", form));
    ck_assert_msg(response.status == 200, "%s: %.*s", form, STR_FMT(response.body));
}

static void start(void)
{
    client_start(&client, NULL);
    iam("CreateUser&UserName=admin");
    iam("PutUserPolicy&UserName=admin&PolicyName=all&PolicyDocument=" ALL);
    iam("CreateUser&UserName=bob");
    root = browser_signed_in(&client, ACCOUNT, NULL);
    admin = browser_signed_in(&client, ACCOUNT, "admin");
    bob = browser_signed_in(&client, ACCOUNT, "bob");
}

static void stop(void)
{
    client_stop(&client);
}

static void expect_not(const struct response *page, const char *text)
{
    const char *shown = str_dup(page->arena, page->body);
    ck_assert_msg(!strstr(shown, text), "%s in %.3000s", text, shown);
}

static void leads(const struct response *page, const char *location)
{
    ck_assert_msg(page->status == 303, "%d %.*s", page->status, STR_FMT(page->body));
    ck_assert_str_eq(client_header(page, "location"), location);
}

static void done(const char *form, const char *fields)
{
    struct response page =
        browser_post(&root, arena_printf(&client.arena, "/console/account/forms/%s", form), fields);
    leads(&page, "/console/account");
}

static void expect(struct browser *browser, const char *path, const char *text)
{
    struct response page = browser_get(browser, path);
    browser_expect(&page, 200, text);
    ck_assert_uint_lt(page.body.n, 100 * 1024);
}

START_TEST(test_account)
{
    done("set-alias", "AccountAlias=example-corp");
    expect(&root, "/console/account", "/signin/example-corp");
    struct response page = browser_post(&root, "/console/account/forms/delete-alias",
                                        "AccountAlias=example-corp&Expected=example-corp&Typed=");
    browser_expect(&page, 400, "Nothing was done");
    done("delete-alias", "AccountAlias=example-corp&Expected=example-corp&Typed=example-corp");
    done("set-name", "AccountName=A%22%20%26%20Sons");
    expect(&root, "/console/account", "A&quot; &amp; Sons");
    done("set-password-policy",
         "MinimumPasswordLength=15&RequireSymbols=true&MaxPasswordAge=&PasswordReusePrevention=24");
    expect(&root, "/console/account", "<dt>Characters at least</dt><dd>15</dd>");
    expect(&root, "/console/account", "name=\"RequireSymbols\" value=\"true\" checked");
    expect(&root, "/console/account", "name=\"RequireNumbers\" value=\"true\">");
    page = browser_post(&root, "/console/account/forms/set-password-policy",
                        "MinimumPasswordLength=many");
    browser_expect(&page, 400, "MinimumPasswordLength has to be a number.");
    done("delete-password-policy", "Expected=" ACCOUNT "&Typed=" ACCOUNT);
    expect(&root, "/console/account", "AWS's own holds");
    done("enable-region", "RegionName=af-south-1");
    expect(&root, "/console/account", "ENABLING");
    expect(&root, "/console/account", "<th scope=\"row\">Users</th><td class=\"number\">2</td>");
}
END_TEST

START_TEST(test_contacts)
{
    done("set-contact",
         "FullName=Jo%3Cscript%3E&AddressLine1=1+Street&City=Town&PostalCode=1&CountryCode=DE&"
         "PhoneNumber=%2B491&CompanyName=&AddressLine2=");
    expect(&root, "/console/account", "value=\"Jo&lt;script&gt;\"");
    done("set-alternate", "AlternateContactType=SECURITY&Name=Sec&Title=Chief&"
                          "EmailAddress=s%40example.com&PhoneNumber=%2B491");
    expect(&root, "/console/account", "<dd>Chief</dd>");
    done("delete-alternate", "AlternateContactType=SECURITY");
    struct response page = browser_post(&root, "/console/account/forms/delete-alternate",
                                        "AlternateContactType=SECURITY");
    browser_expect(&page, 404, "ResourceNotFoundException");
}
END_TEST

START_TEST(test_account_of_plain_user)
{
    static const char *const actions[] = {"iam:ListAccountAliases", "iam:GetAccountPasswordPolicy",
                                          "account:GetContactInformation", "account:ListRegions",
                                          "iam:GetAccountSummary"};
    for (size_t i = 0; i < ARRAY_LEN(actions); i++)
        expect(
            &bob, "/console/account",
            arena_printf(&client.arena, "user/bob is not authorized to perform: %s", actions[i]));
    struct response page =
        browser_post(&bob, "/console/account/forms/set-alias", "AccountAlias=example-corp");
    browser_expect(&page, 403, "is not authorized to perform: iam:CreateAccountAlias");
}
END_TEST

START_TEST(test_accounts)
{
    struct response page =
        browser_post(&root, "/console/accounts", "account=" OTHER "&name=Second&email=&password=");
    leads(&page, "/console/accounts/" OTHER);
    expect(&root, "/console/accounts", "root@" OTHER ".example");
    expect(&root, "/console/accounts/" OTHER, "It has no access keys.");
    page = browser_post(&root, "/console/accounts/" OTHER "/root",
                        "email=two%40example.com&password=Correct-Horse-7");
    leads(&page, "/console/accounts/" OTHER);
    expect(&root, "/console/accounts/" OTHER, "two@example.com");
    page = browser_post(&root, "/console/accounts/" OTHER "/root", "email=&password=password");
    browser_expect(&page, 400, "three kinds");
    expect_not(&page, "=password\"");
    page = browser_post(&root, "/console/accounts/" OTHER "/access-keys", "");
    browser_expect(&page, 200, "<code class=\"secret\">");
    page = browser_get(&root, "/console/accounts/" OTHER);
    expect_not(&page, "class=\"secret\"");
    page = browser_post(&root, "/console/accounts", "account=" OTHER);
    browser_expect(&page, 409, "There is such an account already.");
    page = browser_post(&root, "/console/accounts", "account=333333333333&keys=true");
    browser_expect(&page, 200, "<code class=\"secret\">");
    expect(&root, "/console/accounts/999999999999", "There is no such account.");
}
END_TEST

START_TEST(test_many_accounts)
{
    for (int i = 0; i < 60; i++) {
        const char *fields = arena_printf(&client.arena, "account=3333333333%02d", i);
        struct response page = browser_post(&root, "/console/accounts", fields);
        ck_assert_int_eq(page.status, 303);
    }
    expect(&root, "/console/accounts", "More accounts");
    expect(&root, "/console/accounts?after=333333333340", "333333333341");
}
END_TEST

static const struct {
    const char *task, *fields, *after; /* what the page says when it is done */
} tasks[] = {
    {"change-root-email", "email=me%40b.example", "Done."},
    {"activate-iam-access-to-billing", "", "Done."},
    {"deactivate-iam-access-to-billing", "", "Done."},
    {"register-as-marketplace-seller", "legal_name=S%26A&tax_id=", "S&amp;A"},
    {"sign-up-for-govcloud", "", "govcloud_account"},
    {"request-govcloud-root-keys", "", "case-" ACCOUNT},
    {"link-mechanical-turk-requester", "email=r%40t.example", "r@t.example"},
    {"recover-kms-key", "key=arn:aws:kms:eu-west-1:" ACCOUNT ":key/1", "key/1"},
    {"change-root-password", "password=Correct-Horse-7", "Done."},
};

static const char *path_of(const char *task)
{
    return arena_printf(&client.arena, "/console/root-tasks/%s", task);
}

START_TEST(test_tasks_by_root)
{
    for (size_t i = 0; i < ARRAY_LEN(tasks); i++) {
        struct response page = browser_post(&root, path_of(tasks[i].task), tasks[i].fields);
        leads(&page, arena_printf(&client.arena, "%s?done=true", path_of(tasks[i].task)));
        expect(&root, client_header(&page, "location"), tasks[i].after);
    }
    struct response page = browser_post(&root, path_of("view-tax-invoices"), "");
    browser_expect(&page, 200, "no month is over");

    page = browser_post(&root, path_of("change-root-email"), "email=x");
    browser_expect(&page, 400, "An e-mail address has at most");
}
END_TEST

/* Whatever its policies allow, in AWS's words and with the reason. */
START_TEST(test_tasks_by_administrator)
{
    for (size_t i = 0; i < ARRAY_LEN(tasks); i++) {
        struct response page = browser_post(&admin, path_of(tasks[i].task), tasks[i].fields);
        browser_expect(&page, 403, "user/admin is not authorized to perform: ");
        browser_expect(&page, 403, "Why, and what would allow it");
        browser_expect(&page, 403, "AWS lets only the root user do this.");
        expect_not(&page, "Correct-Horse-7");
    }
    struct response page = browser_post(&admin, path_of("change-support-plan"), "plan=business");
    ck_assert_int_eq(page.status, 303);
    page = browser_post(&bob, path_of("change-support-plan"), "plan=business");
    browser_expect(&page, 403, "is not authorized to perform: supportplans:");
    expect_not(&page, "AWS lets only the root user do this.");
}
END_TEST

START_TEST(test_every_task_has_a_page)
{
    struct response list = browser_get(&root, "/console/root-tasks");
    for (size_t i = 0; i < root_tasks_n; i++) {
        struct response page = browser_get(&admin, path_of(root_tasks[i].name));
        browser_expect(&page, 200, root_tasks[i].source);
        browser_expect(&page, 200,
                       strcmp(root_tasks[i].way, "own") == 0 ? "<h2>Do it</h2>"
                                                             : "<h2>How it is done</h2>");
        browser_expect(&list, 200, path_of(root_tasks[i].name));
    }
    struct response page = browser_get(&root, path_of("unlock-queue-policy"));
    browser_expect(&page, 200, "arn:aws:sqs:us-east-1:" ACCOUNT ":queue&quot;");
    browser_expect(&page, 200, "<span class=\"badge deny\">ExplicitDeny</span>");
    browser_expect(&page, 200, "<span class=\"badge allow\">Allow</span>");
    page = browser_get(&root, path_of("no-such-task"));
    ck_assert_int_eq(page.status, 404);
    page = browser_post(&root, path_of("create-root-access-key"), "");
    browser_expect(&page, 400, "This task has no form.");
}
END_TEST

/* Who closes the account is out of it, too, and everybody whose credentials are from before. */
START_TEST(test_close)
{
    struct response page = browser_post(&root, path_of("close-account"), "Typed=" OTHER);
    browser_expect(&page, 400, "Nothing was done");
    page = browser_post(&admin, path_of("close-account"), "Typed=" ACCOUNT);
    browser_expect(&page, 403, "is not authorized to perform: account:CloseAccount");
    page = browser_post(&root, path_of("close-account"), "Typed=" ACCOUNT);
    ck_assert_int_eq(page.status, 303);
    page = browser_get(&admin, "/console/account");
    expect_not(&page, "<dt>Users change");
    struct browser again = browser_signed_in(&client, ACCOUNT, NULL);
    expect(&again, "/console/root-tasks", "SUSPENDED");
    page = browser_post(&again, path_of("reopen-account"), "");
    leads(&page, "/console/root-tasks/reopen-account?done=true");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("account_pages");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, test_account);
    tcase_add_test(t, test_contacts);
    tcase_add_test(t, test_account_of_plain_user);
    tcase_add_test(t, test_accounts);
    tcase_add_test(t, test_many_accounts);
    tcase_add_test(t, test_tasks_by_root);
    tcase_add_test(t, test_tasks_by_administrator);
    tcase_add_test(t, test_every_task_has_a_page);
    tcase_add_test(t, test_close);
    return suite_run("account_pages", t);
}
