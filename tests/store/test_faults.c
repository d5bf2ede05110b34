/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every operation that writes, with each of its statements failing in turn: the answer is a
 * ServiceFailure, the database is as before, and the same request then succeeds. The linker puts
 * functions of this file before sqlite3_step, to fail and to look into the database, and
 * log_write. An operation that is built and has no line in `writes` is a failure.
 */
#include <check.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "access/account.h"
#include "access/totp.h"
#include "base/cache.h"
#include "err.h"
#include "queries.h"
#include "server/api/route.h"
#include "store/fault_requests.h"
#include "support/certificates.h"
#include "support/client.h"
#include "support/saml.h"
#include "support/suite.h"

static int steps_to_fault; /* the last of so many steps fails; 0: none will */
static sqlite3 *database;  /* where the last step was */

int __real_sqlite3_step(sqlite3_stmt *stmt);
int __wrap_sqlite3_step(sqlite3_stmt *stmt);
void __wrap_log_write(const struct log *log, enum log_level level, const char *event,
                      const struct log_field *fields, size_t n);

/* A thousand failures that are meant. */
void __wrap_log_write(const struct log *log UNUSED, enum log_level level UNUSED,
                      const char *event UNUSED, const struct log_field *fields UNUSED,
                      size_t n UNUSED)
{
}

int __wrap_sqlite3_step(sqlite3_stmt *stmt)
{
    database = sqlite3_db_handle(stmt);
    if (steps_to_fault > 0 && --steps_to_fault == 0)
        return SQLITE_IOERR;
    return __real_sqlite3_step(stmt);
}

/* One operation, and the state it meets. */
struct trial {
    struct client client;
    struct client_key admin;
    struct response answers[ARRAY_LEN(before)];
    size_t n_answers;
    struct buf told; /* the answers of Organizations */
    const char *service, *op, *form;
};

/* Begins to read, which tells what `database` is. */
static struct tx look(struct trial *t)
{
    struct tx tx;
    struct setting_row row;
    store_begin_later(t->client.server->sandbox->store, false, &t->client.arena, &tx);
    int code = q_setting_get(&tx, &(struct q_setting_get){"none"}, &row);
    ck_assert_int_eq(code, ERR_NOT_FOUND);
    return tx;
}

static void dump_rows(struct buf *text, const char *table)
{
    sqlite3_stmt *rows;
    const char *sql = arena_printf(text->arena, "SELECT * FROM %s ORDER BY 1, 2", table);
    ck_assert_int_eq(sqlite3_prepare_v2(database, sql, -1, &rows, NULL), SQLITE_OK);
    while (sqlite3_step(rows) == SQLITE_ROW) {
        buf_add_text(text, table);
        for (int i = 0; i < sqlite3_column_count(rows); i++) {
            const unsigned char *value = sqlite3_column_text(rows, i);
            buf_printf(text, "|%s", value ? (const char *)value : "NULL");
        }
        buf_add_char(text, '\n');
    }
    ck_assert_int_eq(sqlite3_finalize(rows), SQLITE_OK);
}

/* Everything that is stored, as text. */
static const char *dump(struct trial *t)
{
    struct tx tx = look(t);
    struct buf text = buf_new(&t->client.arena, 4096);
    sqlite3_stmt *tables;
    const char *sql = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    ck_assert_int_eq(sqlite3_prepare_v2(database, sql, -1, &tables, NULL), SQLITE_OK);
    while (sqlite3_step(tables) == SQLITE_ROW)
        dump_rows(&text, (const char *)sqlite3_column_text(tables, 0));
    ck_assert_int_eq(sqlite3_finalize(tables), SQLITE_OK);
    ck_assert_int_eq(store_end(&tx, true), OK);
    return buf_text(&text);
}

static const char *version_of(const char *service)
{
    for (size_t i = 0; route_services[i]; i++) {
        if (strcmp(route_services[i]->name, service) == 0)
            return route_services[i]->version;
    }
    ck_abort_msg("no service %s", service);
}

/* Two codes in turn, of now or behind the last one used, of the device the form names. */
static void read_codes(struct trial *t, const char *form, char (*ret)[TOTP_SIZE])
{
    static const char sql[] =
        "SELECT seed, max(last_step + 1, ?) FROM mfa_device WHERE instr(?, serial || '&') > 0";
    sqlite3_stmt *rows;
    struct tx tx = look(t);
    ck_assert_int_eq(sqlite3_prepare_v2(database, sql, -1, &rows, NULL), SQLITE_OK);
    sqlite3_bind_int64(rows, 1, clock_now(&t->client.server->sandbox->clock) / TOTP_SECONDS);
    sqlite3_bind_text(rows, 2, form, -1, SQLITE_TRANSIENT);
    ck_assert_int_eq(sqlite3_step(rows), SQLITE_ROW);
    struct str seed = str_of((const char *)sqlite3_column_text(rows, 0));
    client_totp(seed, sqlite3_column_int64(rows, 1), ret[0]);
    client_totp(seed, sqlite3_column_int64(rows, 1) + 1, ret[1]);
    ck_assert_int_eq(sqlite3_finalize(rows), SQLITE_OK);
    ck_assert_int_eq(store_end(&tx, true), OK);
}

