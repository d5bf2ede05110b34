/* SPDX-License-Identifier: Apache-2.0 */
/* The simulator as a page, and the way from its statements to where they stand. */
#include "support/browser.h"
#include "support/suite.h"

#define ACCOUNT "123456789012"
#define ALICE "arn:aws:iam::" ACCOUNT ":user/x/alice"
#define STATEMENTS(list) "{\"Version\":\"2012-10-17\",\"Statement\":[" list "]}"
#define ALLOW(action) "{\"Effect\":\"Allow\",\"Action\":\"" action "\",\"Resource\":\"*\"}"
#define DENY(action) "{\"Effect\":\"Deny\",\"Action\":\"" action "\",\"Resource\":\"*\"}"
#define FROM_OFFICE                                                                                \
    "{\"Effect\":\"Allow\",\"Action\":\"s3:PutObject\",\"Resource\":\"*\",\"Condition\":"          \
    "{\"IpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}}}"

static struct client client;
static struct browser root, bob;

static void iam(const char *form)
{
    struct response response = client_post(
        &client, NULL, "iam", arena_printf(&client.arena, "%s&Version=2010-05-08", form));
    ck_assert_msg(response.status == 200, "%s: %.*s", form, STR_FMT(response.body));
}

static void start(void)
{
    client_start(&client, NULL);
    iam("Action=CreateUser&UserName=alice&Path=/x/");
    iam("Action=CreateUser&UserName=bob");
    iam("Action=CreateGroup&GroupName=staff");
    iam("Action=AddUserToGroup&UserName=alice&GroupName=staff");
    iam("Action=PutUserPolicy&UserName=alice&PolicyName=own&PolicyDocument=" STATEMENTS(
        ALLOW("s3:GetObject") "," DENY("s3:DeleteObject") "," FROM_OFFICE));
    iam("Action=PutGroupPolicy&GroupName=staff&PolicyName=shared&PolicyDocument=" STATEMENTS(
        ALLOW("sqs:*")));
    iam("Action=AttachGroupPolicy&GroupName=staff&PolicyArn=arn:aws:iam::aws:policy/"
        "IAMReadOnlyAccess");
    root = browser_signed_in(&client, ACCOUNT, NULL);
    bob = browser_signed_in(&client, ACCOUNT, "bob");
}

static void stop(void)
{
    client_stop(&client);
}

static const char *post(const char *fields, int status)
{
    struct response page = browser_post(&root, "/console/simulator", fields);
    ck_assert_msg(page.status == status, "%d: %.2000s", page.status, page.body.p);
    return str_dup(&client.arena, page.body);
}

static const char *simulate(const char *fields)
{
    return post(fields, 200);
}

static void sees(const char *page, const char *text)
{
    ck_assert_msg(strstr(page, text), "no %s in %.3000s", text, strstr(page, "<main"));
}

static void lacks(const char *page, const char *text)
{
    ck_assert_msg(!strstr(page, text), "%s in %.3000s", text, page);
}

START_TEST(test_form)
{
    struct response page =
        browser_get(&root, "/console/simulator?principal=user/alice&actions=s3%3AGetObject");
    browser_expect(&page, 200, "value=\"user/alice\"");
    browser_expect(&page, 200, "s3:GetObject</textarea>");
    browser_expect(&page, 200, "name=\"context.member.3.value\"");
}
END_TEST

START_TEST(test_decisions)
{
    const char *page = simulate("principal=user/alice&actions=s3:GetObject%0D%0As3:DeleteObject"
                                "+s3:ListBucket&context.member.1.type=string");
    sees(page, "<th scope=\"row\">s3:GetObject</th>");
    sees(page, "<span class=\"badge allow\">Allowed</span>");
    sees(page, "<span class=\"badge deny\">Denied</span>");
    sees(page, "<span class=\"badge implicit\">Not allowed</span>");
    sees(page, "user_alice_own, up to 1:");
    sees(page, "{&quot;Effect&quot;: &quot;Allow&quot;, &quot;Action&quot;: "
               "&quot;s3:ListBucket&quot;, &quot;Resource&quot;: &quot;*&quot;}");
    sees(page, "href=\"/console/users/alice/new-policy?action=s3%3AListBucket&amp;resource=%2A");
}
END_TEST

/* Keys that are missing become rows to fill in. */
START_TEST(test_context)
{
    const char *page = simulate("principal=" ALICE "&actions=s3:PutObject");
    sees(page, "Missing: <code>aws:SourceIp</code>");
    sees(page, "value=\"aws:SourceIp\"");
    sees(page, "<option selected>ip</option>");
    sees(page, "Not allowed");
    page = simulate("principal=" ALICE "&actions=s3:PutObject&context.member.1.key=aws:SourceIp&"
                    "context.member.1.type=ip&context.member.1.value=10.1.2.3&"
                    "context.member.2.type=string");
    sees(page, ">Allowed</span>");
    lacks(page, "Missing:");
    sees(page, "value=\"10.1.2.3\"");
    sees(page, "<option selected>ip</option>");
    page = simulate("policy=" STATEMENTS(
        "{\"Effect\":\"Allow\",\"Action\":\"iam:TagUser\",\"Resource\":\"*\",\"Condition\":"
        "{\"ForAllValues:StringEquals\":{\"aws:TagKeys\":[\"a\",\"b\"]}}}") "&actions=iam:TagUser&"
                                                                            "context.member.1.key="
                                                                            "aws:TagKeys&context."
                                                                            "member.1.type="
                                                                            "stringList&context."
                                                                            "member.1.value=a,+b");
    sees(page, ">Allowed</span>");
}
END_TEST

