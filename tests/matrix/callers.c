/* SPDX-License-Identifier: Apache-2.0 */
#include "matrix/callers.h"

#include <check.h>

#include "matrix/sample.h"
#include "support/saml.h"

#define ARN "arn:aws:iam::" SAMPLE_ACCOUNT ":"
#define ADMINISTRATOR "PolicyArn=arn:aws:iam::aws:policy/AdministratorAccess"
#define POLICY(effect, action)                                                                     \
    "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"" effect "\",\"Action\":\"" action    \
    "\",\"Resource\":\"*\"}}"
#define INLINE "&PolicyName=p&PolicyDocument="
#define TRUST_FOR(action, principal)                                                               \
    "&AssumeRolePolicyDocument={\"Statement\":{\"Effect\":\"Allow\",\"Action\":"                   \
    "[\"" action "\",\"sts:TagSession\",\"sts:SetSourceIdentity\"],"                               \
    "\"Principal\":{" principal "}}}"
#define TRUST(principal) TRUST_FOR("sts:AssumeRole", principal)
#define TRUST_ACCOUNT TRUST("\"AWS\":\"" SAMPLE_ACCOUNT "\"")
#define ASSUME "AssumeRole&RoleSessionName=session&RoleArn=" ARN "role/"
#define SAML_PROVIDER ARN "saml-provider/idp"
#define OTHER_ACCOUNT "222222222222"
#define FEDERATE "GetFederationToken&Name=guest"
#define WITH_CODE "&SerialNumber=" ARN "mfa/"

#define BOUNDARY "&PermissionsBoundary=" ARN "policy/storage"
#define EXACT "exact"
#define SHORT "short"

#define NO(policy) "because no " policy " allows the"
#define NO_IDENTITY NO("identity-based policy")
#define NO_TOKEN "MissingAuthenticationToken"
#define BAD_TOKEN "InvalidClientTokenId"

#define KEY .credentials = CREDENTIALS_KEY, .user
#define SESSION_OF .credentials = CREDENTIALS_SESSION, .of
#define MIXTURE_OF .credentials = CREDENTIALS_MIXED, .of
#define POWERLESS .powers = POWERS_NONE, .because

/* Who is named by others stands before them. */
struct caller_case callers[CALLERS] = {
    {"nobody", NO_TOKEN, .kind = PRINCIPAL_ANONYMOUS},
    {"root", NULL, PRINCIPAL_ROOT, KEY = NULL},
    {"root's session", NULL, PRINCIPAL_ROOT, SESSION_OF = "root", .ask = "GetSessionToken"},
    {"root's session with MFA", NULL, PRINCIPAL_ROOT, SESSION_OF = "root",
     .ask = "GetSessionToken" WITH_CODE "root", .mfa = true},

    {"user", NULL, PRINCIPAL_USER, KEY = "poor", POWERLESS = NO_IDENTITY},
    {"user's session", NULL, PRINCIPAL_USER, SESSION_OF = "user", .ask = "GetSessionToken",
     POWERLESS = NO_IDENTITY},
    {"user's session with MFA", NULL, PRINCIPAL_USER, SESSION_OF = "user",
     .ask = "GetSessionToken" WITH_CODE "poor", .mfa = true, POWERLESS = NO_IDENTITY},
    {"admin", NULL, PRINCIPAL_USER, KEY = "admin"},
    {"admin's session", NULL, PRINCIPAL_USER, SESSION_OF = "admin", .ask = "GetSessionToken"},
    {"admin's session with MFA", NULL, PRINCIPAL_USER, SESSION_OF = "admin",
     .ask = "GetSessionToken" WITH_CODE "admin", .mfa = true},
    {"member of a group", NULL, PRINCIPAL_USER, KEY = "member"},
    {"denied admin", NULL, PRINCIPAL_USER, KEY = "denied",
     POWERLESS = "with an explicit deny in an identity-based policy"},
    {"bounded admin", NULL, PRINCIPAL_USER, KEY = "bounded",
     POWERLESS = NO("permissions boundary")},
    {"user with what is needed", NULL, PRINCIPAL_USER, KEY = EXACT, .powers = POWERS_EXACT},
    {"user with all but what is needed", NULL, PRINCIPAL_USER, KEY = SHORT, .powers = POWERS_SHORT,
     .because = NO_IDENTITY},

