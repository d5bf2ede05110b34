/* SPDX-License-Identifier: Apache-2.0 */
#include <nettle/sha2.h>

#include "authn/sigv4_priv.h"
#include "err.h"

enum { DIGEST_DIGITS = 2 * SHA256_DIGEST_SIZE };

#define UNSIGNED_PAYLOAD "UNSIGNED-PAYLOAD"

/* Names in the credential scope of what signs as S3 does. */
static const char *const s3_family[] = {"s3", "s3express", "s3-object-lambda", "s3-outposts"};

/* Operations whose bodies need not be signed: those with the trait unsignedPayload in the models of
   botocore 1.43.11, but for S3's. */
static const struct {
    const char *service, *operation;
} unsigned_bodies[] = {
    {"ebs", "PutSnapshotBlock"}, {"lex", "PostContent"},         {"lex", "RecognizeUtterance"},
    {"mediastore", "PutObject"}, {"omics", "UploadReadSetPart"},
};

static bool is_s3(struct str service)
{
    for (size_t i = 0; i < ARRAY_LEN(s3_family); i++) {
        if (str_is(service, s3_family[i]))
            return true;
    }
    return false;
}

static bool may_leave_body(struct str service, const char *operation)
{
    for (size_t i = 0; operation && i < ARRAY_LEN(unsigned_bodies); i++) {
        if (str_is(service, unsigned_bodies[i].service) &&
            strcmp(operation, unsigned_bodies[i].operation) == 0)
            return true;
    }
    return false;
}

void sigv4_rules_of(struct str service, const char *operation, struct sigv4_rules *ret)
{
    bool s3 = is_s3(service);
    *ret = (struct sigv4_rules){
        .normalize_path = !s3,
        .token_after_signing = str_is(service, "iotdevicegateway"),
        .unsigned_payload = s3 || may_leave_body(service, operation),
        .s3 = s3,
        .needs_digest = s3 && !str_is(service, "s3-outposts"),
    };
}

static int fail(const char **message, const char *text, int code)
{
    *message = text;
    return code;
}

static bool is_digest(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_is_digit(s.p[i]) && (s.p[i] < 'a' || s.p[i] > 'f'))
            return false;
    }
    return s.n == DIGEST_DIGITS;
}

/* Bodies in chunks: the signature of the request is the seed of those of the chunks, which who
   serves the request checks (S3 API Reference, "Signature calculations for the authorization
   header: transferring payload in multiple chunks"). */
