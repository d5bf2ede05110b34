/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may call which operation of Organizations: a table written by hand from what AWS documents of
 * each operation, not from the model. Every kind of caller sends every operation, without any
 * members: who is served is told what is wrong with that, or is answered; all others are refused
 * before anybody looks at the request.
 */
#include "access/account.h"
#include "err.h"
#include "server/api/route.h"
#include "support/client.h"
#include "support/suite.h"

/* Of the account of a caller. */
enum standing {
    MANAGEMENT = 1,
    DELEGATE = 2, /* a delegated administrator, of whatever service */
    MEMBER = 4,   /* any other of the organization */
    NAMED = 8,    /* a member that the resource policy lets do all that it may */
    OUTSIDER = 16 /* in no organization */
};

enum {
    ORGANIZATION = MANAGEMENT | DELEGATE | MEMBER | NAMED,
    EVERYBODY = ORGANIZATION | OUTSIDER,
    READERS = MANAGEMENT | DELEGATE | NAMED,
    LENT = MANAGEMENT | NAMED,
};

/* DescribeEffectivePolicy is here what it is without a target: about the caller's own account. */
static const struct {
    const char *op;
    unsigned served;
} table[] = {
    {"AcceptHandshake", EVERYBODY},
    {"AttachPolicy", LENT},
    {"CancelHandshake", EVERYBODY},
    {"CloseAccount", MANAGEMENT},
    {"CreateAccount", MANAGEMENT},
    {"CreateGovCloudAccount", MANAGEMENT},
    {"CreateOrganization", EVERYBODY},
    {"CreateOrganizationalUnit", MANAGEMENT},
    {"CreatePolicy", LENT},
    {"DeclineHandshake", EVERYBODY},
    {"DeleteOrganization", MANAGEMENT},
    {"DeleteOrganizationalUnit", MANAGEMENT},
    {"DeletePolicy", LENT},
    {"DeleteResourcePolicy", MANAGEMENT},
    {"DeregisterDelegatedAdministrator", MANAGEMENT},
    {"DescribeAccount", READERS},
    {"DescribeCreateAccountStatus", READERS},
    {"DescribeEffectivePolicy", ORGANIZATION},
    {"DescribeHandshake", EVERYBODY},
    {"DescribeOrganization", ORGANIZATION},
    {"DescribeOrganizationalUnit", READERS},
    {"DescribePolicy", READERS},
    {"DescribeResourcePolicy", READERS},
    {"DescribeResponsibilityTransfer", LENT},
    {"DetachPolicy", LENT},
    {"DisableAWSServiceAccess", MANAGEMENT},
    {"DisablePolicyType", LENT},
    {"EnableAWSServiceAccess", MANAGEMENT},
    {"EnableAllFeatures", MANAGEMENT},
    {"EnablePolicyType", LENT},
    {"InviteAccountToOrganization", MANAGEMENT},
    {"InviteOrganizationToTransferResponsibility", MANAGEMENT},
    {"LeaveOrganization", ORGANIZATION},
    {"ListAWSServiceAccessForOrganization", READERS},
    {"ListAccounts", READERS},
    {"ListAccountsForParent", READERS},
    {"ListAccountsWithInvalidEffectivePolicy", READERS},
    {"ListChildren", READERS},
    {"ListCreateAccountStatus", READERS},
    {"ListDelegatedAdministrators", READERS},
    {"ListDelegatedServicesForAccount", READERS},
    {"ListEffectivePolicyValidationErrors", READERS},
    {"ListHandshakesForAccount", EVERYBODY},
    {"ListHandshakesForOrganization", READERS},
    {"ListInboundResponsibilityTransfers", LENT},
    {"ListOrganizationalUnitsForParent", READERS},
    {"ListOutboundResponsibilityTransfers", LENT},
    {"ListParents", READERS},
    {"ListPolicies", READERS},
    {"ListPoliciesForTarget", READERS},
    {"ListRoots", READERS},
    {"ListTagsForResource", READERS},
    {"ListTargetsForPolicy", READERS},
    {"MoveAccount", MANAGEMENT},
    {"PutResourcePolicy", MANAGEMENT},
    {"RegisterDelegatedAdministrator", MANAGEMENT},
    {"RemoveAccountFromOrganization", MANAGEMENT},
    {"TagResource", LENT},
    {"TerminateResponsibilityTransfer", MANAGEMENT},
    {"UntagResource", LENT},
    {"UpdateOrganizationalUnit", MANAGEMENT},
    {"UpdatePolicy", LENT},
    {"UpdateResponsibilityTransfer", MANAGEMENT},
};

