/* SPDX-License-Identifier: Apache-2.0 */
/* What only root users can do: who is refused, what the tasks leave behind, accounts that are
   closed, and Billing. */
#include <jansson.h>

#include "access/account_state.h"
#include "support/client.h"
#include "support/suite.h"

#define TASKS "/_iam-local/account-tasks"
#define ACCOUNT "123456789012"
#define OTHER "210987654321"

enum { DAY = 24 * 3600 };

#define ALL                                                                                        \
    "%7B%22Version%22:%222012-10-17%22,%22Statement%22:%7B%22Effect%22:%22Allow%22,"               \
    "%22Action%22:%22*%22,%22Resource%22:%22*%22%7D%7D"
/* Whoever may by policies of OTHER. */
#define TRUST                                                                                      \
    "%7B%22Version%22:%222012-10-17%22,%22Statement%22:%7B%22Effect%22:%22Allow%22,"               \
    "%22Action%22:%22sts:AssumeRole%22,%22Principal%22:%7B%22AWS%22:%22" OTHER "%22%7D%7D%7D"

static struct client client;
static struct client_key admin, other_admin, other_root;

static struct response iam(const struct client_key *as, const char *form)
{
    return client_post(&client, as, "iam",
                       arena_printf(&client.arena, "Action=%s&Version=2010-05-08", form));
}

static struct response iam_ok(const struct client_key *as, const char *form)
{
    struct response response = iam(as, form);
    ck_assert_msg(response.status == 200, "%s: %.*s", form, STR_FMT(response.body));
    return response;
}

static struct client_key new_key(const struct client_key *as, const char *form)
{
    struct response made = iam_ok(as, form);
    return (struct client_key){client_element(&client, &made, "AccessKeyId"),
                               client_element(&client, &made, "SecretAccessKey"), NULL};
}

static struct client_key new_admin(const struct client_key *as)
{
    iam_ok(as, "CreateUser&UserName=admin");
    iam_ok(as, "PutUserPolicy&UserName=admin&PolicyName=all&PolicyDocument=" ALL);
    return new_key(as, "CreateAccessKey&UserName=admin");
}

static struct response ask(const char *method, const char *path, const char *body)
{
    return client_ask(&client, method, path, NULL, 0, str_of(body));
}

#define MAKE_OTHER "{\"account\":\"" OTHER "\",\"email\":\"o@o.example\"}"

static void make_other(void)
{
    struct response made = ask("POST", "/_iam-local/accounts", MAKE_OTHER);
    ck_assert_int_eq(made.status, 201);
    other_root = (struct client_key){client_member(&client, made.body, "access_key_id"),
                                     client_member(&client, made.body, "secret_access_key"), NULL};
}

static void start(void)
{
    client_start(&client, NULL);
    make_other();
    admin = new_admin(NULL);
    other_admin = new_admin(&other_root);
}

static void stop(void)
{
    client_stop(&client);
}

static struct response send_signed(const struct client_key *as, const char *method,
                                   const char *task, const char *body)
{
    const struct signer by = client_signer(&client, as, "own");
    struct request rq = {.method = str_of(method),
                         .path = str_of(arena_printf(&client.arena, TASKS "/%s", task)),
                         .body = str_of(body),
                         .source_ip = "127.0.0.1"};
    sign_header(&client.arena, &by, &rq);
    return client_send(&client, &rq);
}

static struct response task(const struct client_key *as, const char *name, const char *body)
{
    return send_signed(as, "POST", name, body);
}

/* The answer of the task, which succeeds; the next call frees it. */
static json_t *done(const struct client_key *as, const char *name, const char *body)
{
    static json_t *last;
    struct response response = task(as, name, body);
    ck_assert_msg(response.status == 200, "%s: %.*s", name, STR_FMT(response.body));
    json_decref(last);
    last = json_loadb(response.body.p, response.body.n, 0, NULL);
    return last;
}

static const char *text(json_t *json, const char *name)
{
    return json_string_value(json_object_get(json, name));
}