static bool is_chunked(struct str s, bool asymmetric)
{
    struct str start = asymmetric ? STR("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD")
                                  : STR("STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
    if (str_is(s, "STREAMING-UNSIGNED-PAYLOAD-TRAILER"))
        return true;
    if (!str_starts(s, start))
        return false;
    struct str rest = {s.p + start.n, s.n - start.n};
    return rest.n == 0 || str_is(rest, "-TRAILER");
}

/* X-Amz-Content-Sha256 as a header that is signed or as a parameter, which all are; p == NULL:
   neither. */
static int find_announced(struct arena *a, const struct request *rq, const struct sigv4_auth *auth,
                          struct str *ret, const char **message)
{
    struct str name = STR("x-amz-content-sha256");
    struct str header = {NULL, 0}, param = {NULL, 0};
    if (sigv4_is_signed_header(auth, name))
        header = str_trim(request_find_header(rq, name));
    if (auth->presigned) {
        struct sigv4_query query = sigv4_split_query(a, rq->query);
        param = sigv4_query_value(a, &query, "X-Amz-Content-Sha256");
        if (!param.p) /* as the SDK for JavaScript moves headers there */
            param = sigv4_query_value(a, &query, "x-amz-content-sha256");
    }
    if (header.p && param.p && !str_eq(header, param))
        return sigv4_fail_twice(a, message, STR("X-Amz-Content-Sha256"));
    *ret = header.p ? header : param;
    return OK;
}

static struct str digest_of(struct arena *a, struct str body)
{
    struct sha256_ctx sha;
    unsigned char digest[SHA256_DIGEST_SIZE];
    struct buf b = buf_new(a, DIGEST_DIGITS);
    sha256_init(&sha);
    sha256_update(&sha, body.n, (const uint8_t *)body.p);
    sha256_digest(&sha, sizeof digest, digest);
    buf_hex(&b, digest, sizeof digest);
    return buf_str(&b);
}

/* Whether the request itself says that it has no body. */
static bool says_empty(const struct request *rq)
{
    struct str length = str_trim(request_header(rq, "content-length"));
    if (request_header(rq, "transfer-encoding").p)
        return false;
    int64_t n = 0;
    return length.n == 0 || (str_to_int64(length, &n) && n == 0);
}

/* Nothing stands for the body but itself. */
static int settle_on_body(struct arena *a, const struct request *rq, bool body,
                          struct sigv4_auth *auth, const char **message)
{
    if (!body && !says_empty(rq)) {
        return fail(message,
                    "The signature cannot be checked: it takes the body, which did not come, or "
                    "its hash in a signed header X-Amz-Content-Sha256.",
                    ERR_INCOMPLETE_SIGNATURE);
    }
    auth->payload = body ? digest_of(a, rq->body) : STR(SIGV4_EMPTY_DIGEST);
    return OK;
}

static int settle_on(struct arena *a, const struct request *rq, bool body, struct str announced,
                     struct sigv4_auth *auth, const char **message)
{
    auth->payload = announced;
    if (!body || str_eq(announced, digest_of(a, rq->body)))
        return OK;
    return fail(message,
                "The provided 'x-amz-content-sha256' header does not match what was computed.",
                ERR_SIGNATURE_DOES_NOT_MATCH);
}

int sigv4_settle_payload(struct arena *a, const struct request *rq, bool body,
                         const struct sigv4_rules *rules, struct sigv4_auth *auth,
                         const char **message)
{
    struct str announced = {NULL, 0};
    TRY(find_announced(a, rq, auth, &announced, message));
    if (is_digest(announced))
        return settle_on(a, rq, body, announced, auth, message);
    bool stands = (rules->unsigned_payload && str_is(announced, UNSIGNED_PAYLOAD)) ||
                  (rules->s3 && is_chunked(announced, auth->asymmetric));
    if (announced.p && !stands)
        return fail(message,
                    "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, or a valid sha256 value.",
                    ERR_INCOMPLETE_SIGNATURE);
    if (!announced.p && !(rules->s3 && auth->presigned) && !rules->needs_digest)
        return settle_on_body(a, rq, body, auth, message);
    if (!announced.p && !auth->presigned)
        return fail(message, "Missing required header for this request: x-amz-content-sha256",
                    ERR_INCOMPLETE_SIGNATURE);
    auth->payload = announced.p ? announced : STR(UNSIGNED_PAYLOAD);
    return OK;
}

int sigv4_check_presigned(const struct sigv4_auth *auth, const struct sigv4_rules *rules,
                          int64_t now, const char **message)
{
    if (!rules->s3 || !auth->presigned)
        return OK;
    if (auth->signed_at > now + SIGV4_CLOCK_SKEW)
        return fail(message, "Request is not yet valid", ERR_ACCESS_DENIED);
    if (auth->signed_at + auth->expires < now)
        return fail(message, "Request has expired", ERR_ACCESS_DENIED);
    return OK;
}

/* S3 refuses these, but for a hash of the body that a presigned request has no need of; AWS
   undocumented: that other services do, too, whose requests would mean something else with
   another X-Amz-Target. */
const char *sigv4_unsigned_headers(struct arena *a, const struct request *rq,
                                   const struct sigv4_auth *auth)
{
    struct str prefix = STR("x-amz-");
    struct buf names = {.arena = a};
    for (size_t i = 0; i < rq->n_headers; i++) {
        struct str name = rq->headers[i].name;
        if (name.n < prefix.n || !str_same_fold(name.p, prefix.p, prefix.n) ||
            sigv4_is_signed_header(auth, name) ||
            (auth->presigned && str_eq_fold(name, STR("x-amz-content-sha256"))))
            continue;
        buf_add_text(&names, names.n ? ", " : "");
        buf_add(&names, str_of(str_fold(a, name)));
    }
    return names.n ? buf_text(&names) : NULL;
}