START_TEST(test_resources)
{
    const char *page = simulate("principal=user/alice&actions=s3:GetObject&resources="
                                "arn:aws:s3:::one/x+arn:aws:s3:::two/x");
    sees(page, "<td>arn:aws:s3:::one/x</td>");
    sees(page, "<td>arn:aws:s3:::two/x</td>");
}
END_TEST

/* More than a page has room for. */
START_TEST(test_many_long_resources)
{
    struct buf fields = buf_new(&client.arena, 65536);
    buf_add(&fields, STR("principal=user/alice&actions=s3:GetObject+s3:PutObject&resources="));
    for (int i = 0; i < 12; i++)
        buf_printf(&fields, "arn:aws:s3:::one/%01000d+", i);
    const char *page = simulate(buf_text(&fields));
    sees(page, "There is more than fits this page");
    ck_assert_uint_lt(strlen(page), 100 * 1000);
}
END_TEST

START_TEST(test_custom_policy)
{
    const char *page =
        simulate("policy=" STATEMENTS(ALLOW("s3:*")) "&actions=s3:GetObject"
                                                     "&boundary=" STATEMENTS(ALLOW("sqs:*")));
    sees(page, "Not allowed");
    sees(page, "The permissions boundary does not allow it.");
    page = simulate("policy=" STATEMENTS(ALLOW("s3:*")) "&actions=s3:GetObject");
    sees(page, "PolicyInputList.1, up to 1:");
    lacks(page, "/console/statement");
}
END_TEST

START_TEST(test_refused)
{
    sees(post("principal=user/nobody&actions=s3:GetObject", 404), "NoSuchEntity");
    sees(post("principal=nobody&actions=s3:GetObject", 400), "class=\"refused\"");
    sees(post("actions=s3:GetObject", 400), "class=\"refused\"");
    sees(post("principal=user/alice", 400), "class=\"refused\"");
    sees(post("policy={&actions=s3:GetObject", 400), "InvalidInput");
    struct response page =
        browser_post(&bob, "/console/simulator", "principal=" ALICE "&actions=s3:GetObject");
    sees(str_dup(&client.arena, page.body),
         "is not authorized to perform: iam:SimulatePrincipalPolicy");
}
END_TEST

static void goes(const char *query, const char *to)
{
    struct response page =
        browser_get(&root, arena_printf(&client.arena, "/console/statement?end=1:20&of=%s", query));
    ck_assert_msg(page.status == 303, "%d: %.*s", page.status, STR_FMT(page.body));
    ck_assert_str_eq(client_header(&page, "location"), to);
}

START_TEST(test_statement)
{
    goes(ALICE "&policy=user_alice_own", "/console/users/alice/policies/own?at=1%3A20#chosen");
    goes(ALICE "&policy=group_staff_shared",
         "/console/groups/staff/policies/shared?at=1%3A20#chosen");
    goes(ALICE "&policy=IAMReadOnlyAccess",
         "/console/policies/arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FIAMReadOnlyAccess"
         "?at=1%3A20#chosen");
    struct response page = browser_get(&root, "/console/statement?end=1&policy=p&of=" ALICE);
    browser_expect(&page, 404, "No policy of that name is found");
    page = browser_get(&root, "/console/statement?end=1&policy=p&of=alice");
    ck_assert_int_eq(page.status, 400);
}
END_TEST

/* Two clicks: the statement that decided is marked on its page. */
START_TEST(test_way_to_a_statement)
{
    const char *page = simulate("principal=user/alice&actions=s3:DeleteObject");
    const char *from = strstr(page, "/console/statement?");
    ck_assert_ptr_nonnull(from);
    struct buf path = buf_new(&client.arena, 128);
    for (; *from != '"'; from++) {
        buf_add_char(&path, *from);
        if (strncmp(from, "&amp;", 5) == 0)
            from += 4;
    }
    struct response go = browser_get(&root, buf_text(&path));
    const char *to = client_header(&go, "location");
    ck_assert_int_eq(go.status, 303);
    struct response shown =
        browser_get(&root, arena_strndup(&client.arena, to, (size_t)(strchr(to, '#') - to)));
    browser_expect(&shown, 200,
                   "<span id=\"chosen\"></span><span id=\"statement-1\"></span><mark>"
                   "{&quot;Effect&quot;:&quot;Deny&quot;");
}
END_TEST

START_TEST(test_hostile_texts)
{
    static const char *const fields[] = {
        "principal=%22%3E%3Cscript%3E&actions=%3C/textarea%3E%3Cscript%3E&policy=%3Cscript%3E",
        "policy=" STATEMENTS(ALLOW(
            "s3:*")) "&actions=s3:%3Cscript%3E&resources=%3Cscript%3E"
                     "&context.member.1.key=%22%3E%3Cscript%3E&context.member.1.type=%3Cscript%3E"
                     "&context.member.1.value=%22%3E%3Cscript%3E&caller=%3Cscript%3E",
        "context.member.99999999.key=x&actions=s3:GetObject"};
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        struct response page = browser_post(&root, "/console/simulator", fields[i]);
        lacks(str_dup(&client.arena, page.body), "<script>");
    }
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("simulator");
    tcase_add_checked_fixture(tcase, start, stop);
    tcase_add_test(tcase, test_form);
    tcase_add_test(tcase, test_decisions);
    tcase_add_test(tcase, test_context);
    tcase_add_test(tcase, test_resources);
    tcase_add_test(tcase, test_many_long_resources);
    tcase_add_test(tcase, test_custom_policy);
    tcase_add_test(tcase, test_refused);
    tcase_add_test(tcase, test_statement);
    tcase_add_test(tcase, test_way_to_a_statement);
    tcase_add_test(tcase, test_hostile_texts);
    return suite_run("simulator", tcase);
}
