/* SPDX-License-Identifier: Apache-2.0 */
#include "authorize_box.h"

#include <nettle/sha2.h>

struct client client;
struct client_key alice;

const char *box_call(const char *service, const char *form, const char *element)
{
    const char *version = strcmp(service, "sts") == 0 ? "2011-06-15" : "2010-05-08";
    struct response response = client_post(
        &client, NULL, service, arena_printf(&client.arena, "Version=%s&Action=%s", version, form));
    ck_assert_msg(response.status == 200, "%.*s", STR_FMT(response.body));
    return element ? client_element(&client, &response, element) : NULL;
}

char *quoted(const char *text)
{
    char *ret = arena_strdup(&client.arena, text);
    for (char *p = ret; *p; p++)
        *p = (char)(*p == '\'' ? '"' : *p);
    return ret;
}

void box_allow(const char *statements)
{
    struct buf b = buf_new(&client.arena, 512);
    buf_add_text(&b, "PutUserPolicy&UserName=alice&PolicyName=p&PolicyDocument=");
    buf_pct_encode(&b,
                   str_of(quoted(arena_printf(
                       &client.arena, "{'Version':'2012-10-17','Statement':[%s]}", statements))),
                   "");
    box_call("iam", buf_text(&b), NULL);
}

void box_start(const char *const *options, const char *statements)
{
    client_start(&client, options);
    box_call("iam", "CreateUser&UserName=alice", NULL);
    box_allow(statements);
    struct response key = client_post(&client, NULL, "iam",
                                      "Version=2010-05-08&Action=CreateAccessKey&UserName=alice");
    alice = (struct client_key){client_element(&client, &key, "AccessKeyId"),
                                client_element(&client, &key, "SecretAccessKey"), NULL};
}

void box_stop(void)
{
    client_stop(&client);
}

/* "Name: value" a line, behind those that are there. */
static void add_headers(struct request *rq, const char *lines)
{
    enum { MOST = 24 };
    struct request_header *headers = NEW_ARRAY(&client.arena, struct request_header, MOST);
    struct str rest = str_of(lines ? lines : "");
    if (rq->n_headers)
        memcpy(headers, rq->headers, rq->n_headers * sizeof *headers);
    while (rest.n) {
        struct str value = str_cut(&rest, '\n'), name = str_cut(&value, ':');
        ck_assert_uint_lt(rq->n_headers, MOST);
        headers[rq->n_headers++] = (struct request_header){name, str_trim(value)};
    }
    rq->headers = headers;
}

struct request *make(const char *method, const char *host, const char *target, const char *headers,
                     const char *body)
{
    struct request *rq = NEW(&client.arena, struct request);
    struct str query = str_of(target), path = str_cut(&query, '?');
    *rq = (struct request){.method = str_of(method),
                           .path = path,
                           .query = query,
                           .body = str_of(body),
                           .source_ip = "127.0.0.1"};
    add_headers(rq, arena_printf(&client.arena, "Host: %s", host));
    add_headers(rq, headers);
    return rq;
}

static const char *digest_of(struct str body)
{
    struct sha256_ctx sha;
    unsigned char digest[SHA256_DIGEST_SIZE];
    struct buf b = {.arena = &client.arena};
    sha256_init(&sha);
    sha256_update(&sha, body.n, (const uint8_t *)body.p);
    sha256_digest(&sha, sizeof digest, digest);
    buf_hex(&b, digest, sizeof digest);
    return buf_text(&b);
}

struct request *sign(struct request *rq, const struct client_key *key, const char *service,
                     const char *payload)
{
    struct signer signer = client_signer(&client, key ? key : &alice, service);
    if (payload && strcmp(payload, "digest") == 0)
        payload = digest_of(rq->body);
    if (payload)
        add_headers(rq, arena_printf(&client.arena, "X-Amz-Content-Sha256: %s", payload));
    signer.payload = payload;
    sign_header(&client.arena, &signer, rq);
    return rq;
}

