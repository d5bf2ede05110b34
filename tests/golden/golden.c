/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replays recorded conversations: `golden [--update] DIRECTORY...`. Each directory is one
 * conversation with a fresh server: its .req files are sent in the order of their names and every
 * answer is compared byte for byte with the .res file beside it. README.md has the format.
 */
#include <dirent.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>

#include "access/account.h"
#include "model/ids.h"
#include "own_api.h"
#include "queries.h"
#include "server/api/route.h"
#include "support/client.h"

enum { USERS_MAX = 16, DEVICES_MAX = 16, FILE_MAX = 1 << 20 };

struct known_user {
    const char *name;
    struct client_key key;
};

struct known_device {
    const char *name, *seed;
};

struct conversation {
    struct client client;
    const char *resource; /* the folder */
    const char *service;  /* the folder above */
    struct known_user users[USERS_MAX];
    size_t n_users;
    struct known_device devices[DEVICES_MAX];
    size_t n_devices;
};

/* One .req file. */
struct step {
    const char *as;     /* "root", a user whose key an earlier step made, or "nobody" */
    const char *accept; /* NULL: none */
    const char *service;
    const char *quota; /* "Users=3", set before the step; NULL: none */
    const char *host, *region;
    const char *later; /* seconds by which the clock goes on before the step; NULL: none */
    struct str action;
    const char *json; /* the body, of services of other protocols than Query */
    const char *path; /* "/" unless the service has paths, or the step another one */
    struct buf form;
};

static void die(const char *what, const char *name)
{
    fprintf(stderr, "golden: %s: %s\n", what, name);
    exit(2);
}

static char *read_file(struct arena *a, const char *path, size_t *n)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    char *text = arena_alloc(a, FILE_MAX);
    *n = fread(text, 1, FILE_MAX - 1, file);
    text[*n] = '\0';
    fclose(file);
    return text;
}

static int insert_key(struct conversation *t, const char *account, const struct client_key *key)
{
    struct tx tx;
    TRY(store_begin(t->client.server->sandbox->store, true, &t->client.arena, &tx));
    int code = q_key_insert(&tx, &(struct q_key_insert){.id = key->id,
                                                        .account = account,
                                                        .owner = account,
                                                        .secret = key->secret,
                                                        .created = 0});
    int end = store_end(&tx, code == OK);
    return code < 0 ? code : end;
}

/* The root user of an account, which is made if need be. Nothing of it is random. */
static struct client_key root_of(struct conversation *t, const char *account)
{
    struct client_key key = {arena_printf(&t->client.arena, "AKIA0000%s", account),
                             "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", NULL};
    const struct account_spec spec = {.id = account, .access_key_id = key.id, .secret = key.secret};
    int code = account_create(t->client.server->sandbox, &t->client.arena, &spec);
    if (code == ERR_ENTITY_ALREADY_EXISTS)
        code = insert_key(t, account, &key);
    if (code != OK)
        die("no root user of", account);
    return key;
}

static struct client_key key_of(struct conversation *t, const char *name)
{
    if (account_id_ok(str_of(name)))
        return root_of(t, name);
    const struct config *config = &t->client.server->config;
    if (strcmp(name, "root") == 0)
        return (struct client_key){config->root_key_id, config->root_secret, NULL};
    for (size_t i = t->n_users; i-- > 0;) {
        if (strcmp(t->users[i].name, name) == 0)
            return t->users[i].key;
    }
    die("no key was made for", name);
    return (struct client_key){.id = NULL};
}

/* The code of "phone+1". */
static const char *code_of(struct conversation *t, struct str text)
{
    struct str name = str_cut(&text, '+');
    bool before = text.n && text.p[0] == '-';
    int64_t steps = 0;
    bool number = str_to_int64((struct str){text.p + before, text.n - before}, &steps);
    for (size_t i = t->n_devices; number && i-- > 0;) {
        if (str_is(name, t->devices[i].name))
            return client_mfa_code(&t->client, t->devices[i].seed, before ? -steps : steps);
    }
    die("not a device and a number of steps", str_dup(&t->client.arena, name));
    return NULL;
}

/* What "@alice", her newest key, "@mfa/phone+1" and "@{...}", a token with such claims, stand for.
 */
static struct str stand_in(struct conversation *t, struct str text)
{
    struct str mfa = STR("@mfa/");
    if (str_starts(text, STR("@{")))
        return str_of(client_token(&t->client, (struct str){text.p + 1, text.n - 1}));
    if (str_starts(text, mfa))
        return str_of(code_of(t, (struct str){text.p + mfa.n, text.n - mfa.n}));
    return str_of(key_of(t, arena_strndup(&t->client.arena, text.p + 1, text.n - 1)).id);
}