static void refused(const struct response *response, int status, const char *words)
{
    ck_assert_msg(response->status == status, "%d %.*s", response->status, STR_FMT(response->body));
    ck_assert_msg(memmem(response->body.p, response->body.n, words, strlen(words)) != NULL, "%.*s",
                  STR_FMT(response->body));
}

static void task_refused(const struct client_key *as, const char *name, const char *body,
                         int status, const char *words)
{
    const struct response response = task(as, name, body);
    refused(&response, status, words);
}

static void set_clock(const char *body)
{
    ck_assert_int_eq(ask("PUT", "/_iam-local/clock", body).status, 200);
}

static void pass(int days)
{
    set_clock(arena_printf(&client.arena, "{\"advance\": \"P%dD\"}", days));
}

/* The detail of a task that was done, as text; NULL: it was not. */
static const char *detail(json_t *state, const char *name, const char *member)
{
    size_t at;
    json_t *one;
    json_array_foreach(json_object_get(state, "tasks"), at, one)
    {
        if (strcmp(text(one, "task"), name) == 0)
            return text(json_object_get(one, "detail"), member);
    }
    return NULL;
}

static const struct {
    const char *name, *body, *action;
} root_only[] = {
    {"change-root-email", "{\"email\":\"a@b.example\"}", "aws-portal:ModifyAccount"},
    {"change-root-password", "{\"password\":\"Correct-Horse-7\"}", "aws-portal:ModifyAccount"},
    {"close-account", "{\"account\":\"" ACCOUNT "\"}", "account:CloseAccount"},
    {"reopen-account", "{}", "aws-portal:ModifyAccount"},
    {"activate-iam-access-to-billing", "{}", "billing:UpdateIAMAccessPreference"},
    {"deactivate-iam-access-to-billing", "{}", "billing:UpdateIAMAccessPreference"},
    {"view-tax-invoices", "{}", "aws-portal:ViewBilling"},
    {"register-as-marketplace-seller", "{\"legal_name\":\"x\"}", "aws-portal:ModifyAccount"},
    {"sign-up-for-govcloud", "{}", "aws-portal:ModifyAccount"},
    {"request-govcloud-root-keys", "{}", "support:CreateCase"},
    {"link-mechanical-turk-requester", "{\"email\":\"a@b.example\"}", "aws-portal:ModifyAccount"},
    {"recover-kms-key", "{\"key\":\"arn:aws:kms:eu-west-1:" ACCOUNT ":key/1\"}",
     "support:CreateCase"},
};

/* The reason that the explanation has, of the request that was answered so. */
static const char *explanation(const struct response *response)
{
    const char *id = client_header(response, "x-amzn-requestid");
    struct response told =
        ask("GET", arena_printf(&client.arena, "/_iam-local/explain/%s", id), "");
    ck_assert_int_eq(told.status, 200);
    return str_dup(&client.arena, told.body);
}

START_TEST(test_administrators_are_refused)
{
    for (size_t i = 0; i < ARRAY_LEN(root_only); i++) {
        struct response response = task(&admin, root_only[i].name, root_only[i].body);
        refused(&response, 403,
                arena_printf(&client.arena,
                             "User: arn:aws:iam::" ACCOUNT
                             ":user/admin is not authorized to perform: %s on resource: ",
                             root_only[i].action));
        const char *why = explanation(&response);
        ck_assert_ptr_nonnull(strstr(why, "\"missing\": \"Only the root user of the account can do "
                                          "this, whatever policies allow.\""));
        ck_assert_ptr_nonnull(strstr(why, "\"layer\": \"root\""));
        ck_assert_ptr_null(strstr(why, "would_allow"));
    }
}
END_TEST

START_TEST(test_sessions_are_refused)
{
    iam_ok(NULL, "CreateRole&RoleName=deploy&AssumeRolePolicyDocument=" TRUST);
    iam_ok(NULL, "PutRolePolicy&RoleName=deploy&PolicyName=all&PolicyDocument=" ALL);
    struct response got = client_post(&client, &other_admin, "sts",
                                      "Action=AssumeRole&RoleArn=arn:aws:iam::" ACCOUNT
                                      ":role/deploy&RoleSessionName=s1&Version=2011-06-15");
    ck_assert_int_eq(got.status, 200);
    const struct client_key session = {client_element(&client, &got, "AccessKeyId"),
                                       client_element(&client, &got, "SecretAccessKey"),
                                       client_element(&client, &got, "SessionToken")};
    for (size_t i = 0; i < ARRAY_LEN(root_only); i++)
        task_refused(&session, root_only[i].name, root_only[i].body, 403,
                     "assumed-role/deploy/s1 is not authorized to perform: ");
}
END_TEST

