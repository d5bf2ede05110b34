/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every caller calls every operation that is built. What authentication and authorization have to
 * say is told beforehand from the rows of the model and the rules that AWS states by name; what
 * the operation itself makes of the request does not count.
 */
#include <stdio.h>
#include <stdlib.h>

#include "err.h"
#include "matrix/callers.h"
#include "matrix/sample.h"
#include "server/api/route.h"
#include "shape/encode.h"
#include "support/suite.h"

enum outcome {
    REFUSED,      /* the credentials are not good */
    OUT_OF_REACH, /* they are not for this operation */
    BAD_CODE,     /* there is no such MFA device */
    DENIED,
    PASSED, /* whatever comes then */
    OUTCOMES
};

/* One operation, with only the required members or with all. */
struct trial {
    struct client *client;
    const struct api_op *op;
    const char *form;
    const void *in;
    const struct api_auth *last; /* the last row that counts, or NULL */
    const char *unsigned_code;   /* what nobody was told */
};

struct expected {
    enum outcome outcome;
    const char *code;     /* NULL: none of authentication or authorization */
    const char *words[2]; /* of the message; NULL: any */
};

static size_t tally[OUTCOMES];

/* There is no handshake that would need anything. */
static bool row_counts(const struct trial *t, const struct api_auth *row)
{
    return row->if_claims == API_CLAIMS_ANY && !row->if_needed &&
           api_auth_applies(t->op, row, t->in);
}

static const struct api_auth *last_row(const struct trial *t)
{
    const struct api_auth *last = NULL;
    for (const struct api_auth *row = t->op->auth; row && row->action; row++)
        last = row_counts(t, row) ? row : last;
    return last;
}

/* The first rule that no row has (STS API Reference, AssumeRole and AssumeRoot): root users assume
   nothing. */
static bool denies(const struct trial *t, const struct caller_case *caller,
                   const struct api_auth *row)
{
    if (caller->kind == PRINCIPAL_ROOT)
        return row->resource == RESOURCE_TRUSTING_ROLE || row->resource == RESOURCE_ROOT_USER;
    return caller->powers == POWERS_NONE ||
           (caller->powers == POWERS_SHORT && strcmp(row->action, t->last->action) == 0);
}

static const struct api_auth *denied_row(const struct trial *t, const struct caller_case *caller)
{
    for (const struct api_auth *row = t->op->auth; row && row->action; row++) {
        if (row_counts(t, row) && denies(t, caller, row))
            return row;
    }
    return NULL;
}

static bool is_op(const struct trial *t, const char *name)
{
    return strcmp(t->op->name, name) == 0;
}

static bool is_of(const struct trial *t, const char *service)
{
    return strcmp(t->op->service->name, service) == 0;
}

static bool is_iam(const struct trial *t)
{
    return is_of(t, "iam");
}

static bool is_json(const struct trial *t)
{
    return t->op->service->protocol != API_QUERY;
}

/* STS API Reference, GetSessionToken and GetFederationToken: what their keys are good for. */
static bool reaches(const struct trial *t, const struct caller_case *caller)
{
    if (caller->credentials != CREDENTIALS_SESSION || caller->kind == PRINCIPAL_SESSION)
        return true;
    if (is_iam(t))
        return caller->mfa;
    return !is_of(t, "sts") || is_op(t, "GetCallerIdentity") ||
           (is_op(t, "AssumeRole") && caller->kind != PRINCIPAL_FEDERATED);
}

/* The same two pages: long-term keys are needed. */
static bool needs_long_term(const struct trial *t)
{
    return is_op(t, "GetSessionToken") || is_op(t, "GetFederationToken");
}

static bool is_member_set(const struct trial *t, uint16_t offset)
{
    return *(const char *const *)((const char *)t->in + offset);
}

static bool brings_code(const struct trial *t)
{
    const struct api_mfa *mfa = t->op->mfa;
    return mfa && (is_member_set(t, mfa->serial) || is_member_set(t, mfa->code));
}

static struct expected cannot_call(const struct trial *t)
{
    const char *words =
        arena_printf(&t->client->arena, "Cannot call %s with session credentials", t->op->name);
    return (struct expected){OUT_OF_REACH, "AccessDenied", {words}};
}

/* Why a role cannot be assumed, or a session not be tagged, is told to nobody. */
static bool is_silent(const struct api_auth *row)
{
    return row->resource == RESOURCE_TRUSTING_ROLE || row->resource == RESOURCE_ROOT_USER ||
           strcmp(row->action, "sts:TagSession") == 0;
}

static struct expected denial(const struct trial *t, const struct caller_case *caller,
                              const struct api_auth *row)
{
    if (caller->kind == PRINCIPAL_ROOT && row->resource == RESOURCE_TRUSTING_ROLE)
        return (struct expected){
            DENIED, "AccessDenied", {"Roles may not be assumed by root accounts."}};
    if (is_of(t, "organizations") && str_starts(str_of(row->action), STR("iam:")))
        return (struct expected){
            DENIED, "AccessDeniedForDependencyException", {"iam:CreateServiceLinkedRole"}};
    const char *words = arena_printf(&t->client->arena,
                                     "is not authorized to perform: %s on resource: ", row->action);
    const char *because = is_silent(row) ? NULL : caller->because;
    return (struct expected){DENIED, "AccessDenied", {words, because}};
}

