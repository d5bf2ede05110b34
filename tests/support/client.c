/* SPDX-License-Identifier: Apache-2.0 */
#include "support/client.h"

#include <inttypes.h>
#include <jansson.h>
#include <nettle/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "support/sign.h"

enum { OPTIONS_MAX = 32, CODE_SECONDS = 30 };

static void die(const char *message)
{
    fprintf(stderr, "client: %s\n", message);
    exit(2);
}

void client_start(struct client *client, const char *const *options)
{
    static char program[] = "iam-local", seed[] = "--seed", cost[] = "--password-cost", one[] = "1";
    char *argv[OPTIONS_MAX] = {program, seed, one, cost, one};
    size_t n = 5;
    for (; options && *options && n < OPTIONS_MAX - 1; options++)
        argv[n++] = (char *)(uintptr_t)*options;
    char *environment[] = {NULL};
    *client = (struct client){.remote = false};
    arena_init(&client->arena);
    const char *message = "";
    struct config config;
    if (!config_read(&config, &client->arena, argv, environment, &message) ||
        server_new(&config, &client->arena, &client->server, &message) < 0)
        die(message);
    client->server->log.level = LOG_ERROR;
    clock_freeze(&client->server->sandbox->clock, CLIENT_TIME);
    if (server_reset(client->server, client->server->sandbox, &client->arena) < 0)
        die("reset failed");
}

void client_stop(struct client *client)
{
    server_free(client->server);
    arena_done(&client->arena);
}

struct response client_send(struct client *client, const struct request *rq)
{
    struct response response;
    pipeline_run(client->server, &client->arena, rq, &response);
    return response;
}

struct signer client_signer(const struct client *client, const struct client_key *as,
                            const char *service)
{
    const struct config *config = &client->server->config;
    return (struct signer){.access_key_id = as ? as->id : config->root_key_id,
                           .secret = as ? as->secret : config->root_secret,
                           .token = as ? as->token : NULL,
                           .region = "us-east-1",
                           .service = service,
                           .at = time(NULL)};
}

struct response client_post(struct client *client, const struct client_key *as, const char *service,
                            const char *form)
{
    const struct signer signer = client_signer(client, as, service);
    struct request *rq = sign_form(&client->arena, &signer, form);
    rq->source_ip = "127.0.0.1";
    rq->loopback = !client->remote;
    return client_send(client, rq);
}

struct response client_organizations(struct client *client, const struct client_key *as,
                                     const char *operation, const char *body)
{
    struct arena *a = &client->arena;
    const char *target = arena_printf(a, "AWSOrganizationsV20161128.%s", operation);
    const struct request_header headers[] = {
        {STR("Host"), STR("localhost:4566")},
        {STR("Content-Type"), STR("application/x-amz-json-1.1")},
        {STR("X-Amz-Target"), str_of(target)}};
    struct request rq = {.method = STR("POST"),
                         .path = STR("/"),
                         .headers = headers,
                         .n_headers = ARRAY_LEN(headers),
                         .body = str_of(body),
                         .source_ip = "127.0.0.1",
                         .loopback = !client->remote};
    const struct signer signer = client_signer(client, as, "organizations");
    sign_header(a, &signer, &rq);
    return client_send(client, &rq);
}

struct response client_ask(struct client *client, const char *method, const char *target,
                           const struct request_header *headers, size_t n_headers, struct str body)
{
    const struct request_header host = {STR("Host"), STR("localhost:4566")};
    struct str query = str_of(target), path = str_cut(&query, '?');
    const struct request rq = {.method = str_of(method),
                               .path = path,
                               .query = query,
                               .headers = headers ? headers : &host,
                               .n_headers = headers ? n_headers : 1,
                               .body = body,
                               .source_ip = "127.0.0.1",
                               .loopback = !client->remote};
    return client_send(client, &rq);
}

/* 64 digits of five bits, as the server makes seeds. */
static void read_seed(struct str seed, uint8_t ret[static 40])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    for (size_t bit = 0; bit < 320; bit++) {
        size_t digit = (size_t)(strchr(digits, seed.p[bit / 5]) - digits);
        size_t set = digit >> (4 - bit % 5) & 1;
        ret[bit / 8] = (uint8_t)(ret[bit / 8] << 1 | set);
    }
}

void client_totp(struct str seed, int64_t step, char ret[static CLIENT_CODE_SIZE])
{
    struct hmac_sha1_ctx hmac;
    uint8_t secret[40] = {0}, text[8], digest[SHA1_DIGEST_SIZE];
    if (seed.n != 64)
        die("not the seed of a device");
    read_seed(seed, secret);
    for (int i = 7; i >= 0; i--, step >>= 8)
        text[i] = (uint8_t)step;
    hmac_sha1_set_key(&hmac, sizeof secret, secret);
    hmac_sha1_update(&hmac, sizeof text, text);
    hmac_sha1_digest(&hmac, sizeof digest, digest);
    const uint8_t *at = digest + (digest[SHA1_DIGEST_SIZE - 1] & 15);
    uint32_t number = (at[0] & 0x7fU) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    snprintf(ret, CLIENT_CODE_SIZE, "%06" PRIu32, number % 1000000);
}

const char *client_mfa_code(struct client *client, const char *seed, int64_t steps)
{
    struct buf base32 = buf_new(&client->arena, 64);
    char *code = arena_alloc(&client->arena, CLIENT_CODE_SIZE);
    if (!buf_base64_decode(&base32, str_of(seed)))
        die("not the seed of a device");
    int64_t now = clock_now(&client->server->sandbox->clock) / CODE_SECONDS;
    client_totp(buf_str(&base32), now + steps, code);
    return code;
}

const char *client_token(struct client *client, struct str claims)
{
    struct response response =
        client_ask(client, "POST", "/_iam-local/oidc/token", NULL, 0, claims);
    const char *token = client_member(client, response.body, "token");
    if (!token)
        die(str_dup(&client->arena, response.body));
    return token;
}

const char *client_member(struct client *client, struct str answer, const char *name)
{
    json_t *json = json_loadb(answer.p, answer.n, 0, NULL);
    const char *text = json_string_value(json_object_get(json, name));
    text = text ? arena_strdup(&client->arena, text) : NULL;
    json_decref(json);
    return text;
}

const char *client_element(struct client *client, const struct response *response, const char *name)
{
    struct arena *a = &client->arena;
    const char *body = str_dup(a, response->body);
    const char *open = strstr(body, arena_printf(a, "<%s>", name));
    if (!open)
        return NULL;
    open += strlen(name) + 2;
    const char *close = strstr(open, arena_printf(a, "</%s>", name));
    return close ? arena_strndup(a, open, (size_t)(close - open)) : NULL;
}

const char *client_header(const struct response *response, const char *name)
{
    for (size_t i = 0; i < response->n_headers; i++) {
        if (strcmp(response->headers[i].name, name) == 0)
            return response->headers[i].value;
    }
    return NULL;
}
