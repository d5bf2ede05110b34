/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the records say of everybody who can call, and of the calls by which they came to their
 * credentials: all that STS answered, in the order of its happening, against records.golden. Ids
 * are blanked, since they depend on all that was done before. UPDATE=1 in the environment rewrites
 * it.
 */
#include <jansson.h>
#include <stdio.h>

#include "matrix/callers.h"
#include "support/suite.h"

#define ISSUER "token.actions.githubusercontent.com"
#define EVENTS "/_iam-local/events?source=sts.amazonaws.com&limit=1000"

static struct client client;
static const char *golden;

static struct response post(const struct client_key *as, const char *service, const char *form)
{
    struct response response = client_post(&client, as, service, form);
    ck_assert_msg(response.status == 200, "%s: %.*s", form, STR_FMT(response.body));
    return response;
}

static void iam(const char *form)
{
    post(NULL, "iam", arena_printf(&client.arena, "Version=2010-05-08&Action=%s", form));
}

/* Somebody whom a provider of web identities vouches for, and the session that he gets. */
static void visit_from_the_web(void)
{
    static const char trust[] =
        "%7B%22Statement%22:%7B%22Effect%22:%22Allow%22,%22Action%22:"
        "%22sts:AssumeRoleWithWebIdentity%22,%22Principal%22:%7B%22Federated%22:"
        "%22arn:aws:iam::123456789012:oidc-provider/" ISSUER
        "%22%7D,%22Condition%22:%7B%22StringEquals%22:%7B%22" ISSUER
        ":sub%22:%22repo:octo/app:main%22%7D%7D%7D%7D";
    const char *token = client_token(
        &client, STR("{\"iss\": \"https://" ISSUER "\", \"sub\": \"repo:octo/app:main\"}"));
    iam("CreateOpenIDConnectProvider&Url=https://" ISSUER
        "&ClientIDList.member.1=sts.amazonaws.com");
    iam(arena_printf(&client.arena, "CreateRole&RoleName=ci&AssumeRolePolicyDocument=%s", trust));
    const struct request_header headers[] = {
        {STR("Host"), STR("localhost:4566")},
        {STR("Content-Type"), STR("application/x-www-form-urlencoded")}};
    struct response response = client_ask(
        &client, "POST", "/", headers, ARRAY_LEN(headers),
        str_of(arena_printf(&client.arena,
                            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=ci"
                            "&RoleArn=arn:aws:iam::123456789012:role/ci&WebIdentityToken=%s",
                            token)));
    ck_assert_msg(response.status == 200, "%.*s", STR_FMT(response.body));
    const struct client_key key = {client_element(&client, &response, "AccessKeyId"),
                                   client_element(&client, &response, "SecretAccessKey"),
                                   client_element(&client, &response, "SessionToken")};
    post(&key, "sts", "Action=GetCallerIdentity&Version=2011-06-15");
}

static bool is_id_letter(char c)
{
    return ascii_is_digit(c) || (c >= 'A' && c <= 'Z');
}

/* AKIA..., AROA... and their like, UUIDs, and names of tasks lose all that is their own. */
static char *blank(const char *text)
{
    struct buf b = buf_new(&client.arena, strlen(text) + 1);
    while (*text) {
        size_t id = 0, uuid = strspn(text, "0123456789abcdef-");
        while (is_id_letter(text[id]))
            id++;
        bool own = id >= 20 && text[0] == 'A', random = uuid == 36 || uuid == 32;
        if (random || own)
            buf_add_text(&b, own ? arena_strndup(&client.arena, text, 4) : "(random)");
        size_t n = own ? id : random ? uuid : 0;
        if (n == 0)
            buf_add_char(&b, *text);
        text += n ? n : 1;
    }
    return buf_text(&b);
}

/* One below the other, the first call first. */
static char *records(void)
{
    struct response response = client_ask(&client, "GET", EVENTS, NULL, 0, (struct str){NULL, 0});
    ck_assert_int_eq(response.status, 200);
    json_t *answer = json_loadb(response.body.p, response.body.n, 0, NULL);
    const json_t *events = json_object_get(answer, "events");
    struct buf b = buf_new(&client.arena, 65536);
    ck_assert(!json_object_get(answer, "next"));
    for (size_t i = json_array_size(events); i > 0; i--) {
        char *text = json_dumps(json_array_get(events, i - 1), JSON_INDENT(1));
        buf_add_text(&b, text);
        buf_add_char(&b, '\n');
        free(text);
    }
    json_decref(answer);
    return blank(buf_text(&b));
}

static const char *read_golden(void)
{
    FILE *file = fopen(golden, "re");
    struct buf b = buf_new(&client.arena, 65536);
    for (int c; file && (c = fgetc(file)) != EOF;)
        buf_add_char(&b, (char)c);
    if (file)
        fclose(file);
    return buf_text(&b);
}

static void write_golden(const char *text)
{
    FILE *file = fopen(golden, "we");
    ck_assert(file && fputs(text, file) != EOF && fclose(file) == 0);
}

/* The line that is different, for whom is to find it. */
static const char *difference(const char *a, const char *b)
{
    const char *line = a;
    for (; *a && *a == *b; a++, b++)
        line = *a == '\n' ? a + 1 : line;
    return arena_strndup(&client.arena, line, strcspn(line, "\n"));
}

START_TEST(everybody_is_recorded)
{
    client_start(&client, NULL);
    callers_make(&client);
    for (size_t i = 0; i < CALLERS; i++) {
        const struct caller_case *caller = &callers[i];
        if (caller->key.id)
            client_post(&client, &caller->key, "sts",
                        "Action=GetCallerIdentity&Version=2011-06-15");
    }
    visit_from_the_web();
    char *found = records();
    if (getenv("UPDATE"))
        write_golden(found);
    const char *expected = read_golden();
    ck_assert_msg(strcmp(found, expected) == 0,
                  "records.golden has another line than: %s\nIf that is meant: UPDATE=1 meson test "
                  "-C build matrix_records",
                  difference(found, expected));
    client_stop(&client);
}
END_TEST

/* ARGV: the file with the assertion, and records.golden. */
int main(int argc, char **argv)
{
    static char assertion[65536];
    FILE *file = argc == 3 ? fopen(argv[1], "re") : NULL;
    if (!file || !fgets(assertion, sizeof assertion, file))
        return 2;
    fclose(file);
    assertion[strcspn(assertion, "\n")] = '\0';
    callers_assertion = assertion;
    golden = argv[2];
    TCase *tcase = tcase_create("records");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, everybody_is_recorded);
    return suite_run("records", tcase);
}