    {"role", NULL, PRINCIPAL_SESSION, SESSION_OF = "admin", .ask = ASSUME "poor",
     POWERLESS = NO_IDENTITY},
    {"admin role", NULL, PRINCIPAL_SESSION, SESSION_OF = "admin", .ask = ASSUME "admin"},
    {"limited role", NULL, PRINCIPAL_SESSION, SESSION_OF = "admin",
     .ask = ASSUME "admin&Policy=" POLICY("Allow", "s3:*"), POWERLESS = NO("session policy")},
    {"role limited to everything", NULL, PRINCIPAL_SESSION, SESSION_OF = "admin",
     .ask = ASSUME "admin&Policy=" POLICY("Allow", "*")},
    {"bounded role", NULL, PRINCIPAL_SESSION, SESSION_OF = "admin", .ask = ASSUME "bounded",
     POWERLESS = NO("permissions boundary")},
    {"role of a role", NULL, PRINCIPAL_SESSION, SESSION_OF = "admin role", .ask = ASSUME "admin"},
    {"container", NULL, PRINCIPAL_SESSION, .credentials = CREDENTIALS_CONTAINER},
    {"instance", NULL, PRINCIPAL_SESSION, .credentials = CREDENTIALS_INSTANCE},
    {"who came with an assertion", NULL, PRINCIPAL_SESSION, .credentials = CREDENTIALS_SAML},
    {"visitor", NULL, PRINCIPAL_SESSION, .credentials = CREDENTIALS_VISITOR},

    {"federated user", NULL, PRINCIPAL_FEDERATED, SESSION_OF = "admin", .ask = FEDERATE,
     POWERLESS = NO("session policy")},
    {"federated user with a policy", NULL, PRINCIPAL_FEDERATED, SESSION_OF = "admin",
     .ask = FEDERATE "&Policy=" POLICY("Allow", "*")},
    {"root's federated user", NULL, PRINCIPAL_FEDERATED, SESSION_OF = "root",
     .ask = FEDERATE "&Policy=" POLICY("Allow", "*")},

    {"unknown key", BAD_TOKEN, PRINCIPAL_USER, .credentials = CREDENTIALS_UNKNOWN},
    {"inactive key", BAD_TOKEN, PRINCIPAL_USER, KEY = "idle"},
    {"deleted user", BAD_TOKEN, PRINCIPAL_USER, KEY = "gone"},
    {"deleted role", BAD_TOKEN, PRINCIPAL_SESSION, SESSION_OF = "admin", .ask = ASSUME "gone"},
    {"expired session", "ExpiredToken", PRINCIPAL_SESSION, SESSION_OF = "admin",
     .ask = ASSUME "admin&DurationSeconds=900"},
    {"session without its token", BAD_TOKEN, PRINCIPAL_SESSION, MIXTURE_OF = "admin role"},
    {"session with another's token", BAD_TOKEN, PRINCIPAL_SESSION, MIXTURE_OF = "admin role",
     .token_of = "role of a role"},
    {"key with a token", BAD_TOKEN, PRINCIPAL_USER, MIXTURE_OF = "admin", .token_of = "admin role"},
    {"key with another's secret", "SignatureDoesNotMatch", PRINCIPAL_USER, MIXTURE_OF = "admin",
     .secret_of = "user"},
};

const char *callers_assertion;

/* Each belongs to the user of its name. */
static const char *const devices[] = {"root", "poor", "admin"};