START_TEST(test_unsigned)
{
    struct response response = ask("POST", TASKS "/activate-iam-access-to-billing", "{}");
    refused(&response, 403, "Request is missing Authentication Token");
    response = ask("GET", TASKS, "");
    ck_assert_int_eq(response.status, 200);
    refused(&response, 200, "\"name\": \"close-account\"");
    refused(&response, 200, "\"rule\": \"root-or-session\"");
}
END_TEST

START_TEST(test_email)
{
    task_refused(NULL, "change-root-email", "{\"email\":\"x\"}", 400, "e-mail address");
    task_refused(NULL, "change-root-email", "{\"email\":\"O@o.example\"}", 409, "has that");
    json_t *state = done(NULL, "change-root-email", "{\"email\":\"me@b.example\"}");
    ck_assert_str_eq(text(state, "email"), "me@b.example");
    struct response told = ask("GET", "/_iam-local/accounts/" ACCOUNT, "");
    refused(&told, 200, "\"email\": \"me@b.example\"");
}
END_TEST

static bool signs_in(const char *password)
{
    const char *body =
        arena_printf(&client.arena, "{\"email\":\"o@o.example\",\"password\":\"%s\"}", password);
    struct response response = ask("POST", "/_iam-local/check-password", body);
    ck_assert_msg(response.status == 200, "%.*s", STR_FMT(response.body));
    json_t *json = json_loadb(response.body.p, response.body.n, 0, NULL);
    bool is = strcmp(text(json, "result"), "ok") == 0;
    json_decref(json);
    return is;
}

START_TEST(test_password)
{
    task_refused(&other_root, "change-root-password", "{\"password\":\"password\"}", 400,
                 "three kinds");
    task_refused(&other_admin, "change-root-password", "{\"password\":\"Correct-Horse-7\"}", 403,
                 "is not authorized to perform: aws-portal:ModifyAccount");
    ck_assert(!signs_in("Correct-Horse-7"));
    json_t *state = done(&other_root, "change-root-password", "{\"password\":\"Correct-Horse-7\"}");
    ck_assert_str_eq(text(state, "email"), "o@o.example");
    ck_assert(signs_in("Correct-Horse-7"));
    done(&other_root, "change-root-password", "{\"password\":\"Correct-Horse-8\"}");
    ck_assert(!signs_in("Correct-Horse-7"));
}
END_TEST

START_TEST(test_close)
{
    task_refused(NULL, "close-account", "{\"account\":\"" OTHER "\"}", 400,
                 "has to name the account that is to be closed: " ACCOUNT);
    task_refused(NULL, "close-account", "{}", 400, "account");
    json_t *state = done(NULL, "close-account", "{\"account\":\"" ACCOUNT "\"}");
    ck_assert_str_eq(text(state, "status"), "SUSPENDED");
    ck_assert_str_eq(text(state, "closed"), "2023-11-14T22:13:20Z");
    ck_assert_str_eq(text(state, "closed_for_good"), "2024-02-12T22:13:20Z");
    const struct client_key *all[] = {NULL, &admin};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        struct response response = iam(all[i], "ListUsers");
        refused(&response, 403, "InvalidClientTokenId");
        const char *why = explanation(&response);
        ck_assert_ptr_nonnull(strstr(why, "The account is closed. Its root user can reopen it"));
    }
    task_refused(NULL, "close-account", "{\"account\":\"" ACCOUNT "\"}", 403, "token");
    task_refused(&admin, "reopen-account", "{}", 403, "token");
    ck_assert_int_eq(send_signed(NULL, "GET", "state", "").status, 200);
    ck_assert_int_eq(send_signed(&admin, "GET", "state", "").status, 403);
    ck_assert_int_eq(task(NULL, "view-tax-invoices", "{}").status, 200);
    iam_ok(&other_admin, "ListUsers");
}
END_TEST