/* "Name=value", the value as it shall arrive, but "\n" is a line end and "@" begins a stand-in. */
static void add_parameter(struct conversation *t, struct step *step, struct str line)
{
    struct buf value = buf_new(step->form.arena, line.n + 1);
    struct str rest = line;
    struct str name = str_cut(&rest, '=');
    if (str_is(name, "Action"))
        step->action = rest;
    if (rest.n && rest.p[0] == '@')
        rest = stand_in(t, rest);
    for (size_t i = 0; i < rest.n; i++) {
        bool escape = rest.p[i] == '\\' && i + 1 < rest.n && rest.p[i + 1] == 'n';
        buf_add_char(&value, escape ? '\n' : rest.p[i]);
        i += escape;
    }
    buf_add_text(&step->form, step->form.n ? "&" : "");
    buf_pct_encode(&step->form, name, "");
    buf_add_char(&step->form, '=');
    buf_pct_encode(&step->form, buf_str(&value), "");
}

/* What stands behind "NAME: " when the line begins so, else NULL. */
static const char *directive(struct arena *a, struct str line, const char *name)
{
    size_t n = strlen(name);
    return str_starts(line, str_of(name)) ? arena_strndup(a, line.p + n, line.n - n) : NULL;
}

/* Own endpoints have signed operations, too. */
static const struct api_service *service_of(const struct step *step)
{
    return strcmp(step->service, "own") == 0 ? &own_service : route_service(str_of(step->service));
}

static void read_step(struct conversation *t, const char *text, struct step *step)
{
    struct arena *a = &t->client.arena;
    *step = (struct step){.as = "root",
                          .service = t->service,
                          .host = "localhost:4566",
                          .region = "us-east-1",
                          .json = "{}",
                          .form = {.arena = a}};
    for (struct str rest = str_of(text); rest.p;) {
        struct str line = str_cut(&rest, '\n');
        const char *value;
        if ((value = directive(a, line, "as: ")) != NULL)
            step->as = value;
        else if ((value = directive(a, line, "accept: ")) != NULL)
            step->accept = value;
        else if ((value = directive(a, line, "service: ")) != NULL)
            step->service = value;
        else if ((value = directive(a, line, "quota: ")) != NULL)
            step->quota = value;
        else if ((value = directive(a, line, "later: ")) != NULL)
            step->later = value;
        else if ((value = directive(a, line, "json: ")) != NULL)
            step->json = value;
        else if ((value = directive(a, line, "host: ")) != NULL)
            step->host = value;
        else if ((value = directive(a, line, "region: ")) != NULL)
            step->region = value;
        else if ((value = directive(a, line, "path: ")) != NULL)
            step->path = value;
        else if (line.n && line.p[0] != '#')
            add_parameter(t, step, line);
    }
    const struct api_service *service = service_of(step);
    if (service->version)
        add_parameter(t, step, str_of(arena_printf(a, "Version=%s", service->version)));
}

static void set_quota(struct conversation *t, const char *text)
{
    struct str rest = str_of(text);
    struct str name = str_cut(&rest, '=');
    enum quota quota;
    int64_t value = 0;
    if (!quota_find(name, &quota) || !str_to_int64(rest, &value))
        die("no such quota", text);
    atomic_store(&t->client.server->sandbox->quotas[quota], value);
}

static void move_clock(struct conversation *t, const char *text)
{
    struct clock *clock = &t->client.server->sandbox->clock;
    int64_t seconds = 0;
    if (!str_to_int64(str_of(text), &seconds))
        die("not a number of seconds", text);
    clock_freeze(clock, clock_now(clock) + seconds);
}

/* The first of the operation's routes; NULL: its service has none. */
static const struct api_route *route_of(const struct api_service *service, struct str action)
{
    for (size_t i = 0; i < service->n_routes; i++) {
        if (str_is(action, service->routes[i].op->name))
            return &service->routes[i];
    }
    return NULL;
}

/* The body and what says how to read it. Returns how many HEADERS there are now. */
static size_t write_step(struct arena *a, const struct step *step, struct request_header *headers,
                         struct str *body)
{
    const struct api_service *service = service_of(step);
    if (service->protocol == API_QUERY) {
        headers[0] = (struct request_header){
            STR("Content-Type"), STR("application/x-www-form-urlencoded; charset=utf-8")};
        *body = buf_str(&step->form);
        return 1;
    }
    *body = str_of(step->json);
    if (service->protocol == API_REST_JSON) {
        headers[0] = (struct request_header){STR("Content-Type"), STR("application/json")};
        return 1;
    }
    const char *target = arena_printf(a, "%s.%.*s", service->target, STR_FMT(step->action));
    headers[0] = (struct request_header){STR("Content-Type"), STR("application/x-amz-json-1.1")};
    headers[1] = (struct request_header){STR("X-Amz-Target"), str_of(target)};
    return 2;
}

