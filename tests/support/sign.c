/* SPDX-License-Identifier: Apache-2.0 */
#include "support/sign.h"

#include <inttypes.h>
#include <stdlib.h>

#include "authn/sigv4.h"
#include "base/clock.h"

static void add_header(struct arena *a, struct request *rq, const char *name, const char *value)
{
    struct request_header *headers = NEW_ARRAY(a, struct request_header, rq->n_headers + 1);
    if (rq->n_headers)
        memcpy(headers, rq->headers, rq->n_headers * sizeof *headers);
    headers[rq->n_headers++] = (struct request_header){str_of(name), str_of(value)};
    rq->headers = headers;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "content-type;host;x-amz-date": each name once, sorted. */
static struct str header_names(struct arena *a, const struct request *rq)
{
    const char **names = NEW_ARRAY(a, const char *, rq->n_headers);
    struct buf b = {.arena = a};
    for (size_t i = 0; i < rq->n_headers; i++)
        names[i] = str_fold(a, rq->headers[i].name);
    qsort(names, rq->n_headers, sizeof *names, compare_names);
    for (size_t i = 0; i < rq->n_headers; i++) {
        if (i && strcmp(names[i], names[i - 1]) == 0)
            continue;
        buf_printf(&b, "%s%s", i ? ";" : "", names[i]);
    }
    return buf_str(&b);
}

static struct sigv4_auth auth_of(struct arena *a, const struct signer *by)
{
    char timestamp[CLOCK_TEXT_SIZE];
    clock_basic(by->at, timestamp);
    struct sigv4_auth auth = {
        .access_key_id = str_of(by->access_key_id),
        .region = str_of(by->region),
        .service = str_of(by->service),
        .terminator = STR("aws4_request"),
        .timestamp = str_of(arena_strdup(a, timestamp)),
        .signed_at = by->at,
    };
    auth.date = (struct str){auth.timestamp.p, 8};
    if (by->payload)
        auth.payload = str_of(by->payload);
    return auth;
}

static const char *scope_of(struct arena *a, const struct sigv4_auth *auth)
{
    return arena_printf(a, "%.*s/%.*s/%.*s/%.*s/%.*s", STR_FMT(auth->access_key_id),
                        STR_FMT(auth->date), STR_FMT(auth->region), STR_FMT(auth->service),
                        STR_FMT(auth->terminator));
}

static const char *signature_of(struct arena *a, const struct signer *by, const struct request *rq,
                                const struct sigv4_auth *auth)
{
    struct sigv4_rules rules;
    sigv4_rules_of(str_of(by->service), NULL, &rules);
    unsigned char key[SIGV4_KEY_SIZE];
    char *signature = arena_alloc(a, SIGV4_SIGNATURE_SIZE);
    sigv4_signing_key(str_of(by->secret), auth->date, auth->region, auth->service, key);
    struct str canonical = sigv4_canonical_request(a, rq, auth, &rules);
    sigv4_signature(key, sigv4_string_to_sign(a, auth, canonical), signature);
    return signature;
}

void sign_header(struct arena *a, const struct signer *by, struct request *rq)
{
    struct sigv4_auth auth = auth_of(a, by);
    if (!request_header(rq, "host").p)
        add_header(a, rq, "Host", "127.0.0.1:4566");
    add_header(a, rq, "X-Amz-Date", str_dup(a, auth.timestamp));
    if (by->token)
        add_header(a, rq, "X-Amz-Security-Token", by->token);
    auth.signed_headers = header_names(a, rq);
    const char *signature = signature_of(a, by, rq, &auth);
    add_header(a, rq, "Authorization",
               arena_printf(a, "AWS4-HMAC-SHA256 Credential=%s, SignedHeaders=%.*s, Signature=%s",
                            scope_of(a, &auth), STR_FMT(auth.signed_headers), signature));
}

static void add_param(struct buf *query, const char *name, const char *value)
{
    if (query->n)
        buf_add_char(query, '&');
    buf_printf(query, "%s=", name);
    buf_pct_encode(query, str_of(value), "");
}

void sign_query(struct arena *a, const struct signer *by, int64_t expires, struct request *rq)
{
    struct sigv4_auth auth = auth_of(a, by);
    struct buf query = {.arena = a};
    auth.presigned = true;
    if (!request_header(rq, "host").p)
        add_header(a, rq, "Host", "127.0.0.1:4566");
    auth.signed_headers = header_names(a, rq);
    buf_add(&query, rq->query);
    add_param(&query, "X-Amz-Algorithm", "AWS4-HMAC-SHA256");
    add_param(&query, "X-Amz-Credential", scope_of(a, &auth));
    add_param(&query, "X-Amz-Date", str_dup(a, auth.timestamp));
    add_param(&query, "X-Amz-Expires", arena_printf(a, "%" PRId64, expires));
    if (by->token)
        add_param(&query, "X-Amz-Security-Token", by->token);
    add_param(&query, "X-Amz-SignedHeaders", str_dup(a, auth.signed_headers));
    rq->query = buf_str(&query);
    add_param(&query, "X-Amz-Signature", signature_of(a, by, rq, &auth));
    rq->query = buf_str(&query);
}

static struct request *form(struct arena *a, const char *body)
{
    struct request *rq = NEW(a, struct request);
    *rq = (struct request){
        .method = STR("POST"), .path = STR("/"), .body = str_of(body), .source_ip = "127.0.0.1"};
    add_header(a, rq, "Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    return rq;
}

struct request *sign_form_to(struct arena *a, const struct signer *by, const char *path,
                             const char *body)
{
    struct request *rq = form(a, body);
    rq->path = str_of(path);
    sign_header(a, by, rq);
    return rq;
}

struct request *sign_form(struct arena *a, const struct signer *by, const char *body)
{
    struct request *rq = form(a, body);
    sign_header(a, by, rq);
    return rq;
}

struct request *sign_form_query(struct arena *a, const struct signer *by, int64_t expires,
                                const char *body)
{
    struct request *rq = form(a, body);
    sign_query(a, by, expires, rq);
    return rq;
}