/* No account is in an organization, where some may name others. */
static bool names_account(const struct trial *t)
{
    const struct shape *in = t->op->in;
    for (size_t i = 0; is_of(t, "account") && i < in->n; i++) {
        const char *name = in->fields[i].name;
        if (strcmp(name, "AccountId") == 0 || strcmp(name, "StandardAccountId") == 0)
            return shape_is_set(in, t->in, i);
    }
    return false;
}

static struct expected denied_other_account(const struct trial *t)
{
    const char *words =
        arena_printf(&t->client->arena, "is not authorized to perform: account:%s\"", t->op->name);
    return (struct expected){DENIED, "AccessDenied", {words}};
}

static struct expected expect(const struct trial *t, const struct caller_case *caller)
{
    static const struct expected passed = {.outcome = PASSED};
    if (t->op->unsigned_call)
        return passed;
    if (caller->refused)
        return (struct expected){REFUSED, caller->refused, {NULL}};
    if (!reaches(t, caller))
        return is_iam(t) ? (struct expected){OUT_OF_REACH, "InvalidClientTokenId", {NULL}}
                         : cannot_call(t);
    if (needs_long_term(t) && caller->credentials != CREDENTIALS_KEY)
        return cannot_call(t);
    if (brings_code(t))
        return (struct expected){BAD_CODE, "AccessDenied", {"MultiFactorAuthentication failed"}};
    if (t->op->standing && !(t->op->standing & API_FOR_STANDALONE))
        return passed; /* as far as to be told that the account is in no organization */
    const struct api_auth *row = denied_row(t, caller);
    if (row)
        return denial(t, caller, row);
    return names_account(t) ? denied_other_account(t) : passed;
}

/* NULL: the service has none. */
static const char *path_of(const struct api_op *op)
{
    const struct api_service *service = op->service;
    for (size_t i = 0; i < service->n_routes; i++) {
        if (service->routes[i].op == op)
            return service->routes[i].path;
    }
    return NULL;
}

static struct response call_json(const struct trial *t, const struct caller_case *caller)
{
    struct client *client = t->client;
    struct arena *a = &client->arena;
    const char *path = path_of(t->op);
    const char *target = path ? "" : arena_printf(a, "%s.%s", t->op->service->target, t->op->name);
    const struct request_header headers[] = {
        {STR("Host"), STR("localhost:4566")},
        {STR("Content-Type"), path ? STR("application/json") : STR("application/x-amz-json-1.1")},
        {STR("X-Amz-Target"), str_of(target)}};
    struct buf body = buf_new(a, 256);
    shape_encode_json(&body, t->op->in, t->in, false);
    struct request rq = {.method = STR("POST"),
                         .path = path ? str_of(path) : STR("/"),
                         .headers = headers,
                         .n_headers = ARRAY_LEN(headers) - (path != NULL),
                         .body = buf_str(&body),
                         .source_ip = "127.0.0.1",
                         .loopback = true};
    if (caller->credentials != CREDENTIALS_NONE) {
        const struct signer signer = client_signer(client, &caller->key, t->op->service->name);
        sign_header(a, &signer, &rq);
    }
    return client_send(client, &rq);
}

static struct response call(const struct trial *t, const struct caller_case *caller)
{
    struct client *client = t->client;
    if (is_json(t))
        return call_json(t, caller);
    if (caller->credentials != CREDENTIALS_NONE)
        return client_post(client, &caller->key, t->op->service->name, t->form);
    const struct request_header headers[] = {
        {STR("Host"), STR("localhost:4566")},
        {STR("Content-Type"), STR("application/x-www-form-urlencoded")}};
    return client_ask(client, "POST", "/", headers, ARRAY_LEN(headers), str_of(t->form));
}

/* Those of authentication and authorization. */
static const int early[] = {
    ERR_MISSING_AUTHENTICATION_TOKEN, ERR_INCOMPLETE_SIGNATURE, ERR_INVALID_CLIENT_TOKEN_ID,
    ERR_SIGNATURE_DOES_NOT_MATCH,     ERR_EXPIRED_SESSION,      ERR_ACCESS_DENIED};

/* As the Query protocol has it, where that is known; NULL: it is no error. */
static const char *code_of(const struct trial *t, const struct response *response)
{
    if (!is_json(t))
        return client_element(t->client, response, "Code");
    const char *type = path_of(t->op) ? client_header(response, "x-amzn-errortype")
                                      : client_member(t->client, response->body, "__type");
    for (size_t i = 0; type && i < ARRAY_LEN(early); i++) {
        if (strcmp(type, err_face(early[i])->json_code) == 0)
            return err_face(early[i])->code;
    }
    return type;
}