struct request *json_request(const char *service, const char *target, const char *body)
{
    const char *headers = arena_printf(
        &client.arena, "Content-Type: application/x-amz-json-1.0\nX-Amz-Target: %s", target);
    const char *host = arena_printf(&client.arena, "%s.us-east-1.amazonaws.com", service);
    return sign(make("POST", host, "/", headers, quoted(body)), NULL, service, NULL);
}

struct response post_authorize(const char *json)
{
    const struct request_header headers[] = {{STR("Host"), STR("localhost:4566")}};
    return client_ask(&client, "POST", "/_iam-local/authorize", headers, ARRAY_LEN(headers),
                      str_of(json));
}

static void add_text(struct buf *b, const char *name, struct str text)
{
    buf_printf(b, "\"%s\":", name);
    buf_json(b, text);
    buf_add_char(b, ',');
}

static const char *target_of(const struct request *rq)
{
    struct buf b = buf_new(&client.arena, 256);
    buf_add(&b, rq->path);
    if (rq->query.p)
        buf_add_char(&b, '?');
    buf_add(&b, rq->query);
    return buf_text(&b);
}

json_t *show(const struct request *rq, bool body)
{
    struct buf b = buf_new(&client.arena, 1024), base64 = {.arena = &client.arena};
    buf_add_char(&b, '{');
    add_text(&b, "method", rq->method);
    add_text(&b, "target", str_of(target_of(rq)));
    if (body) {
        buf_base64(&base64, (const unsigned char *)rq->body.p, rq->body.n);
        add_text(&b, "body", str_of(buf_text(&base64)));
    }
    buf_add_text(&b, "\"headers\":{");
    for (size_t i = 0; i < rq->n_headers; i++) {
        buf_add_text(&b, i ? "," : "");
        buf_json(&b, rq->headers[i].name);
        buf_add_char(&b, ':');
        buf_json(&b, rq->headers[i].value);
    }
    buf_add_text(&b, "}}");
    struct response response = post_authorize(buf_text(&b));
    ck_assert_msg(response.status == 200, "%d %.*s", response.status, STR_FMT(response.body));
    json_t *json = json_loadb(response.body.p, response.body.n, 0, NULL);
    ck_assert_ptr_nonnull(json);
    return json;
}

static bool is_host(struct str name)
{
    return str_eq_fold(name, STR("host"));
}

struct response show_gate(const struct request *rq, const char *more)
{
    struct arena *a = &client.arena;
    struct request asked = {.method = STR("GET"),
                            .path = STR("/_iam-local/authorize"),
                            .source_ip = "127.0.0.1",
                            .loopback = !client.remote};
    struct request_header *headers = NEW_ARRAY(a, struct request_header, rq->n_headers);
    for (size_t i = 0; i < rq->n_headers; i++) {
        if (!is_host(rq->headers[i].name))
            headers[asked.n_headers++] = rq->headers[i];
    }
    asked.headers = headers;
    add_headers(&asked, arena_printf(a,
                                     "Host: 127.0.0.1:4566\nX-Original-Method: %.*s\n"
                                     "X-Original-URI: %s\nX-Original-Host: %.*s",
                                     STR_FMT(rq->method), target_of(rq),
                                     STR_FMT(request_header(rq, "host"))));
    add_headers(&asked, more);
    return client_send(&client, &asked);
}

struct response show_stand_in(const struct request *rq, bool body, const char *more)
{
    struct request asked = *rq;
    asked.path =
        str_of(arena_printf(&client.arena, "/_iam-local/authorize%.*s", STR_FMT(rq->path)));
    asked.loopback = !client.remote;
    asked.body = body ? rq->body : STR("");
    add_headers(&asked, arena_printf(&client.arena, "Content-Length: %zu", asked.body.n));
    add_headers(&asked, more);
    return client_send(&client, &asked);
}

const char *text_of(const json_t *json, const char *name)
{
    const char *value = json_string_value(json_object_get(json, name));
    return value ? value : "null";
}