enum power { ROOT, ADMINISTRATOR, POWERLESS, POWERS };

static const struct {
    const char *account; /* NULL: the default one */
    unsigned standing;
} accounts[] = {
    {NULL, MANAGEMENT},      {"222222222222", DELEGATE}, {"333333333333", MEMBER},
    {"444444444444", NAMED}, {"555555555555", OUTSIDER},
};

static struct client client;
static struct client_key keys[ARRAY_LEN(accounts)][POWERS];

static struct response good(const struct client_key *key, const char *op, const char *body)
{
    struct response response = client_organizations(&client, key, op, body);
    ck_assert_msg(response.status == 200, "%s: %.*s", op, STR_FMT(response.body));
    return response;
}

static struct client_key new_user(const struct client_key *root, const char *name)
{
    struct arena *a = &client.arena;
    client_post(&client, root, "iam",
                arena_printf(a, "Action=CreateUser&Version=2010-05-08&UserName=%s", name));
    struct response response =
        client_post(&client, root, "iam",
                    arena_printf(a, "Action=CreateAccessKey&Version=2010-05-08&UserName=%s", name));
    ck_assert_int_eq(response.status, 200);
    return (struct client_key){client_element(&client, &response, "AccessKeyId"),
                               client_element(&client, &response, "SecretAccessKey"), NULL};
}

/* An account, its root user's key, its administrator's, and that of a user without permissions. */
static void make_account(size_t number)
{
    const char *id = accounts[number].account;
    struct client_key *of = keys[number];
    if (id) {
        struct account_spec spec = {.id = id};
        account_new_key(client.server->sandbox, &client.arena, &spec);
        ck_assert_int_eq(account_create(client.server->sandbox, &client.arena, &spec), OK);
        of[ROOT] = (struct client_key){spec.access_key_id, spec.secret, NULL};
    }
    const struct client_key *root = id ? &of[ROOT] : NULL;
    of[ADMINISTRATOR] = new_user(root, "admin");
    of[POWERLESS] = new_user(root, "nobody");
    struct response response =
        client_post(&client, root, "iam",
                    "Action=AttachUserPolicy&Version=2010-05-08&UserName=admin&"
                    "PolicyArn=arn:aws:iam::aws:policy/AdministratorAccess");
    ck_assert_int_eq(response.status, 200);
}

static void join(size_t number)
{
    struct arena *a = &client.arena;
    struct response invited =
        good(NULL, "InviteAccountToOrganization",
             arena_printf(a, "{\"Target\":{\"Id\":\"%s\",\"Type\":\"ACCOUNT\"}}",
                          accounts[number].account));
    const char *id = strstr(str_dup(a, invited.body), "\"h-");
    ck_assert_ptr_nonnull(id);
    good(&keys[number][ROOT], "AcceptHandshake",
         arena_printf(a, "{\"HandshakeId\":\"%.34s\"}", id + 1));
}

/* Without access to the bills nobody but the root user leaves. */
static void open_bills(const struct client_key *root)
{
    const struct signer signer = client_signer(&client, root, "own");
    struct request rq = {
        .method = STR("POST"),
        .path = STR("/_iam-local/account-tasks/activate-iam-access-to-billing"),
        .body = STR("{}"),
        .source_ip = "127.0.0.1",
        .loopback = true,
    };
    sign_header(&client.arena, &signer, &rq);
    struct response response = client_send(&client, &rq);
    ck_assert_msg(response.status == 200, "%.*s", STR_FMT(response.body));
}

/* All that may be lent, to all of an account. */
static void put_resource_policy(void)
{
    struct buf b = buf_new(&client.arena, 4096);
    buf_add(&b, STR("{\"Content\":\"{\\\"Version\\\":\\\"2012-10-17\\\",\\\"Statement\\\":{"
                    "\\\"Effect\\\":\\\"Allow\\\",\\\"Principal\\\":{\\\"AWS\\\":"
                    "\\\"444444444444\\\"},\\\"Resource\\\":\\\"*\\\",\\\"Action\\\":["));
    const char *comma = "";
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if ((table[i].served & EVERYBODY) == READERS || (table[i].served & EVERYBODY) == LENT) {
            buf_printf(&b, "%s\\\"organizations:%s\\\"", comma, table[i].op);
            comma = ",";
        }
    }
    buf_add(&b, STR("]}}\"}"));
    good(NULL, "PutResourcePolicy", buf_text(&b));
}

