/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole request as text, signed for a service that its first byte chooses by somebody who has no
 * policies, and shown in all ways: nobody lets it in, unless no permission is needed for it.
 */
#include "support/client.h"
#include "support/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const services[] = {
    "s3",  "dynamodb",   "sqs", "monitoring",  "ec2", "sts", "sns", "lambda",
    "kms", "cloudfront", "lex", "execute-api", "rds", "ssm", "ecr", "states",
};

static struct client client;
static struct client_key alice;

static void start(void)
{
    client_start(&client, NULL);
    client_post(&client, NULL, "iam", "Version=2010-05-08&Action=CreateUser&UserName=alice");
    struct response key = client_post(&client, NULL, "iam",
                                      "Version=2010-05-08&Action=CreateAccessKey&UserName=alice");
    alice = (struct client_key){client_element(&client, &key, "AccessKeyId"),
                                client_element(&client, &key, "SecretAccessKey"), NULL};
    if (!alice.id)
        __builtin_trap();
}

static struct response run(struct arena *a, const struct request *rq)
{
    struct response response;
    pipeline_run(client.server, a, rq, &response);
    return response;
}

static bool has(const struct response *response, const char *text)
{
    return memmem(response->body.p, response->body.n, text, strlen(text)) != NULL;
}

/* "decision":"Allow" comes with no decision, and nothing else does. */
static void check_answer(const struct response *response)
{
    if (has(response, "\"decision\":\"Allow\"") && !has(response, "\"decisions\":[]"))
        __builtin_trap();
    if (!has(response, "\"decision\":"))
        __builtin_trap();
}

static void add_text(struct buf *b, const char *name, struct str text)
{
    buf_printf(b, "\"%s\":", name);
    buf_json(b, text);
    buf_add_char(b, ',');
}

static void add_headers(struct buf *b, const struct request *rq)
{
    buf_add_text(b, "\"headers\":{");
    for (size_t i = 0; i < rq->n_headers; i++) {
        bool seen = false;
        for (size_t k = 0; k < i; k++)
            seen |= str_eq(rq->headers[k].name, rq->headers[i].name);
        if (seen)
            continue;
        buf_add_text(b, i ? "," : "");
        buf_json(b, rq->headers[i].name);
        buf_add_text(b, ":[");
        for (size_t k = i; k < rq->n_headers; k++) {
            if (!str_eq(rq->headers[k].name, rq->headers[i].name))
                continue;
            buf_add_text(b, k > i ? "," : "");
            buf_json(b, rq->headers[k].value);
        }
        buf_add_char(b, ']');
    }
    buf_add_text(b, "}}");
}

static struct str target_of(struct arena *a, const struct request *rq)
{
    struct buf b = buf_new(a, 256);
    buf_add(&b, rq->path);
    if (rq->query.p)
        buf_add_char(&b, '?');
    buf_add(&b, rq->query);
    return buf_str(&b);
}

static void show_object(struct arena *a, const struct request *rq, bool body)
{
    static const struct request_header host = {{"Host", 4}, {"localhost", 9}};
    struct buf b = buf_new(a, 1024), base64 = {.arena = a};
    buf_add_char(&b, '{');
    add_text(&b, "method", rq->method);
    add_text(&b, "target", target_of(a, rq));
    buf_base64(&base64, (const unsigned char *)rq->body.p, rq->body.n);
    if (body)
        add_text(&b, "body", str_of(buf_text(&base64)));
    add_headers(&b, rq);
    const struct request asked = {.method = STR("POST"),
                                  .path = STR("/_iam-local/authorize"),
                                  .headers = &host,
                                  .n_headers = 1,
                                  .body = buf_str(&b),
                                  .source_ip = "192.0.2.1",
                                  .loopback = true};
    struct response response = run(a, &asked);
    if (response.status == 200)
        check_answer(&response);
    else if (response.status != 400)
        __builtin_trap();
}

static void show_gate(struct arena *a, const struct request *rq)
{
    enum { MORE = 4 };
    struct request_header *headers = NEW_ARRAY(a, struct request_header, rq->n_headers + MORE);
    struct request asked = {.method = STR("GET"),
                            .path = STR("/_iam-local/authorize"),
                            .headers = headers,
                            .source_ip = "192.0.2.1",
                            .loopback = true};
    headers[asked.n_headers++] = (struct request_header){STR("Host"), STR("localhost")};
    headers[asked.n_headers++] = (struct request_header){STR("X-Original-Method"), rq->method};
    headers[asked.n_headers++] = (struct request_header){STR("X-Original-URI"), target_of(a, rq)};
    headers[asked.n_headers++] =
        (struct request_header){STR("X-Original-Host"), request_header(rq, "host")};
    for (size_t i = 0; i < rq->n_headers; i++) {
        if (!str_eq_fold(rq->headers[i].name, STR("host")))
            headers[asked.n_headers++] = rq->headers[i];
    }
    struct response response = run(a, &asked);
    if (response.status != 200 && response.status != 403)
        __builtin_trap();
    if (has(&response, "\"decision\":"))
        check_answer(&response);
    else if (response.status == 200) /* else it was a page of another site that asked */
        __builtin_trap();
}

static void show_stand_in(struct arena *a, const struct request *rq)
{
    struct request asked = *rq;
    asked.path = str_of(arena_printf(a, "/_iam-local/authorize%.*s", STR_FMT(rq->path)));
    asked.source_ip = "192.0.2.1";
    asked.loopback = true;
    struct response response = run(a, &asked);
    if (response.status < 200 || response.status > 599)
        __builtin_trap();
    if (response.status == 200 && has(&response, "\"decisions\":"))
        check_answer(&response);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    if (!client.server)
        start();
    if (size == 0)
        return 0;
    arena_init(&a);
    struct request *rq = wire_request(&a, (struct str){(const char *)data + 1, size - 1});
    if (rq && rq->path.n && rq->path.p[0] == '/') {
        bool is_signed = (data[0] & 0x40) == 0;
        const struct signer signer =
            client_signer(&client, &alice, services[data[0] % ARRAY_LEN(services)]);
        if (is_signed)
            sign_header(&a, &signer, rq);
        show_object(&a, rq, (data[0] & 0x80) == 0);
        show_gate(&a, rq);
        show_stand_in(&a, rq);
    }
    arena_done(&a);
    return 0;
}