/* Sent by the root user before the keys and sessions are made. */
static const char *const before[] = {
    "CreateUser&UserName=poor",
    "CreateUser&UserName=" EXACT,
    "CreateUser&UserName=" SHORT,
    "CreateUser&UserName=idle",
    "CreateUser&UserName=gone",
    "CreateUser&UserName=admin",
    "PutUserPolicy&UserName=admin" INLINE POLICY("Allow", "*"),
    "CreateUser&UserName=member",
    "CreateGroup&GroupName=admins",
    "AttachGroupPolicy&GroupName=admins&" ADMINISTRATOR,
    "AddUserToGroup&GroupName=admins&UserName=member",
    "CreateUser&UserName=denied",
    "AttachUserPolicy&UserName=denied&" ADMINISTRATOR,
    "PutUserPolicy&UserName=denied" INLINE POLICY("Deny", "*"),
    "CreatePolicy&PolicyName=storage&PolicyDocument=" POLICY("Allow", "s3:*"),
    "CreateUser&UserName=bounded" BOUNDARY,
    "AttachUserPolicy&UserName=bounded&" ADMINISTRATOR,
    "CreateRole&RoleName=" SAMPLE_ROLE TRUST_ACCOUNT,
    "CreateRole&RoleName=poor" TRUST_ACCOUNT,
    "CreateRole&RoleName=gone" TRUST_ACCOUNT,
    "CreateRole&RoleName=admin" TRUST_ACCOUNT,
    "AttachRolePolicy&RoleName=admin&" ADMINISTRATOR,
    "CreateRole&RoleName=bounded" BOUNDARY TRUST_ACCOUNT,
    "AttachRolePolicy&RoleName=bounded&" ADMINISTRATOR,
    "CreateRole&RoleName=task" TRUST("\"Service\":\"ecs-tasks.amazonaws.com\""),
    "AttachRolePolicy&RoleName=task&" ADMINISTRATOR,
    "CreateRole&RoleName=server" TRUST("\"Service\":\"ec2.amazonaws.com\""),
    "AttachRolePolicy&RoleName=server&" ADMINISTRATOR,
    "CreateInstanceProfile&InstanceProfileName=server",
    "AddRoleToInstanceProfile&InstanceProfileName=server&RoleName=server",
    "CreateRole&RoleName=visited" TRUST("\"AWS\":\"" OTHER_ACCOUNT "\""),
    "AttachRolePolicy&RoleName=visited&" ADMINISTRATOR,
};

/* And afterwards; the id of the user's key is added behind "=". */
static const struct {
    const char *user, *form;
} after[] = {
    {"idle", "UpdateAccessKey&UserName=idle&Status=Inactive&AccessKeyId="},
    {"gone", "DeleteAccessKey&UserName=gone&AccessKeyId="},
    {NULL, "DeleteUser&UserName=gone"},
    {NULL, "DeleteRole&RoleName=gone"},
};

static const struct caller_case *find(const char *name)
{
    for (size_t i = 0; i < CALLERS; i++) {
        if (strcmp(callers[i].name, name) == 0)
            return &callers[i];
    }
    ck_abort_msg("no caller %s", name);
}

static struct response post(struct client *client, const struct client_key *as, const char *service,
                            const char *form)
{
    const char *version = strcmp(service, "sts") == 0 ? "2011-06-15" : "2010-05-08";
    const char *whole = arena_printf(&client->arena, "Version=%s&Action=%s", version, form);
    struct response response = client_post(client, as, service, whole);
    ck_assert_msg(response.status == 200, "%s: %.*s", form, STR_FMT(response.body));
    return response;
}

static struct client_key key_in(struct client *client, const struct response *response)
{
    return (struct client_key){client_element(client, response, "AccessKeyId"),
                               client_element(client, response, "SecretAccessKey"),
                               client_element(client, response, "SessionToken")};
}

/* Returns the device's seed. */
static const char *make_device(struct client *client, const char *name)
{
    struct arena *a = &client->arena;
    struct response response =
        post(client, NULL, "iam",
             arena_printf(a, "CreateVirtualMFADevice&VirtualMFADeviceName=%s", name));
    const char *seed = client_element(client, &response, "Base32StringSeed");
    post(client, NULL, "iam",
         arena_printf(a,
                      "EnableMFADevice&UserName=%s" WITH_CODE "%s&AuthenticationCode1=%s"
                      "&AuthenticationCode2=%s",
                      name, name, client_mfa_code(client, seed, -1),
                      client_mfa_code(client, seed, 0)));
    return seed;
}