static struct response assume(void)
{
    return client_post(&client, &other_admin, "sts",
                       "Action=AssumeRole&RoleArn=arn:aws:iam::" ACCOUNT
                       ":role/deploy&RoleSessionName=s1&Version=2011-06-15");
}

static struct client_key key_of(struct response *response)
{
    return (struct client_key){client_element(&client, response, "AccessKeyId"),
                               client_element(&client, response, "SecretAccessKey"),
                               client_element(&client, response, "SessionToken")};
}

/* Sessions end with their account and stay ended, in whatever second that was. */
START_TEST(test_reopen)
{
    task_refused(NULL, "reopen-account", "{}", 400, "The account is not closed.");
    iam_ok(NULL, "CreateRole&RoleName=deploy&AssumeRolePolicyDocument=" TRUST);
    iam_ok(NULL, "PutRolePolicy&RoleName=deploy&PolicyName=all&PolicyDocument=" ALL);
    set_clock("{\"freeze\": true}");
    struct response got = assume();
    const struct client_key session = key_of(&got);
    got = client_post(&client, NULL, "sts", "Action=GetSessionToken&Version=2011-06-15");
    const struct client_key of_root = key_of(&got);
    ck_assert_int_eq(send_signed(&of_root, "GET", "state", "").status, 200);
    iam_ok(&session, "ListUsers");
    done(NULL, "close-account", "{\"account\":\"" ACCOUNT "\"}");
    struct response response = iam(&session, "ListUsers");
    refused(&response, 403, "InvalidClientTokenId");
    task_refused(&of_root, "reopen-account", "{}", 403, "token");
    response = assume();
    refused(&response, 403,
            "User: arn:aws:iam::" OTHER ":user/admin is not authorized to perform: "
            "sts:AssumeRole on resource: arn:aws:iam::" ACCOUNT ":role/deploy<");
    ck_assert_ptr_nonnull(strstr(explanation(&response), "The account of the role is closed."));
    ck_assert_str_eq(text(done(NULL, "reopen-account", "{}"), "status"), "ACTIVE");
    iam_ok(NULL, "ListUsers");
    iam_ok(&admin, "ListUsers");
    response = iam(&session, "ListUsers");
    refused(&response, 403, "InvalidClientTokenId");
    set_clock("{\"set\": \"2020-01-01T00:00:00Z\"}");
    got = assume();
    const struct client_key later = key_of(&got);
    iam_ok(&later, "ListUsers");
}
END_TEST

/* What is left of it counts for nothing before it is deleted. */
START_TEST(test_gone)
{
    struct clock *clock = &client.server->sandbox->clock;
    done(NULL, "close-account", "{\"account\":\"" ACCOUNT "\"}");
    pass(89);
    ck_assert_int_eq(send_signed(NULL, "GET", "state", "").status, 200);
    clock_freeze(clock, clock_now(clock) + (int64_t)24 * 3600);
    struct response response = task(NULL, "reopen-account", "{}");
    refused(&response, 403, "token");
    ck_assert_ptr_nonnull(strstr(explanation(&response), "closed more than 90 days ago"));
}
END_TEST

enum { USERS = 40 };

