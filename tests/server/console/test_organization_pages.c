/* SPDX-License-Identifier: Apache-2.0 */
/* The pages about organizations: who sees what, forms, and names that are hostile. */
#include <jansson.h>

#include "support/browser.h"
#include "support/suite.h"

#define MANAGEMENT "123456789012"
#define HOSTILE "\\\"><script>alert(1)</script>{{id}}&amp;'"
#define HOSTILE_SHOWN "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;{{id}}&amp;amp;&#39;"

static struct client client;
static struct browser root;

static void start(void)
{
    client_start(&client, NULL);
    root = browser_signed_in(&client, MANAGEMENT, NULL);
}

static void stop(void)
{
    client_stop(&client);
}

static struct response organizations(const char *operation, const char *body)
{
    struct response response = client_organizations(&client, NULL, operation, body);
    ck_assert_msg(response.status == 200, "%s %s: %.*s", operation, body, STR_FMT(response.body));
    return response;
}

/* The text that the last member NAME of the answer has, wherever it stands. */
static const char *member(const struct response *response, const char *name)
{
    const char *text = str_dup(&client.arena, response->body);
    const char *at = strstr(text, arena_printf(&client.arena, "\"%s\":\"", name));
    ck_assert_msg(at != NULL, "no %s in %s", name, text);
    at += strlen(name) + strlen("\"\":\"");
    return str_dup(&client.arena, (struct str){at, strcspn(at, "\"")});
}

static const char *root_id(void)
{
    struct response response = organizations("ListRoots", "{}");
    return member(&response, "Id");
}

static const char *new_unit(const char *parent, const char *name)
{
    struct response response = organizations(
        "CreateOrganizationalUnit",
        arena_printf(&client.arena, "{\"ParentId\":\"%s\",\"Name\":\"%s\"}", parent, name));
    return member(&response, "Id");
}

/* The page of a root, unit or account. */
static struct response get(const char *id)
{
    return browser_get(&root, arena_printf(&client.arena, "/console/organization/%s", id));
}

static void expect_not(const struct response *page, const char *text)
{
    const char *shown = str_dup(page->arena, page->body);
    ck_assert_msg(!strstr(shown, text), "%s in %.3000s", text, shown);
}

static struct response post(struct browser *browser, const char *form, const char *fields)
{
    return browser_post(
        browser, arena_printf(&client.arena, "/console/organization/forms/%s", form), fields);
}

/* Ends at the page that the form leads to. */
static void done(const char *form, const char *fields, const char *location)
{
    struct response page = post(&root, form, fields);
    ck_assert_msg(page.status == 303, "%s %s: %.*s", form, fields, STR_FMT(page.body));
    ck_assert_str_eq(client_header(&page, "location"), location);
}

START_TEST(test_none)
{
    struct response page = browser_get(&root, "/console/organization");
    browser_expect(&page, 200, "AWSOrganizationsNotInUseException");
    browser_expect(&page, 200, "Make an organization");
    done("create-organization", "FeatureSet=ALL", "/console/organization");
    page = browser_get(&root, "/console/organization");
    browser_expect(&page, 200, "this account");
    browser_expect(&page, 200, "class=\"tree\"");
    page = post(&root, "create-organization", "FeatureSet=ALL");
    browser_expect(&page, 400, "AlreadyInOrganizationException");
    browser_expect(&page, 400, "href=\"/console/decisions/");
}
END_TEST

/* An organization with SCPs: the root has the unit Sealed, which has the unit Inner and, later, an
   account. */
static const char *the_root, *sealed, *inner, *account;

static void organize(void)
{
    organizations("CreateOrganization", "{}");
    the_root = root_id();
    organizations("EnablePolicyType",
                  arena_printf(&client.arena,
                               "{\"RootId\":\"%s\",\"PolicyType\":\"SERVICE_CONTROL_POLICY\"}",
                               the_root));
    sealed = new_unit(the_root, "Sealed");
    inner = new_unit(sealed, HOSTILE);
}

static void add_account(void)
{
    done("create-account",
         "AccountName=vault&Email=vault%40example.com&RoleName=", "/console/organization");
    struct response all = organizations("ListAccounts", "{}");
    const char *text = str_dup(&client.arena, all.body), *at = strstr(text, "vault@example.com");
    ck_assert_ptr_nonnull(at);
    while (strncmp(at, "\"Id\":\"", 6) != 0 && at > text)
        at--;
    if (at == text)
        at = strstr(strstr(text, "vault@example.com"), "\"Id\":\"");
    account = str_dup(&client.arena, (struct str){at + 6, 12});
}