static void set_up(void)
{
    ck_assert_int_eq(server_reset(client.server, client.server->sandbox, &client.arena), OK);
    for (size_t i = 0; i < ARRAY_LEN(accounts); i++)
        make_account(i);
    for (size_t i = 0; i < ARRAY_LEN(accounts); i++)
        open_bills(accounts[i].account ? &keys[i][ROOT] : NULL);
    good(NULL, "CreateOrganization", "{}");
    for (size_t i = 0; i < ARRAY_LEN(accounts); i++) {
        if (accounts[i].standing & (DELEGATE | MEMBER | NAMED))
            join(i);
    }
    good(NULL, "EnableAWSServiceAccess", "{\"ServicePrincipal\":\"account.amazonaws.com\"}");
    good(NULL, "RegisterDelegatedAdministrator",
         "{\"AccountId\":\"222222222222\",\"ServicePrincipal\":\"account.amazonaws.com\"}");
    put_resource_policy();
}

/* The sentences that refuse, or none. */
static const char not_yours[] = "\"You don't have permissions to access this resource.\"";
static const char not_in_use[] = "\"AWSOrganizationsNotInUseException\"";
static const char no_permission[] = "is not authorized to perform: organizations:";

static const char *expected(size_t row, unsigned standing, enum power power)
{
    if (!(table[row].served & standing))
        return standing == OUTSIDER ? not_in_use : not_yours;
    if (power != POWERLESS)
        return NULL;
    /* What is lent has to be permitted by the account, too, but nobody is told what lacks. */
    return standing == NAMED && !(table[row].served & MEMBER) ? not_yours : no_permission;
}

/* What happened is explained to whoever runs the server. */
static void check_explanation(const struct response *refused)
{
    const char *id = client_header(refused, "x-amzn-requestid");
    const char *path = arena_printf(&client.arena, "/_iam-local/explain/%s", id);
    struct response response = client_ask(&client, "GET", path, NULL, 0, STR(""));
    const char *body = str_dup(&client.arena, response.body);
    ck_assert_msg(response.status == 200 && strstr(body, "\"allowed\": false"), "%d %s",
                  response.status, body);
}

static void check(size_t row, size_t account, enum power power)
{
    static const char *const refusals[] = {not_yours, not_in_use, no_permission};
    bool is_default = !accounts[account].account && power == ROOT;
    struct response response = client_organizations(
        &client, is_default ? NULL : &keys[account][power], table[row].op, "{}");
    const char *body = str_dup(&client.arena, response.body);
    const char *wanted = expected(row, accounts[account].standing, power);
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
        ck_assert_msg((refusals[i] == wanted) == (strstr(body, refusals[i]) != NULL),
                      "%s, account %zu, power %d: expected %s, got %d %s", table[row].op, account,
                      (int)power, wanted ? wanted : "to be served", response.status, body);
    ck_assert_msg(response.status == (wanted ? 400 : response.status) && response.status < 500,
                  "%s: %d %s", table[row].op, response.status, body);
    if (wanted == not_yours && !(table[row].served & accounts[account].standing))
        check_explanation(&response);
    if (response.status == 200)
        set_up();
}

START_TEST(everybody_calls_everything)
{
    client_start(&client, NULL);
    set_up();
    for (size_t row = 0; row < ARRAY_LEN(table); row++) {
        for (size_t account = 0; account < ARRAY_LEN(accounts); account++) {
            for (int power = 0; power < POWERS; power++)
                check(row, account, (enum power)power);
        }
    }
    client_stop(&client);
}
END_TEST

START_TEST(the_table_is_complete)
{
    const struct api_service *service = route_service(STR("organizations"));
    ck_assert_uint_eq(service->n_ops, ARRAY_LEN(table));
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        ck_assert_msg(api_find(service, str_of(table[i].op)) != NULL, "%s", table[i].op);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("organization");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, the_table_is_complete);
    tcase_add_test(tcase, everybody_calls_everything);
    return suite_run("organization", tcase);
}