/* Something of each kind that has others below it. */
static void fill_other(void)
{
    for (int i = 0; i < USERS; i++) {
        iam_ok(&other_root, arena_printf(&client.arena,
                                         "CreateUser&UserName=u%d&Tags.member.1.Key=k"
                                         "&Tags.member.1.Value=v",
                                         i));
    }
    static const char *const forms[] = {
        "CreateGroup&GroupName=g",
        "AddUserToGroup&GroupName=g&UserName=u1",
        "CreateRole&RoleName=r&AssumeRolePolicyDocument=" TRUST,
        "CreateInstanceProfile&InstanceProfileName=p",
        "AddRoleToInstanceProfile&InstanceProfileName=p&RoleName=r",
        "CreatePolicy&PolicyName=m&PolicyDocument=" ALL,
        "AttachUserPolicy&UserName=u1&PolicyArn=arn:aws:iam::" OTHER ":policy/m",
        "AttachRolePolicy&RoleName=r&PolicyArn=arn:aws:iam::aws:policy/ReadOnlyAccess",
        "CreateAccessKey&UserName=u1",
        "CreateVirtualMFADevice&VirtualMFADeviceName=d",
        ("CreateOpenIDConnectProvider&Url=https://id.example&ClientIDList.member.1=c"
         "&ThumbprintList.member.1=0123456789012345678901234567890123456789"),
        "CreateAccountAlias&AccountAlias=other",
        "UpdateAccountPasswordPolicy&MinimumPasswordLength=9",
    };
    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        iam_ok(&other_root, forms[i]);
    done(&other_root, "change-support-plan", "{\"plan\":\"business\"}");
    done(&other_root, "sign-up-for-govcloud", "{}");
}

static bool is_listed(void)
{
    const struct response all = ask("GET", "/_iam-local/accounts", "");
    return memmem(all.body.p, all.body.n, OTHER, strlen(OTHER)) != NULL;
}

/* As if it had never been: its number can be had again, with its address, which nobody else gets,
   and without its alias, and nothing is in it. */
START_TEST(test_purged)
{
    const struct client_key gone = other_root;
    fill_other();
    done(&other_root, "close-account", "{\"account\":\"" OTHER "\"}");
    server_tick(client.server);
    pass(89);
    server_tick(client.server);
    ck_assert_int_eq(send_signed(&other_root, "GET", "state", "").status, 200);
    ck_assert_int_eq(ask("POST", "/_iam-local/accounts", MAKE_OTHER).status, 409);
    pass(1);
    ck_assert(!is_listed());
    ck_assert_int_eq(ask("POST", "/_iam-local/accounts",
                         "{\"account\":\"333333333333\",\"email\":\"O@o.example\"}")
                         .status,
                     409);
    struct response response = iam(&other_root, "ListUsers");
    refused(&response, 403, "InvalidClientTokenId");
    make_other();
    response = iam(&gone, "ListUsers");
    refused(&response, 403, "InvalidClientTokenId");
    response = iam_ok(&other_root, "GetAccountSummary");
    static const char *const counters[] = {"Users",      "Groups",   "Policies", "InstanceProfiles",
                                           "MFADevices", "Providers"};
    for (size_t i = 0; i < ARRAY_LEN(counters); i++) {
        const char *form =
            arena_printf(&client.arena, "<key>%s</key>\n        <value>0</value>", counters[i]);
        refused(&response, 200, form);
    }
    response = iam(&other_root, "GetUser&UserName=u1");
    refused(&response, 404, "NoSuchEntity");
    response = iam_ok(&other_root, "ListAccountAliases");
    refused(&response, 200, "<AccountAliases/>");
    response = iam(&other_root, "CreateAccountAlias&AccountAlias=other");
    refused(&response, 409, "EntityAlreadyExists");
    response = iam(&other_root, "GetAccountPasswordPolicy");
    refused(&response, 404, "NoSuchEntity");
    response = send_signed(&other_root, "GET", "state", "");
    refused(&response, 200, "\"support_plan\": \"basic\"");
    refused(&response, 200, "\"tasks\": []");
    iam_ok(&admin, "ListUsers");
}
END_TEST

/* Even where the clock is put back, and the account's number is had again. */
START_TEST(test_sessions_of_the_purged)
{
    static const char then[] = "{\"set\": \"2026-01-01T00:00:00Z\"}";
    set_clock("{\"freeze\": true}");
    set_clock(then);
    struct response got =
        client_post(&client, &other_root, "sts", "Action=GetSessionToken&Version=2011-06-15");
    const struct client_key session = key_of(&got);
    ck_assert_int_eq(send_signed(&session, "GET", "state", "").status, 200);
    for (int i = 0; i < 2; i++) {
        done(&other_root, "close-account", "{\"account\":\"" OTHER "\"}");
        pass(90);
        server_tick(client.server);
        set_clock(then);
        make_other();
        struct response response = send_signed(&session, "GET", "state", "");
        refused(&response, 403, "token");
        got = client_post(&client, &other_root, "sts", "Action=GetSessionToken&Version=2011-06-15");
        const struct client_key later = key_of(&got);
        ck_assert_int_eq(send_signed(&later, "GET", "state", "").status, 200);
    }
}
END_TEST