/* Metadata and a private key of an identity provider. */
static const char *metadata(struct arena *a)
{
    struct buf b = {.arena = a};
    buf_pct_encode(&b, str_of(saml_metadata(a, saml_idp_certificate, "")), "");
    buf_add_text(&b, "&AddPrivateKey=");
    buf_pct_encode(&b, str_of(saml_sp_key), "");
    return buf_text(&b);
}

/* With the texts of the files that it names. */
static const char *with_files(struct arena *a, const char *form)
{
    struct buf b = {.arena = a};
    const char *at;
    while ((at = strstr(form, "=@")) != NULL) {
        size_t n = strcspn(at, "&");
        buf_add(&b, (struct str){form, (size_t)(at - form) + 1});
        buf_pct_encode(&b, str_of(certificate_text(a, arena_strndup(a, at + 2, n - 2))), "");
        form = at + n;
    }
    buf_add_text(&b, form);
    return buf_text(&b);
}

/* What the newest of the answers that have it says. */
static const char *told(struct trial *t, const char *name)
{
    const char *text = NULL;
    for (size_t i = t->n_answers; i-- > 0 && !text;)
        text = client_element(&t->client, &t->answers[i], name);
    return text;
}

/* Ends the form with what only the server could tell, or is too long for a table. */
static const char *complete(struct trial *t, const char *form)
{
    struct arena *a = &t->client.arena;
    char codes[2][TOTP_SIZE];
    size_t n = strlen(form);
    if (n > 3 && strcmp(form + n - 3, "Id=") == 0) {
        const char *name = strrchr(form, '&') + 1;
        return arena_printf(a, "%s%s", form,
                            told(t, str_dup(a, (struct str){name, strlen(name) - 1})));
    }
    if (strstr(form, "&SAMLMetadataDocument="))
        return arena_printf(a, "%s%s", form, metadata(a));
    if (form[strlen(form) - 1] != '=')
        return with_files(a, form);
    read_codes(t, form, codes);
    return strstr(form, CODES)
               ? arena_printf(a, "%s%s&AuthenticationCode2=%s", form, codes[0], codes[1])
               : arena_printf(a, "%s%s", form, codes[0]);
}

static struct response prepare(struct trial *t, const char *action)
{
    struct client *client = &t->client;
    const char *form = arena_printf(&client->arena, "Version=2010-05-08&Action=%s", action);
    struct response response = client_post(client, NULL, "iam", complete(t, form));
    ck_assert_msg(response.status == 200, "%s: %.*s", action, STR_FMT(response.body));
    return response;
}

/* Where rest-json has the operation; else NULL. */
static const char *path_of(const char *service, const char *op)
{
    const struct api_service *s = route_service(str_of(service));
    for (size_t i = 0; i < s->n_routes; i++) {
        if (strcmp(s->routes[i].op->name, op) == 0)
            return s->routes[i].path;
    }
    return NULL;
}

static bool is_json(const struct trial *t)
{
    return t->form[0] == '{';
}

static struct response post(struct trial *t)
{
    struct client *client = &t->client;
    if (!is_json(t))
        return client_post(client, &t->admin, t->service, t->form);
    const char *path = path_of(t->service, t->op);
    const char *target = arena_printf(&client->arena, "%s.%s",
                                      path ? "" : route_service(str_of(t->service))->target, t->op);
    struct request_header headers[8] = {
        {STR("Host"), STR("localhost:4566")},
        {STR("Content-Type"), path ? STR("application/json") : STR("application/x-amz-json-1.1")},
        {STR("X-Amz-Target"), str_of(target)}};
    struct request rq = {.method = STR("POST"),
                         .path = str_of(path ? path : "/"),
                         .headers = headers,
                         .n_headers = path ? 2 : 3,
                         .body = str_of(t->form),
                         .source_ip = "127.0.0.1",
                         .loopback = true};
    const struct signer signer = client_signer(client, &t->admin, t->service);
    sign_header(&client->arena, &signer, &rq);
    return client_send(client, &rq);
}

/* The last text in what Organizations has told that begins with PREFIX. */
static struct str last_told(struct trial *t, const char *prefix, const char *text)
{
    struct str found = {NULL, 0};
    const char *next = buf_text(&t->told);
    while ((next = strstr(next, prefix)) != NULL) {
        next += strlen(text);
        found = (struct str){next, strcspn(next, "\"/")};
    }
    ck_assert_msg(found.p != NULL, "nothing begins with %s", prefix);
    return found;
}