START_TEST(test_tree)
{
    organize();
    struct response page = browser_get(&root, "/console/organization");
    browser_expect(&page, 200, "<ul class=\"tree\">");
    browser_expect(&page, 200,
                   arena_printf(&client.arena, "/console/organization/%s\">Sealed</a>", sealed));
    browser_expect(&page, 200, HOSTILE_SHOWN);
    browser_expect(&page, 200, "/console/organization/policies/p-FullAWSAccess");
    expect_not(&page, "<script>alert");
    ck_assert_uint_lt(page.body.n, 100 * 1024);
}
END_TEST

/* What does not fit has pages of its own. */
START_TEST(test_large)
{
    organize();
    for (int i = 0; i < 90; i++)
        new_unit(i < 45 ? the_root : sealed, arena_printf(&client.arena, "unit %d", i));
    struct response page = browser_get(&root, "/console/organization");
    browser_expect(&page, 200, "all that is in it");
    ck_assert_uint_lt(page.body.n, 100 * 1024);
    page = get(the_root);
    browser_expect(&page, 200, "More units");
}
END_TEST

/* Whatever types are enabled, and however long names are. */
START_TEST(test_large_with_long_names)
{
    char name[] = "unit 00 of the many that have names as long as names of units can be, and each "
                  "of them has as many in it";
    const char *units[15];
    organizations("CreateOrganization", "{}");
    the_root = root_id();
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        name[6] = (char)('a' + i);
        units[i] = new_unit(the_root, name);
        for (char second = 'a'; second < 'u'; second++) {
            name[5] = second;
            new_unit(units[i], name);
        }
    }
    struct response page = browser_get(&root, "/console/organization");
    browser_expect(&page, 200, "all that is in it");
    ck_assert_uint_lt(page.body.n, 100 * 1000);
}
END_TEST

START_TEST(test_policy_of_many_lines)
{
    struct buf fields = buf_new(&client.arena, 16384);
    organize();
    buf_add(&fields, STR("Type=SERVICE_CONTROL_POLICY&Name=long&Content=%7B%22Version%22%3A"
                         "%222012-10-17%22%2C%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C"
                         "%22Action%22%3A%22*%22%2C%22Resource%22%3A%22*%22%7D"));
    for (int i = 0; i < 4000; i++)
        buf_add(&fields, STR("%0A"));
    buf_add(&fields, STR("%7D"));
    done("create-policy", buf_text(&fields),
         "/console/organization/policies?type=SERVICE_CONTROL_POLICY");
    struct response all = organizations("ListPolicies", "{\"Filter\":\"SERVICE_CONTROL_POLICY\"}");
    const char *text = strstr(str_dup(&client.arena, all.body), "/p-"), *id = NULL;
    for (; text; text = strstr(text + 3, "/p-")) {
        if (!str_starts(str_of(text), STR("/p-FullAWSAccess")))
            id = arena_printf(&client.arena, "policies%.11s", text);
    }
    ck_assert_ptr_nonnull(id);
    struct response page = get(id);
    browser_expect(&page, 200, "Lines after these");
    ck_assert_uint_lt(page.body.n, 100 * 1000);
    page = get(arena_printf(&client.arena, "%s?at=line-3990", id));
    browser_expect(&page, 200, "Lines before these");
}
END_TEST

START_TEST(test_deep)
{
    const char *unit;
    organize();
    browser_post(&root, "/console/server/quotas", "name=OrganizationalUnitDepth&value=20");
    unit = inner;
    for (int i = 0; i < 9; i++)
        unit = new_unit(unit, arena_printf(&client.arena, "deeper %d", i));
    struct response page = browser_get(&root, "/console/organization");
    browser_expect(&page, 200, "deeper 3");
    page = get(unit);
    browser_expect(&page, 200, "deeper 7</a>");
}
END_TEST