static struct client_key make_key(struct client *client, const char *user)
{
    const struct config *config = &client->server->config;
    if (!user)
        return (struct client_key){config->root_key_id, config->root_secret, NULL};
    struct response response = post(
        client, NULL, "iam", arena_printf(&client->arena, "CreateAccessKey&UserName=%s", user));
    return key_in(client, &response);
}

static struct client_key make_session(struct client *client, const struct caller_case *caller,
                                      const char *const *seeds)
{
    const char *ask = caller->ask;
    for (size_t i = 0; caller->mfa && i < ARRAY_LEN(devices); i++) {
        if (strcmp(strrchr(ask, '/') + 1, devices[i]) == 0)
            ask = arena_printf(&client->arena, "%s&TokenCode=%s", ask,
                               client_mfa_code(client, seeds[i], 1));
    }
    struct response response = post(client, &find(caller->of)->key, "sts", ask);
    return key_in(client, &response);
}

/* An own endpoint, with a header besides the host. */
static struct str ask(struct client *client, const char *method, const char *path,
                      struct request_header header, const char *body)
{
    const struct request_header headers[] = {{STR("Host"), STR("localhost:4566")}, header};
    struct response response =
        client_ask(client, method, path, headers, ARRAY_LEN(headers), str_of(body));
    ck_assert_msg(response.status / 100 == 2, "%s: %.*s", path, STR_FMT(response.body));
    return response.body;
}

static struct client_key offered_key(struct client *client, struct str answer)
{
    return (struct client_key){client_member(client, answer, "AccessKeyId"),
                               client_member(client, answer, "SecretAccessKey"),
                               client_member(client, answer, "Token")};
}

static struct client_key make_container(struct client *client)
{
    struct request_header header = {STR("Authorization"), STR("")};
    struct str offer = ask(client, "POST", "/_iam-local/container", header, "{\"role\": \"task\"}");
    header.value = str_of(client_member(client, offer, "AWS_CONTAINER_AUTHORIZATION_TOKEN"));
    return offered_key(client, ask(client, "GET", "/_iam-local/container/credentials", header, ""));
}

static struct client_key make_instance(struct client *client)
{
    static const char role[] = "/latest/meta-data/iam/security-credentials/server";
    struct request_header lasts = {STR("X-aws-ec2-metadata-token-ttl-seconds"), STR("60")};
    ask(client, "PUT", "/_iam-local/instance", lasts, "{\"instance_profile\": \"server\"}");
    struct request_header token = {STR("X-aws-ec2-metadata-token"),
                                   ask(client, "PUT", "/latest/api/token", lasts, "")};
    return offered_key(client, ask(client, "GET", role, token, ""));
}

/* Adds a parameter whose value is not fit for a form as it is. */
static const char *form_with(struct client *client, const char *form, const char *value)
{
    struct buf b = buf_new(&client->arena, 8192);
    buf_add_text(&b, form);
    buf_pct_encode(&b, str_of(value), "");
    return buf_text(&b);
}

static struct client_key make_saml(struct client *client)
{
    post(client, NULL, "iam",
         form_with(client, "CreateSAMLProvider&Name=idp&SAMLMetadataDocument=",
                   saml_metadata(&client->arena, saml_idp_certificate, "")));
    post(client, NULL, "iam",
         "CreateRole&RoleName=federated" TRUST_FOR("sts:AssumeRoleWithSAML",
                                                   "\"Federated\":\"" SAML_PROVIDER "\""));
    post(client, NULL, "iam", "AttachRolePolicy&RoleName=federated&" ADMINISTRATOR);
    struct response answer =
        post(client, NULL, "sts",
             form_with(client,
                       "AssumeRoleWithSAML&RoleArn=" ARN
                       "role/federated&PrincipalArn=" SAML_PROVIDER "&SAMLAssertion=",
                       callers_assertion));
    return key_in(client, &answer);
}