static struct response send_step(struct conversation *t, const struct step *step)
{
    struct arena *a = &t->client.arena;
    struct request_header headers[4] = {{STR("Host"), str_of(step->host)}};
    const struct api_route *route = route_of(service_of(step), step->action);
    const char *path = step->path ? step->path : route ? route->path : "/";
    struct request bare = {
        .method = str_of(route ? route->method : "POST"), .path = str_of(path), .headers = headers};
    bare.n_headers = 1 + write_step(a, step, headers + 1, &bare.body);
    if (step->accept)
        headers[bare.n_headers++] = (struct request_header){STR("Accept"), str_of(step->accept)};
    if (strcmp(step->as, "nobody") != 0) {
        struct client_key key = key_of(t, step->as);
        struct signer signer = client_signer(&t->client, &key, step->service);
        signer.region = step->region;
        sign_header(a, &signer, &bare);
    }
    bare.source_ip = "127.0.0.1";
    bare.loopback = true;
    return client_send(&t->client, &bare);
}

/* Remembers the keys that answers of CreateAccessKey carry, and those of the newest session. */
static void learn_key(struct conversation *t, const struct response *response)
{
    const char *secret = client_element(&t->client, response, "SecretAccessKey");
    const char *user = client_element(&t->client, response, "UserName");
    if (!secret || t->n_users == USERS_MAX)
        return;
    const char *token = client_element(&t->client, response, "SessionToken");
    t->users[t->n_users++] =
        (struct known_user){token  ? "session"
                            : user ? user
                                   : "root2",
                            {client_element(&t->client, response, "AccessKeyId"), secret, token}};
}

/* Remembers the seeds that answers of CreateVirtualMFADevice carry. */
static void learn_device(struct conversation *t, const struct response *response)
{
    const char *seed = client_element(&t->client, response, "Base32StringSeed");
    if (!seed || t->n_devices == DEVICES_MAX)
        return;
    const char *serial = client_element(&t->client, response, "SerialNumber");
    t->devices[t->n_devices++] = (struct known_device){strrchr(serial, '/') + 1, seed};
}

static struct str render(struct arena *a, const struct response *response)
{
    struct buf b = buf_new(a, response->body.n + 512);
    buf_printf(&b, "HTTP %d\n", response->status);
    for (size_t i = 0; i < response->n_headers; i++)
        buf_printf(&b, "%s: %s\n", response->headers[i].name, response->headers[i].value);
    buf_add_char(&b, '\n');
    buf_add(&b, response->body);
    return buf_str(&b);
}

/*
 * What is random in an answer follows from the names of service, resource and step, the number of
 * the step left out: other steps, and where this one stands among them, do not matter.
 */
static void seed_step(struct conversation *t, const char *path)
{
    struct str step = str_of(strrchr(path, '/') + 1);
    str_cut(&step, '-');
    const char *name =
        arena_printf(&t->client.arena, "%s/%s/%.*s", t->service, t->resource, STR_FMT(step));
    rand_restart(&t->client.server->sandbox->rand, str_hash(str_of(name)));
}

static bool check_step(struct conversation *t, const char *path, bool update)
{
    struct arena *a = &t->client.arena;
    size_t n = 0;
    seed_step(t, path);
    struct step step;
    read_step(t, read_file(a, path, &n), &step);
    if (step.quota)
        set_quota(t, step.quota);
    if (step.later)
        move_clock(t, step.later);
    struct response response = send_step(t, &step);
    learn_key(t, &response);
    learn_device(t, &response);
    struct str got = render(a, &response);
    char *expected_path = arena_printf(a, "%.*s.res", (int)strlen(path) - 4, path);
    const char *expected = read_file(a, expected_path, &n);
    if (expected && str_eq(got, (struct str){expected, n}))
        return true;
    if (!update) {
        printf("FAIL %s\n--- expected\n%s\n--- got\n%.*s\n", path,
               expected ? expected : "(no such file)", STR_FMT(got));
        return false;
    }
    FILE *file = fopen(expected_path, "wb");
    if (!file || fwrite(got.p, 1, got.n, file) != got.n || fclose(file) != 0)
        die("cannot write", expected_path);
    return true;
}

static int is_request(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);
    return n > 4 && strcmp(entry->d_name + n - 4, ".req") == 0;
}

/* Returns how many steps failed. */
static int run(const char *directory, bool update, int *total)
{
    struct conversation t = {.resource = NULL};
    client_start(&t.client, NULL);
    char *copy = arena_strdup(&t.client.arena, directory);
    t.resource = basename(arena_strdup(&t.client.arena, directory));
    t.service = basename(dirname(copy));
    struct dirent **entries;
    int n = scandir(directory, &entries, is_request, alphasort), failed = 0;
    if (n <= 0)
        die("no .req files in", directory);
    for (int i = 0; i < n; i++) {
        char *path = arena_printf(&t.client.arena, "%s/%s", directory, entries[i]->d_name);
        failed += !check_step(&t, path, update);
        free(entries[i]); /* scandir's */
    }
    free(entries);
    client_stop(&t.client);
    *total += n;
    return failed;
}

int main(int argc, char **argv)
{
    bool update = argc > 1 && strcmp(argv[1], "--update") == 0;
    int failed = 0, total = 0;
    for (int i = update ? 2 : 1; i < argc; i++)
        failed += run(argv[i], update, &total);
    printf("%d passed, %d failed\n", total - failed, failed);
    return failed ? 1 : 0;
}