/* Whether authentication or authorization says so, or the server is in trouble. */
static bool is_early(const struct response *response, const char *code)
{
    for (size_t i = 0; i < ARRAY_LEN(early); i++) {
        if (strcmp(code, err_face(early[i])->code) == 0)
            return true;
    }
    return response->status >= 500;
}

/* Accounts that are no partner or manage nothing, and tokens that are none, are not for policies
   to tell. */
static bool is_told_by_operation(const struct trial *t, const char *code)
{
    bool by_itself = strcmp(t->op->name, "CreateDelegationRequest") == 0 ||
                     strcmp(t->op->name, "GetDelegatedAccessToken") == 0 ||
                     strcmp(t->op->name, "GenerateOrganizationsAccessReport") == 0;
    return by_itself && strcmp(code, "AccessDenied") == 0;
}

static bool is_expected(const struct trial *t, const struct expected *e,
                        const struct response *response, const char *code)
{
    if (e->outcome == PASSED)
        return code ? !is_early(response, code) || is_told_by_operation(t, code)
                    : response->status == 200;
    int status =
        t->op->service->target && str_starts(str_of(e->code), STR("AccessDenied")) ? 400 : 403;
    if (response->status != status || !code || strcmp(code, e->code) != 0)
        return false;
    const char *body = str_dup(&t->client->arena, response->body);
    for (size_t i = 0; i < ARRAY_LEN(e->words) && e->words[i]; i++) {
        if (!strstr(body, e->words[i]))
            return false;
    }
    return true;
}

/* Whether the sandbox may not be any more what it was. */
static bool try(struct trial *t, const struct caller_case *caller)
{
    struct expected expected = expect(t, caller);
    struct response response = call(t, caller);
    const char *code = code_of(t, &response);
    ck_assert_msg(is_expected(t, &expected, &response, code), "%s: %s\nexpected %s %s %s, got %.*s",
                  caller->name, t->form, expected.code ? expected.code : "success",
                  expected.words[0] ? expected.words[0] : "",
                  expected.words[1] ? expected.words[1] : "", STR_FMT(response.body));
    tally[expected.outcome]++;
    if (t->op->unsigned_call && caller == callers)
        t->unsigned_code = code;
    else if (t->op->unsigned_call)
        ck_assert_pstr_eq(code, t->unsigned_code);
    return response.status == 200 && t->op->access != API_LIST && t->op->access != API_READ;
}

static void empower(const struct trial *t)
{
    static const char unrelated[] = "s3:GetObject";
    struct buf actions = buf_new(&t->client->arena, 128);
    buf_printf(&actions, "[\"%s\"", unrelated);
    for (const struct api_auth *row = t->op->auth; row && row->action; row++) {
        if (row_counts(t, row))
            buf_printf(&actions, ",\"%s\"", row->action);
    }
    buf_add_char(&actions, ']');
    callers_empower(t->client, buf_text(&actions), t->last ? t->last->action : unrelated);
}

/* Names in the form that nothing has make most writes fail; what does not fail is undone. */
static void try_all(struct client *client, const struct api_op *op, bool all)
{
    struct trial t = {.client = client, .op = op};
    t.form = sample_form(&client->arena, op, all, &t.in);
    t.last = last_row(&t);
    empower(&t);
    for (size_t i = 0; i < CALLERS; i++) {
        if (try(&t, &callers[i])) {
            callers_make(client);
            empower(&t);
        }
    }
}

static void try_op(const struct api_op *op)
{
    struct client client;
    client_start(&client, NULL);
    callers_make(&client);
    try_all(&client, op, false);
    try_all(&client, op, true);
    client_stop(&client);
}

/* Returns how many operations are built. */
static size_t try_service(const struct api_service *service)
{
    size_t n = 0;
    for (size_t i = 0; i < service->n_ops; i++) {
        if (service->ops[i].run) {
            try_op(&service->ops[i]);
            n++;
        }
    }
    return n;
}

START_TEST(everybody_calls_everything)
{
    static const size_t least[OUTCOMES] = {1000, 500, 20, 1000, 1000};
    size_t built = 0, cases = 0;
    for (size_t i = 0; route_services[i]; i++) {
        if (strcmp(route_services[i]->name, "signin") != 0) /* whose callers do not sign */
            built += try_service(route_services[i]);
    }
    for (size_t i = 0; i < OUTCOMES; i++) {
        ck_assert_uint_ge(tally[i], least[i]);
        cases += tally[i];
    }
    ck_assert_uint_eq(cases, built * 2 * CALLERS);
}
END_TEST

static const char *read_line(const char *path)
{
    static char line[16 * 1024];
    FILE *file = fopen(path, "r");
    if (!file || !fgets(line, sizeof line, file))
        exit(2);
    fclose(file);
    line[strcspn(line, "\n")] = '\0';
    return line;
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    callers_assertion = read_line(argv[1]);
    TCase *tcase = tcase_create("matrix");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, everybody_calls_everything);
    return suite_run("matrix", tcase);
}