START_TEST(test_unit)
{
    organize();
    struct response page = get(inner);
    browser_expect(&page, 200, HOSTILE_SHOWN);
    browser_expect(&page, 200, "FullAWSAccess");
    browser_expect(&page, 200, ">Sealed</a>");
    expect_not(&page, "<script>alert");
    done("create-unit", arena_printf(&client.arena, "ParentId=%s&Name=Third", inner),
         arena_printf(&client.arena, "/console/organization/%s", inner));
    page = get(inner);
    browser_expect(&page, 200, ">Third</a>");
    done("rename-unit", arena_printf(&client.arena, "OrganizationalUnitId=%s&Name=Plain", inner),
         arena_printf(&client.arena, "/console/organization/%s", inner));
    done("tag", arena_printf(&client.arena, "ResourceId=%s&Key=team&Value=", inner),
         arena_printf(&client.arena, "/console/organization/%s", inner));
    page = get(inner);
    browser_expect(&page, 200, "<h1>Plain</h1>");
    browser_expect(&page, 200, "<th scope=\"row\">team</th>");
    done("untag", arena_printf(&client.arena, "ResourceId=%s&TagKeys=team", inner),
         arena_printf(&client.arena, "/console/organization/%s", inner));
    page = post(
        &root, "delete-unit",
        arena_printf(&client.arena, "OrganizationalUnitId=%s&Expected=%s&Typed=x", inner, inner));
    browser_expect(&page, 400, "Nothing was done");
    page = post(&root, "delete-unit",
                arena_printf(&client.arena, "OrganizationalUnitId=%s&Expected=%s&Typed=%s", inner,
                             inner, inner));
    browser_expect(&page, 400, "OrganizationalUnitNotEmptyException");
}
END_TEST

START_TEST(test_account)
{
    organize();
    add_account();
    struct response page = browser_get(&root, "/console/organization");
    browser_expect(&page, 200, ">vault</a>");
    done("move-account",
         arena_printf(&client.arena, "AccountId=%s&SourceParentId=%s&DestinationParentId=%s",
                      account, the_root, sealed),
         arena_printf(&client.arena, "/console/organization/%s", account));
    page = get(account);
    browser_expect(&page, 200, "vault@example.com");
    browser_expect(&page, 200, ">Sealed</a>");
    browser_expect(&page, 200, "Close the account");
    done(
        "close-account",
        arena_printf(&client.arena, "AccountId=%s&Expected=%s&Typed=%s", account, account, account),
        arena_printf(&client.arena, "/console/organization/%s", account));
    page = get(MANAGEMENT);
    browser_expect(&page, 200, "nothing that is attached binds it");
    expect_not(&page, "Close the account");
}
END_TEST

START_TEST(test_creation_that_fails)
{
    organize();
    add_account();
    done("create-account", "AccountName=again&Email=vault%40example.com", "/console/organization");
    struct response page = browser_get(&root, "/console/organization");
    browser_expect(&page, 200, "IN_PROGRESS");
    browser_post(&root, "/console/clock", "advance=PT1M");
    page = browser_get(&root, "/console/organization");
    browser_expect(&page, 200, "EMAIL_ALREADY_EXISTS");
}
END_TEST

#define DENY                                                                                       \
    "%7B%22Version%22:%222012-10-17%22,%22Statement%22:%7B%22Effect%22:%22Deny%22,"                \
    "%22Action%22:%22s3:*%22,%22Resource%22:%22*%22%7D%7D"

START_TEST(test_policies)
{
    organize();
    const char *list = "/console/organization/policies?type=SERVICE_CONTROL_POLICY";
    done("create-policy",
         "Type=SERVICE_CONTROL_POLICY&Name=%3C/textarea%3E%3Cscript%3E&Description=&Content=" DENY,
         list);
    struct response page = browser_get(&root, list);
    browser_expect(&page, 200, "&lt;/textarea&gt;&lt;script&gt;</a>");
    struct response all = organizations("ListPolicies", "{\"Filter\":\"SERVICE_CONTROL_POLICY\"}");
    const char *id = strstr(str_dup(&client.arena, all.body), "\"Id\":\"p-");
    while (strncmp(id, "\"Id\":\"p-Full", 12) == 0)
        id = strstr(id + 1, "\"Id\":\"p-");
    id = str_dup(&client.arena, (struct str){id + 6, strcspn(id + 6, "\"")});
    const char *here = arena_printf(&client.arena, "/console/organization/policies/%s", id);
    done("attach-policy", arena_printf(&client.arena, "PolicyId=%s&TargetId=%s", id, sealed),
         arena_printf(&client.arena, "/console/organization/%s", sealed));
    done("attach-target", arena_printf(&client.arena, "PolicyId=%s&TargetId=%s", id, inner), here);
    page = browser_get(&root, here);
    browser_expect(&page, 200, ">Sealed</a>");
    browser_expect(&page, 200, "&quot;s3:*&quot;");
    page = get(inner);
    browser_expect(&page, 200, "&lt;/textarea&gt;&lt;script&gt;</a>");
    done("detach-target", arena_printf(&client.arena, "PolicyId=%s&TargetId=%s", id, inner), here);
    done("detach-policy", arena_printf(&client.arena, "PolicyId=%s&TargetId=%s", id, sealed),
         arena_printf(&client.arena, "/console/organization/%s", sealed));
    page = post(&root, "update-policy",
                arena_printf(&client.arena, "PolicyId=%s&Name=x&Description=&Content=%%7B", id));
    browser_expect(&page, 400, "MalformedPolicyDocumentException");
    done("update-policy",
         arena_printf(&client.arena,
                      "PolicyId=%s&Name=x&Description=&Content="
                      "%s",
                      id, DENY),
         here);
    done("delete-policy",
         arena_printf(&client.arena, "PolicyId=%s&Type=x%%0D%%0A%%26y%%3Dz&Expected=x&Typed=x", id),
         "/console/organization/policies?type=x%0D%0A%26y%3Dz");
}
END_TEST