/* Roles of other accounts are assumed by leave of both. */
static struct client_key make_visitor(struct client *client)
{
    struct request_header none = {STR("Accept"), STR("*/*")};
    struct str made =
        ask(client, "POST", "/_iam-local/accounts", none, "{\"account\": \"" OTHER_ACCOUNT "\"}");
    const struct client_key root = {client_member(client, made, "access_key_id"),
                                    client_member(client, made, "secret_access_key"), NULL};
    post(client, &root, "iam", "CreateUser&UserName=visitor");
    post(client, &root, "iam", "PutUserPolicy&UserName=visitor" INLINE POLICY("Allow", "*"));
    struct response response = post(client, &root, "iam", "CreateAccessKey&UserName=visitor");
    struct client_key key = key_in(client, &response);
    response = post(client, &key, "sts", ASSUME "visited");
    return key_in(client, &response);
}

static struct client_key mix(const struct caller_case *caller)
{
    struct client_key key = find(caller->of)->key;
    if (caller->secret_of)
        key.secret = find(caller->secret_of)->key.secret;
    key.token = caller->token_of ? find(caller->token_of)->key.token : NULL;
    return key;
}

static struct client_key make(struct client *client, const struct caller_case *caller,
                              const char *const *seeds)
{
    switch (caller->credentials) {
    case CREDENTIALS_NONE:
        break;
    case CREDENTIALS_UNKNOWN:
        return (struct client_key){"AKIAQEAAAAAAAAAAAAAA", "secret", NULL};
    case CREDENTIALS_KEY:
        return make_key(client, caller->user);
    case CREDENTIALS_SESSION:
        return make_session(client, caller, seeds);
    case CREDENTIALS_CONTAINER:
        return make_container(client);
    case CREDENTIALS_INSTANCE:
        return make_instance(client);
    case CREDENTIALS_SAML:
        return make_saml(client);
    case CREDENTIALS_VISITOR:
        return make_visitor(client);
    case CREDENTIALS_MIXED:
        return mix(caller);
    }
    return (struct client_key){NULL, NULL, NULL};
}

static const char *key_of(const char *user)
{
    for (size_t i = 0; user && i < CALLERS; i++) {
        if (callers[i].user && strcmp(callers[i].user, user) == 0)
            return callers[i].key.id;
    }
    return "";
}

/* Sessions of the least duration end with this. */
static void let_time_pass(struct client *client)
{
    clock_freeze(&client->server->sandbox->clock, CLIENT_TIME + 900);
}

void callers_make(struct client *client)
{
    const char *seeds[ARRAY_LEN(devices)];
    ck_assert_int_eq(server_reset(client->server, client->server->sandbox, &client->arena), OK);
    clock_freeze(&client->server->sandbox->clock, CLIENT_TIME);
    for (size_t i = 0; i < ARRAY_LEN(before); i++)
        post(client, NULL, "iam", before[i]);
    for (size_t i = 0; i < ARRAY_LEN(devices); i++)
        seeds[i] = make_device(client, devices[i]);
    for (size_t i = 0; i < CALLERS; i++)
        callers[i].key = make(client, &callers[i], seeds);
    for (size_t i = 0; i < ARRAY_LEN(after); i++)
        post(client, NULL, "iam",
             arena_printf(&client->arena, "%s%s", after[i].form, key_of(after[i].user)));
    let_time_pass(client);
}

static void empower(struct client *client, const char *user, const char *actions)
{
    post(client, NULL, "iam",
         arena_printf(&client->arena,
                      "PutUserPolicy&UserName=%s" INLINE
                      "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",%s,"
                      "\"Resource\":\"*\"}}",
                      user, actions));
}

void callers_empower(struct client *client, const char *exact, const char *missing)
{
    struct arena *a = &client->arena;
    empower(client, EXACT, arena_printf(a, "\"Action\":%s", exact));
    empower(client, SHORT, arena_printf(a, "\"NotAction\":\"%s\"", missing));
}
