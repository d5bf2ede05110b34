/* SPDX-License-Identifier: Apache-2.0 */
/* Explanations for people, of requests that were really made. */
#include "server/console/explained.h"
#include "support/client.h"
#include "support/suite.h"

#define ACCOUNT "123456789012"
#define VERSION "&Version=2010-05-08"
#define ALLOW(action, resource)                                                                    \
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"" action        \
    "\",\"Resource\":\"" resource "\"}]}"
#define DENY                                                                                       \
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"No\",\"Effect\":\"Deny\",\"Action\":"   \
    "\"iam:ListRoles\",\"Resource\":\"*\",\"Condition\":{\"StringEquals\":"                        \
    "{\"aws:username\":[\"alice\",\"bob\"]}}}]}"

static struct client client;
static struct client_key alice;
static json_t *told;

static struct response iam(const struct client_key *as, const char *form)
{
    return client_post(&client, as, "iam", arena_printf(&client.arena, "%s" VERSION, form));
}

static void done(const char *form)
{
    struct response response = iam(NULL, form);
    ck_assert_msg(response.status == 200, "%s: %.*s", form, STR_FMT(response.body));
}

static void start(void)
{
    client_start(&client, NULL);
    done("Action=CreateUser&UserName=alice&Path=/a/");
    done("Action=CreateGroup&GroupName=staff");
    done("Action=AddUserToGroup&UserName=alice&GroupName=staff");
    done("Action=PutGroupPolicy&GroupName=staff&PolicyName=see@all&PolicyDocument=" ALLOW(
        "iam:ListUsers", "*"));
    done("Action=PutUserPolicy&UserName=alice&PolicyName=deny&PolicyDocument=" DENY);
    done("Action=AttachUserPolicy&UserName=alice&PolicyArn=arn:aws:iam::aws:policy/"
         "IAMReadOnlyAccess");
    struct response key = iam(NULL, "Action=CreateAccessKey&UserName=alice");
    alice = (struct client_key){client_element(&client, &key, "AccessKeyId"),
                                client_element(&client, &key, "SecretAccessKey"), NULL};
    told = NULL;
}

static void stop(void)
{
    json_decref(told);
    client_stop(&client);
}

/* Tells of the request that RESPONSE answers. */
static void explain(const struct response *response, const char *account)
{
    const char *path = arena_printf(&client.arena, "/_iam-local/explain/%s",
                                    client_header(response, "x-amzn-requestid"));
    struct response answer = client_ask(&client, "GET", path, NULL, 0, STR(""));
    ck_assert_int_eq(answer.status, 200);
    json_t *explanation = json_loadb(answer.body.p, answer.body.n, 0, NULL);
    json_decref(told);
    told = explained_json(&client.arena, explanation, account);
    json_decref(explanation);
    ck_assert_ptr_nonnull(told);
}

static void ask(const struct client_key *as, const char *form)
{
    struct response response = iam(as, form);
    explain(&response, ACCOUNT);
}

/* Follows member names and numbers, "decisions.0.because"; "": it is not there. */
static const char *at(const char *path)
{
    struct str rest = str_of(path);
    const json_t *value = told;
    while (rest.p) {
        struct str part = str_cut(&rest, '.');
        int64_t number;
        value = str_to_int64(part, &number) ? json_array_get(value, (size_t)number)
                                            : json_object_get(value, str_dup(&client.arena, part));
    }
    if (json_is_boolean(value))
        return json_is_true(value) ? "true" : "false";
    return value ? json_string_value(value) : "";
}

static void check(const char *path, const char *expected)
{
    ck_assert_msg(strcmp(at(path), expected) == 0, "%s: %s", path, at(path));
}

START_TEST(test_allowed_by_a_group)
{
    ask(&alice, "Action=ListUsers");
    check("outcome", "allowed");
    check("operation", "iam:ListUsers");
    check("principal", "arn:aws:iam::" ACCOUNT ":user/a/alice");
    check("decisions.0.allowed", "true");
    check("decisions.0.groups.0.group", "Policies of the identity");
    check("decisions.0.editor", "");
    bool found = false;
    for (int i = 0; i < 3; i++) {
        const char *policy = arena_printf(&client.arena, "decisions.0.groups.0.policies.%d.", i);
        if (strcmp(at(arena_printf(&client.arena, "%sname", policy)), "see@all") != 0)
            continue;
        found = true;
        check(arena_printf(&client.arena, "%slink", policy),
              "/console/groups/staff/policies/see%40all");
        check(arena_printf(&client.arena, "%sstatements.0.link", policy),
              "/console/groups/staff/policies/see%40all?at=0#statement-0");
    }
    ck_assert(found);
}
END_TEST