static void expect_billing(const struct client_key *as, int status, const char *words)
{
    const struct response response = send_signed(as, "GET", "billing-access", "");
    refused(&response, status, words);
}

START_TEST(test_billing)
{
    static const char sentence[] =
        "User: arn:aws:iam::" ACCOUNT ":user/admin is not authorized to perform: "
        "billing:GetIAMAccessPreference on resource: * because IAM access to Billing is not "
        "activated";
    expect_billing(&admin, 403, sentence);
    struct response response = send_signed(&admin, "GET", "billing-access", "");
    const char *why = explanation(&response);
    ck_assert_ptr_nonnull(strstr(why, "\"layer\": \"billing\""));
    ck_assert_ptr_nonnull(strstr(why, "by the task activate-iam-access-to-billing"));
    expect_billing(NULL, 200, "\"billing_access\": false");
    json_t *state = done(NULL, "activate-iam-access-to-billing", "{}");
    ck_assert(json_is_true(json_object_get(state, "billing_access")));
    expect_billing(&admin, 200, "\"billing_access\": true");
    expect_billing(&other_admin, 403, "because IAM access to Billing is not activated");
    iam_ok(NULL, "PutUserPolicy&UserName=admin&PolicyName=all&PolicyDocument="
                 "%7B%22Statement%22:%7B%22Effect%22:%22Allow%22,%22Action%22:%22iam:*%22,"
                 "%22Resource%22:%22*%22%7D%7D");
    expect_billing(&admin, 403, "because no identity-based policy allows the billing:");
    done(NULL, "deactivate-iam-access-to-billing", "{}");
    expect_billing(&admin, 403, sentence);
}
END_TEST

/* AWS's simulator does not know of it; what is enforced stands beside its decision. */
START_TEST(test_billing_is_simulated)
{
    static const char form[] = "SimulatePrincipalPolicy&PolicySourceArn=arn:aws:iam::" ACCOUNT
                               ":user/admin&ActionNames.member.1=aws-portal:ViewBilling";
    struct response response = iam_ok(NULL, form);
    ck_assert_str_eq(client_element(&client, &response, "EvalDecision"), "allowed");
    refused(&response, 200, "<value>implicitDeny</value>");
    refused(&response, 200, "<key>Enforced Decision</key>");
    done(NULL, "activate-iam-access-to-billing", "{}");
    response = iam_ok(NULL, form);
    ck_assert_ptr_null(memmem(response.body.p, response.body.n, "Enforced", strlen("Enforced")));
}
END_TEST

START_TEST(test_invoices)
{
    json_t *none = done(NULL, "view-tax-invoices", "{}");
    ck_assert_uint_eq(json_array_size(json_object_get(none, "invoices")), 0);
    pass(70);
    json_t *two = json_object_get(done(NULL, "view-tax-invoices", "{}"), "invoices");
    ck_assert_uint_eq(json_array_size(two), 2);
    ck_assert_str_eq(text(json_array_get(two, 0), "month"), "2023-12");
    ck_assert_str_eq(text(json_array_get(two, 1), "month"), "2023-11");
    pass(1000);
    json_t *many = done(NULL, "view-tax-invoices", "{}");
    ck_assert_uint_eq(json_array_size(json_object_get(many, "invoices")), 12);
}
END_TEST

/* Whoever has the permission: AWS has given it to policies. */
START_TEST(test_support_plan)
{
    task_refused(NULL, "change-support-plan", "{\"plan\":\"gold\"}", 400, "enterprise");
    ck_assert_str_eq(
        text(done(NULL, "change-support-plan", "{\"plan\":\"business\"}"), "support_plan"),
        "business");
    done(&admin, "change-support-plan", "{\"plan\":\"basic\"}");
    iam_ok(NULL, "DeleteUserPolicy&UserName=admin&PolicyName=all");
    task_refused(&admin, "change-support-plan", "{\"plan\":\"basic\"}", 403,
                 "because no identity-based policy allows the supportplans:StartSupportPlanUpdate");
}
END_TEST