/* The one-time password that nobody is told. */
static struct str stored_otp(struct trial *t)
{
    struct tx tx;
    struct arena *a = &t->client.arena;
    struct primary_email_update_row row;
    const char *account = str_dup(a, last_told(t, "\"AccountId\":\"", "\"AccountId\":\""));
    ck_assert_int_eq(store_begin(t->client.server->sandbox->store, false, a, &tx), OK);
    int code = q_primary_email_update_get(&tx, &(struct q_primary_email_update_get){account}, &row);
    ck_assert_int_eq(code, OK);
    ck_assert_int_eq(store_end(&tx, true), OK);
    return str_of(row.code);
}

/* A body with the ids that only the server could tell. */
static const char *with_ids(struct trial *t, const char *body)
{
    struct arena *a = &t->client.arena;
    struct buf b = buf_new(a, 256);
    const char *at;
    while ((at = strstr(body, "\"@")) != NULL) {
        const char *name = arena_strndup(a, at + 2, strcspn(at + 2, "\"\\"));
        bool account = strcmp(name, "account") == 0, otp = strcmp(name, "otp") == 0;
        const char *quote = account ? "\"AccountId\":\"" : "\"";
        buf_add(&b, (struct str){body, (size_t)(at - body) + 1});
        buf_add(&b, otp ? stored_otp(t)
                        : last_told(t, account ? quote : arena_printf(a, "\"%s", name), quote));
        body = at + 2 + strlen(name);
    }
    buf_add_text(&b, body);
    return buf_text(&b);
}

static void set_request(struct trial *t, const char *service, const char *op,
                        const char *parameters)
{
    t->service = service;
    t->op = op;
    t->form = parameters;
    if (is_json(t))
        t->form = with_ids(t, parameters);
    else
        t->form = complete(t, arena_printf(&t->client.arena, "Version=%s&Action=%s&%s",
                                           version_of(service), op, parameters));
}

/* What the operation needs in front of it. */
static void prepare_first(struct trial *t, const char *op)
{
    struct clock *clock = &t->client.server->sandbox->clock;
    for (size_t i = 0; i < ARRAY_LEN(first); i++) {
        if (strcmp(first[i].op, op) != 0)
            continue;
        set_request(t, first[i].service, first[i].first, first[i].parameters);
        struct response response = post(t);
        ck_assert_msg(response.status == 200, "%s: %.*s", t->op, STR_FMT(response.body));
        buf_add(&t->told, response.body);
        clock_freeze(clock, clock_now(clock) + LATER);
    }
}

static void act(struct trial *t, const char *op, const char *body)
{
    set_request(t, "organizations", op, body);
    struct response response = post(t);
    ck_assert_msg(response.status == 200, "%s: %.*s", t->op, STR_FMT(response.body));
    buf_add(&t->told, response.body);
}

static void prepare_organization(struct trial *t, const char *op)
{
    if (strcmp(op, "CreateOrganization") == 0)
        return;
    for (size_t i = 0; i < ARRAY_LEN(organization); i++)
        act(t, organization[i].op, organization[i].body);
}

static void prepare_between(struct trial *t, const char *op)
{
    const struct client_key admin = t->admin;
    struct account_spec spec = {.id = OTHER};
    for (size_t i = 0; i < ARRAY_LEN(between); i++) {
        if (strcmp(between[i].op, op) != 0)
            continue;
        account_new_key(t->client.server->sandbox, &t->client.arena, &spec);
        ck_assert_int_eq(account_create(t->client.server->sandbox, &t->client.arena, &spec), OK);
        act(t, between[i].management, between[i].body);
        t->admin = (struct client_key){spec.access_key_id, spec.secret, NULL};
        for (size_t k = 0; between[i].others[k]; k++)
            act(t, between[i].others[k],
                strcmp(between[i].others[k], "AcceptHandshake") == 0 ? HANDSHAKE : "{}");
        if (!between[i].by_other)
            t->admin = admin;
    }
}

static bool needs_organization(size_t number)
{
    return strcmp(writes[number].service, "organizations") == 0 ||
           strstr(writes[number].op, "Organizations") || strstr(writes[number].op, "PrimaryEmail");
}

/* Which has no API of AWS. */
static void add_template(struct trial *t)
{
    struct response response = client_ask(
        &t->client, "PUT", "/_iam-local/delegation-templates", NULL, 0,
        STR("{\"arn\":\"" TEMPLATE "\",\"account\":\"123456789012\",\"partner\":\"Acme\","
            "\"policy\":" ALLOW_ALL "}"));
    ck_assert_msg(response.status == 200, "%.*s", STR_FMT(response.body));
}