START_TEST(test_denied_explicitly)
{
    ask(&alice, "Action=ListRoles");
    check("outcome", "denied");
    check("decisions.0.because",
          "Statement 0 of deny, user alice denies it (Policies of the identity).");
    check("decisions.0.missing", "Statement 0 (No) of policy deny (user alice) denies it; no allow "
                                 "can outweigh that.");
    check("decisions.0.because_link", "/console/users/alice/policies/deny?at=0#statement-0");
    check("decisions.0.would_allow", "");
    const char *statement = "decisions.0.groups.0.policies.0.statements.0.";
    check(arena_printf(&client.arena, "%sdecided", statement), "true");
    check(arena_printf(&client.arena, "%sdenies", statement), "true");
    check(arena_printf(&client.arena, "%ssid", statement), "No");
    check(arena_printf(&client.arena, "%slink", statement),
          "/console/users/alice/policies/deny?at=0#statement-0");
    check(arena_printf(&client.arena, "%sconditions.0.policy_values", statement), "alice, bob");
    check(arena_printf(&client.arena, "%sconditions.0.request_values", statement), "alice");
    check("decisions.0.groups.0.policies.1.link",
          "/console/policies/arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FIAMReadOnlyAccess");
}
END_TEST

START_TEST(test_what_would_allow)
{
    ask(&alice, "Action=CreateUser&UserName=bob");
    check("outcome", "denied");
    check("decisions.0.because", "Policies of the identity: no statement allows it.");
    check("decisions.0.would_allow",
          "{\n  \"Effect\": \"Allow\",\n  \"Action\": \"iam:CreateUser\",\n  \"Resource\": "
          "\"arn:aws:iam::" ACCOUNT ":user/bob\"\n}");
    check("decisions.0.editor", "/console/users/alice/new-policy?action=iam%3ACreateUser&resource="
                                "arn%3Aaws%3Aiam%3A%3A" ACCOUNT "%3Auser%2Fbob#editor");
}
END_TEST

/* What is of another account has no link here, though there may be one of the same name. */
START_TEST(test_other_account)
{
    struct response response = iam(&alice, "Action=ListRoles");
    explain(&response, "222222222222");
    check("decisions.0.groups.0.policies.0.name", "deny");
    check("decisions.0.groups.0.policies.0.link", "");
    check("decisions.0.groups.0.policies.0.statements.0.link", "");
    response = iam(&alice, "Action=CreateUser&UserName=bob");
    explain(&response, "222222222222");
    check("decisions.0.editor", "");
}
END_TEST

START_TEST(test_boundary)
{
    done("Action=CreatePolicy&PolicyName=bound&PolicyDocument=" ALLOW("s3:*", "*"));
    done(
        "Action=PutUserPermissionsBoundary&UserName=alice&PermissionsBoundary=arn:aws:iam::" ACCOUNT
        ":policy/bound");
    ask(&alice, "Action=ListUsers");
    check("decisions.0.because", "Permissions boundary: no statement allows it.");
    check("decisions.0.editor",
          "/console/policies/arn%3Aaws%3Aiam%3A%3A" ACCOUNT
          "%3Apolicy%2Fbound?action=iam%3AListUsers&resource=arn%3Aaws%3Aiam%3A%3A" ACCOUNT
          "%3Auser%2F#editor");
}
END_TEST

START_TEST(test_root)
{
    ask(NULL, "Action=ListUsers");
    check("outcome", "allowed");
    check("decisions.0.because", "The root user may do everything in its account.");
    ask(NULL, "Action=GetUser&UserName=nobody");
    check("outcome", "failed");
    check("error", "NoSuchEntity");
}
END_TEST

START_TEST(test_signature)
{
    const struct client_key forged = {alice.id, "another secret", NULL};
    ask(&forged, "Action=ListUsers");
    check("outcome", "refused");
    check("access_key_id", alice.id);
    check("principal", "");
    ck_assert_ptr_nonnull(strstr(at("expected_canonical_request"), "POST\n/\n"));
    ck_assert_ptr_nonnull(strstr(at("expected_string_to_sign"), "AWS4-HMAC-SHA256\n"));
}
END_TEST

#define SCP "arn:aws:organizations::1:policy/o-a/service_control_policy/p-12345678"