START_TEST(test_types)
{
    organize();
    const char *list = "/console/organization/policies?type=TAG_POLICY";
    struct response page = browser_get(&root, list);
    browser_expect(&page, 200, "not enabled");
    done("enable-type", arena_printf(&client.arena, "RootId=%s&PolicyType=TAG_POLICY", the_root),
         list);
    done("create-policy",
         "Type=TAG_POLICY&Name=cost&Description=&Content=%7B%22tags%22:%7B%22Cost%22:%7B%22tag_key"
         "%22:%7B%22@@assign%22:%22Cost%22%7D%7D%7D%7D",
         list);
    struct response all = organizations("ListPolicies", "{\"Filter\":\"TAG_POLICY\"}");
    done("attach-policy",
         arena_printf(&client.arena, "PolicyId=%s&TargetId=%s", member(&all, "Id"), the_root),
         arena_printf(&client.arena, "/console/organization/%s", the_root));
    page = get(MANAGEMENT);
    browser_expect(&page, 200, "Effective policies");
    browser_expect(&page, 200, "&quot;tag_key&quot;: &quot;Cost&quot;");
    page = browser_get(&root, "/console/organization/policies?type=NONSENSE");
    browser_expect(&page, 200, "Refused");
}
END_TEST

START_TEST(test_services)
{
    organize();
    add_account();
    done("enable-service", "ServicePrincipal=iam.amazonaws.com", "/console/organization");
    done("register-delegate",
         arena_printf(&client.arena, "AccountId=%s&ServicePrincipal=iam.amazonaws.com", account),
         "/console/organization");
    struct response page = browser_get(&root, "/console/organization");
    browser_expect(&page, 200, "<th scope=\"row\">iam.amazonaws.com</th>");
    browser_expect(&page, 200, "Accounts that administer a service");
    done("deregister-delegate",
         arena_printf(&client.arena, "AccountId=%s&ServicePrincipal=iam.amazonaws.com", account),
         arena_printf(&client.arena, "/console/organization/%s", account));
    done("disable-service", "ServicePrincipal=iam.amazonaws.com", "/console/organization");
}
END_TEST

START_TEST(test_rights)
{
    organize();
    struct response page = browser_get(&root, "/console/organization");
    browser_expect(&page, 200, "None: members may do what delegated administrators may");
    browser_expect(&page, 200, "ServiceAccessNotEnabled");
    done("put-resource-policy",
         "Content=%7B%22Version%22:%222012-10-17%22,%22Statement%22:%7B%22Effect%22:%22Allow%22,"
         "%22Principal%22:%22*%22,%22Action%22:%22organizations:ListRoots%22,%22Resource%22:"
         "%22*%22%7D%7D",
         "/console/organization");
    done("enable-service", "ServicePrincipal=iam.amazonaws.com", "/console/organization");
    done("enable-root-sessions", "", "/console/organization");
    page = browser_get(&root, "/console/organization");
    browser_expect(&page, 200, "&quot;organizations:ListRoots&quot;");
    browser_expect(&page, 200, "forms/disable-root-sessions\"");
    browser_expect(&page, 200, "forms/enable-root-credentials\"");
    done("disable-root-sessions", "", "/console/organization");
    done("delete-resource-policy", "Expected=x&Typed=x", "/console/organization");
}
END_TEST