static void set_up(struct trial *t, size_t number)
{
    struct client *client = &t->client;
    ck_assert_int_eq(server_reset(client->server, client->server->sandbox, &client->arena), OK);
    add_template(t);
    for (t->n_answers = 0; t->n_answers < ARRAY_LEN(before); t->n_answers++)
        t->answers[t->n_answers] = prepare(t, before[t->n_answers]);
    t->admin.id = client_element(client, &t->answers[ADMIN_KEY], "AccessKeyId");
    t->admin.secret = client_element(client, &t->answers[ADMIN_KEY], "SecretAccessKey");
    t->told = buf_new(&client->arena, 4096);
    if (needs_organization(number))
        prepare_organization(t, writes[number].op);
    prepare_first(t, writes[number].op);
    prepare_between(t, writes[number].op);
    set_request(t, writes[number].service, writes[number].op, writes[number].parameters);
}

static void check_success(struct trial *t, const char *old)
{
    struct response response = post(t);
    ck_assert_msg(response.status == 200, "%s: %.*s", t->form, STR_FMT(response.body));
    ck_assert_str_ne(dump(t), old);
}

/* What the answer says, and what it has to say. */
static const char *code_of(struct trial *t, const struct response *response, const char **expected)
{
    *expected = "ServiceFailure";
    if (!is_json(t))
        return client_element(&t->client, response, "Code");
    bool rest = path_of(t->service, t->op);
    *expected = rest ? "InternalServerException" : "ServiceException";
    return rest ? client_header(response, "x-amzn-errortype")
                : client_member(&t->client, response->body, "__type");
}

/* Lets one statement fail; false when the request does not have so many. */
static bool fail_one(struct trial *t, size_t number, int step)
{
    struct client *client = &t->client;
    set_up(t, number);
    const char *old = dump(t);
    /* So that who asks, and what that user may do, is read as well. */
    cache_clear(client->server->sandbox->credentials);
    cache_clear(client->server->sandbox->views);
    cache_clear(client->server->sandbox->entities);
    cache_clear(client->server->sandbox->memberships);
    steps_to_fault = step;
    struct response response = post(t);
    bool failed = steps_to_fault == 0;
    steps_to_fault = 0;
    if (!failed) {
        ck_assert_int_eq(response.status, 200);
        return false;
    }
    const char *expected, *code = code_of(t, &response, &expected);
    ck_assert_msg(response.status == 500 && code && strcmp(code, expected) == 0,
                  "%s, step %d: %d %.*s", t->form, step, response.status, STR_FMT(response.body));
    ck_assert_str_eq(dump(t), old);
    check_success(t, old);
    return true;
}

static void run(size_t number, const char *const *options)
{
    struct trial t = {.service = NULL};
    client_start(&t.client, options);
    int step = 1;
    while (fail_one(&t, number, step))
        step++;
    /* Begin, at least one statement, commit. */
    ck_assert_int_gt(step, 3);
    client_stop(&t.client);
}

START_TEST(in_memory)
{
    run((size_t)_i, NULL);
}
END_TEST

START_TEST(in_a_directory)
{
    char directory[64];
    const char *tmp = getenv("TMPDIR");
    snprintf(directory, sizeof directory, "%.40s/faults-XXXXXX", tmp ? tmp : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(directory));
    run((size_t)_i, (const char *const[]){"--data", directory, NULL});
    static const char *const files[] = {"iam-local.db", "iam-local.lock"};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        char path[96];
        snprintf(path, sizeof path, "%s/%s", directory, files[i]);
        ck_assert_int_eq(remove(path), 0);
    }
    ck_assert_int_eq(rmdir(directory), 0);
}
END_TEST

static bool has_line(const struct api_op *op)
{
    for (size_t i = 0; i < ARRAY_LEN(writes); i++) {
        if (strcmp(writes[i].service, op->service->name) == 0 &&
            strcmp(writes[i].op, op->name) == 0)
            return true;
    }
    return false;
}

START_TEST(every_write_has_a_line)
{
    for (size_t i = 0; route_services[i]; i++) {
        for (size_t k = 0; k < route_services[i]->n_ops; k++) {
            const struct api_op *op = &route_services[i]->ops[k];
            bool write =
                op->run && !op->stores_nothing && op->access != API_LIST && op->access != API_READ;
            if (strcmp(op->service->name, "signin") == 0) /* server/signin has those */
                continue;
            ck_assert_msg(!write || has_line(op), "no line for %s %s", op->service->name, op->name);
        }
    }
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("faults");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, every_write_has_a_line);
    tcase_add_loop_test(tcase, in_memory, 0, ARRAY_LEN(writes));
    tcase_add_loop_test(tcase, in_a_directory, 0, ARRAY_LEN(writes));
    return suite_run("faults", tcase);
}