/* Each level of service control policies is a group; policies of the organization have pages. */
START_TEST(test_levels)
{
    json_t *explanation = json_pack(
        "{s:s, s:s, s:b, s:{s:s, s:b}, s:[{s:s, s:s, s:s, s:s, s:s, s:[{s:s, s:s, s:s, s:s, s:[]},"
        "{s:s, s:s, s:s, s:s, s:[]}, {s:s, s:n, s:s, s:s, s:[]}]}]}",
        "request_id", "r", "principal", "arn:aws:iam::" ACCOUNT ":user/u", "allowed", 0,
        "organization", "path", "o-a/r-b/1/", "management_account", 0, "decisions", "action",
        "iam:GetUser", "resource", "*", "decision", "ImplicitDeny", "layer", "scp", "missing",
        "No statement.", "policies", "policy", "FullAWSAccess", "arn", SCP, "layer", "scp",
        "attached_to", "the root", "statements", "policy", "Few", "arn", SCP, "layer", "scp",
        "attached_to", "unit Labs", "statements", "policy", "p", "arn", "layer", "session",
        "attached_to", "the session", "statements");
    ck_assert_ptr_nonnull(explanation);
    told = explained_json(&client.arena, explanation, ACCOUNT);
    json_decref(explanation);
    check("organization.path", "o-a/r-b/1/");
    check("decisions.0.because", "Service control policies: no statement allows it.");
    check("decisions.0.groups.0.group", "Service control policies of the root");
    check("decisions.0.groups.1.group", "Service control policies of unit Labs");
    check("decisions.0.groups.1.policies.0.link", "/console/organization/policies/p-12345678");
    check("decisions.0.groups.2.group", "Session policies");
    check("decisions.0.groups.2.policies.0.link", "");
    check("decisions.0.editor", "");
}
END_TEST

/* A page has an end, and the statement that decided is on it. */
START_TEST(test_what_is_large)
{
    struct buf b = buf_new(&client.arena, 65536);
    buf_add(&b, STR("{\"request_id\":\"r\",\"principal\":\"p\",\"allowed\":false,\"decisions\":["
                    "{\"decision\":\"ExplicitDeny\",\"layer\":\"identity\",\"policy\":\"p\","
                    "\"attached_to\":\"user u\",\"statement\":299,\"statements_left_out\":7,"
                    "\"policies\":[{\"policy\":\"p\",\"arn\":null,\"layer\":\"identity\","
                    "\"attached_to\":\"user u\",\"statements\":["));
    for (int i = 0; i < 300; i++)
        buf_printf(&b,
                   "%s{\"statement\":%d,\"sid\":null,\"effect\":\"Deny\",\"result\":\"applies\","
                   "\"conditions\":[{\"operator\":\"StringEquals\",\"key\":\"k\",\"met\":true,"
                   "\"policy_values\":[\"%0500d\"],\"request_values\":null}]}",
                   i ? "," : "", i, i);
    buf_add(&b, STR("]}]}]}"));
    json_t *explanation = json_loadb(b.p, b.n, 0, NULL);
    ck_assert_ptr_nonnull(explanation);
    told = explained_json(&client.arena, explanation, ACCOUNT);
    json_decref(explanation);
    const json_t *decision = json_array_get(json_object_get(told, "decisions"), 0);
    ck_assert_int_eq(json_integer_value(json_object_get(decision, "statements_left_out")), 106);
    check("decisions.0.groups.0.policies.0.statements.200.decided", "true");
    check("decisions.0.groups.0.policies.0.statements.199.decided", "false");
    const char *conditions = "decisions.0.groups.0.policies.0.statements.0.conditions.0.";
    ck_assert_ptr_nonnull(
        strstr(at(arena_printf(&client.arena, "%spolicy_values", conditions)), "0 ... (100 bytes"));
    check(arena_printf(&client.arena, "%srequest_values", conditions), "not in the request");
}
END_TEST

START_TEST(test_trust)
{
    done("Action=CreateRole&RoleName=r&Path=/x/&AssumeRolePolicyDocument={\"Statement\":{\"Effect\""
         ":\"Allow\",\"Principal\":{\"Service\":\"ec2.amazonaws.com\"},\"Action\":"
         "\"sts:AssumeRole\"}}");
    struct response response =
        client_post(&client, &alice, "sts",
                    "Action=AssumeRole&Version=2011-06-15&RoleSessionName=session&RoleArn="
                    "arn:aws:iam::" ACCOUNT ":role/x/r");
    explain(&response, ACCOUNT);
    check("outcome", "denied");
    bool found = false;
    for (int i = 0; i < 3; i++) {
        const char *group = arena_printf(&client.arena, "decisions.0.groups.%d.", i);
        if (strcmp(at(arena_printf(&client.arena, "%sgroup", group)), "Trust policy of the role"))
            continue;
        found = true;
        check(arena_printf(&client.arena, "%spolicies.0.statements.0.link", group),
              "/console/roles/r/trust?at=0#statement-0");
    }
    ck_assert(found);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("explained");
    tcase_add_checked_fixture(tcase, start, stop);
    tcase_add_test(tcase, test_allowed_by_a_group);
    tcase_add_test(tcase, test_denied_explicitly);
    tcase_add_test(tcase, test_what_would_allow);
    tcase_add_test(tcase, test_other_account);
    tcase_add_test(tcase, test_boundary);
    tcase_add_test(tcase, test_root);
    tcase_add_test(tcase, test_signature);
    tcase_add_test(tcase, test_levels);
    tcase_add_test(tcase, test_what_is_large);
    tcase_add_test(tcase, test_trust);
    return suite_run("explained", tcase);
}