START_TEST(test_govcloud)
{
    task_refused(NULL, "request-govcloud-root-keys", "{}", 400, "comes first");
    json_t *state = done(NULL, "sign-up-for-govcloud", "{}");
    ck_assert_uint_eq(strlen(detail(state, "sign-up-for-govcloud", "govcloud_account")), 12);
    task_refused(NULL, "sign-up-for-govcloud", "{}", 400, "already");
    state = done(NULL, "request-govcloud-root-keys", "{}");
    const char *number = detail(state, "request-govcloud-root-keys", "case");
    ck_assert(strncmp(number, "case-" ACCOUNT "-", strlen("case-" ACCOUNT "-")) == 0);
    task_refused(&other_root, "request-govcloud-root-keys", "{}", 400, "comes first");
}
END_TEST

START_TEST(test_kept)
{
    static const char *const keys[] = {"",
                                       "1",
                                       "arn:aws:kms:eu-west-1:" OTHER ":key/1",
                                       "arn:aws:kms::" ACCOUNT ":key/1",
                                       "arn:aws:kms:eu-west-1:" ACCOUNT ":alias/1",
                                       "arn:aws:kms:eu-west-1:" ACCOUNT ":key/"};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        task_refused(NULL, "recover-kms-key",
                     arena_printf(&client.arena, "{\"key\":\"%s\"}", keys[i]), 400,
                     "arn:aws:kms:REGION:" ACCOUNT ":key/ID");
    done(NULL, "recover-kms-key", "{\"key\":\"arn:aws:kms:eu-west-1:" ACCOUNT ":key/1\"}");
    done(NULL, "recover-kms-key", "{\"key\":\"arn:aws:kms:eu-west-1:" ACCOUNT ":key/2\"}");
    task_refused(NULL, "link-mechanical-turk-requester", "{\"email\":\"x\"}", 400, "e-mail");
    done(NULL, "link-mechanical-turk-requester", "{\"email\":\"r@t.example\"}");
    task_refused(NULL, "register-as-marketplace-seller", "{\"legal_name\":\" \"}", 400,
                 "legal_name");
    json_t *state = done(NULL, "register-as-marketplace-seller",
                         "{\"legal_name\":\"S \\\"A\\\"\",\"tax_id\":\"7\"}");
    ck_assert_uint_eq(json_array_size(json_object_get(state, "tasks")), 4);
    ck_assert_str_eq(detail(state, "register-as-marketplace-seller", "legal_name"), "S \"A\"");
    ck_assert_str_eq(detail(state, "link-mechanical-turk-requester", "email"), "r@t.example");
    state = done(NULL, "register-as-marketplace-seller", "{\"legal_name\":\"B\"}");
    ck_assert_uint_eq(json_array_size(json_object_get(state, "tasks")), 4);
    ck_assert_str_eq(detail(state, "register-as-marketplace-seller", "legal_name"), "B");
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("account_tasks");
    tcase_add_checked_fixture(tcase, start, stop);
    tcase_add_test(tcase, test_administrators_are_refused);
    tcase_add_test(tcase, test_sessions_are_refused);
    tcase_add_test(tcase, test_unsigned);
    tcase_add_test(tcase, test_email);
    tcase_add_test(tcase, test_password);
    tcase_add_test(tcase, test_close);
    tcase_add_test(tcase, test_reopen);
    tcase_add_test(tcase, test_gone);
    tcase_add_test(tcase, test_purged);
    tcase_add_test(tcase, test_sessions_of_the_purged);
    tcase_add_test(tcase, test_billing);
    tcase_add_test(tcase, test_billing_is_simulated);
    tcase_add_test(tcase, test_invoices);
    tcase_add_test(tcase, test_support_plan);
    tcase_add_test(tcase, test_govcloud);
    tcase_add_test(tcase, test_kept);
    return suite_run("account_tasks", tcase);
}