/* A member sees who manages it, and AWS's refusal where the tree would be. */
START_TEST(test_member)
{
    organize();
    add_account();
    struct browser of_member = browser_signed_in(&client, account, NULL);
    struct response page = browser_get(&of_member, "/console/organization");
    browser_expect(&page, 200, MANAGEMENT);
    browser_expect(&page, 200, "AccessDeniedException");
    browser_expect(&page, 200, "Leave the organization");
    expect_not(&page, "Sealed");
    page =
        browser_get(&of_member, arena_printf(&client.arena, "/console/organization/%s", account));
    browser_expect(&page, 200, "AccessDeniedException");
    page = post(&of_member, "create-unit",
                arena_printf(&client.arena, "ParentId=%s&Name=mine", the_root));
    browser_expect(&page, 403, "AccessDeniedException");
}
END_TEST

/* Without a permission: AWS's words, with the way to why, and nothing is done. */
START_TEST(test_plain_user)
{
    organize();
    client_post(&client, NULL, "iam", "Action=CreateUser&UserName=bob&Version=2010-05-08");
    struct browser bob = browser_signed_in(&client, MANAGEMENT, "bob");
    struct response page = browser_get(&bob, "/console/organization");
    browser_expect(&page, 200,
                   "user/bob is not authorized to perform: "
                   "organizations:DescribeOrganization");
    browser_expect(&page, 200, "Why, and what would allow it");
    expect_not(&page, "Sealed");
    page =
        post(&bob, "create-unit", arena_printf(&client.arena, "ParentId=%s&Name=mine", the_root));
    browser_expect(&page, 403,
                   "is not authorized to perform: "
                   "organizations:CreateOrganizationalUnit");
    browser_expect(&page, 403, "href=\"/console/decisions/");
    page = browser_get(&bob, "/console/organization/policies");
    browser_expect(&page, 200, "is not authorized to perform: organizations:ListPolicies");
}
END_TEST

START_TEST(test_invitation)
{
    organize();
    struct request_header host = {STR("Host"), STR("localhost")};
    client_ask(&client, "POST", "/_iam-local/accounts", &host, 1,
               STR("{\"account\":\"222222222222\"}"));
    done("invite-account", "Id=222222222222&Type=ACCOUNT", "/console/organization");
    struct browser guest = browser_signed_in(&client, "222222222222", NULL);
    struct response page = browser_get(&guest, "/console/organization");
    browser_expect(&page, 200, "accept-handshake");
    const char *id = strstr(str_dup(&client.arena, page.body), "<code>h-") + strlen("<code>");
    id = str_dup(&client.arena, (struct str){id, strcspn(id, "<")});
    page = post(&guest, "accept-handshake", arena_printf(&client.arena, "HandshakeId=%s", id));
    ck_assert_int_eq(page.status, 303);
    page = browser_get(&guest, "/console/organization");
    browser_expect(&page, 200, "Leave the organization");
}
END_TEST

START_TEST(test_what_is_not_there)
{
    organize();
    struct response page = browser_get(&root, "/console/organization/ou-abcd-12345678");
    browser_expect(&page, 200, "Refused");
    page = browser_get(&root, "/console/organization/policies/p-12345678");
    browser_expect(&page, 200, "PolicyNotFoundException");
    page = browser_get(&root, "/console/organization/%22%3E%3Cscript%3E");
    expect_not(&page, "\"><script>");
    page = post(&root, "no-such-form", "Name=x");
    browser_expect(&page, 404, "There is no such form.");
    page = post(&root, "create-unit", "Name=x&Nonsense=y");
    ck_assert_int_eq(page.status, 400);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("organization_pages");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, test_none);
    tcase_add_test(t, test_tree);
    tcase_add_test(t, test_large);
    tcase_add_test(t, test_large_with_long_names);
    tcase_add_test(t, test_policy_of_many_lines);
    tcase_add_test(t, test_deep);
    tcase_add_test(t, test_unit);
    tcase_add_test(t, test_account);
    tcase_add_test(t, test_creation_that_fails);
    tcase_add_test(t, test_policies);
    tcase_add_test(t, test_types);
    tcase_add_test(t, test_services);
    tcase_add_test(t, test_rights);
    tcase_add_test(t, test_member);
    tcase_add_test(t, test_plain_user);
    tcase_add_test(t, test_invitation);
    tcase_add_test(t, test_what_is_not_there);
    return suite_run("organization_pages", t);
}
