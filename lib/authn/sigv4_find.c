/* SPDX-License-Identifier: Apache-2.0 */
#include "authn/sigv4.h"

#include "authn/sigv4_post.h"
#include "authn/sigv4_priv.h"
#include "err.h"

/* AWS undocumented: what services make of these twice. Who checks a signature and who serves the
   request may be two here, and must not read two requests. */
static const char *const headers_once[] = {
    "authorization",        "host",
    "x-amz-date",           "date",
    "x-amz-content-sha256", "x-amz-security-token",
    "x-amz-region-set",     "content-length",
};
static const char *const params_once[] = {
    "Algorithm", "Credential",     "Date",           "Expires",    "SignedHeaders",
    "Signature", "Security-Token", "Content-Sha256", "Region-Set",
};
static const struct str param_prefix = {"X-Amz-", 6};

static int fail(const char **message, const char *text, int code)
{
    *message = text;
    return code;
}

static int check_headers(struct arena *a, const struct request *rq, const char **message)
{
    unsigned seen = 0;
    for (size_t i = 0; i < rq->n_headers; i++) {
        struct str name = rq->headers[i].name;
        for (unsigned k = 0; k < ARRAY_LEN(headers_once); k++) {
            if (!str_eq_fold(name, str_of(headers_once[k])))
                continue;
            if (seen & 1U << k)
                return sigv4_fail_twice(a, message, str_of(headers_once[k]));
            seen |= 1U << k;
        }
    }
    return OK;
}

static bool is_param(struct str name, const char *suffix)
{
    struct str rest = {name.p + param_prefix.n, name.n - param_prefix.n};
    return name.n > param_prefix.n && str_same_fold(name.p, param_prefix.p, param_prefix.n) &&
           str_eq_fold(rest, str_of(suffix));
}

/* Sets bits of RET by the places in params_once. */
static int check_params(struct arena *a, const struct sigv4_query *query, unsigned *ret,
                        const char **message)
{
    unsigned seen = 0;
    for (size_t i = 0; i < query->n; i++) {
        for (unsigned k = 0; k < ARRAY_LEN(params_once); k++) {
            if (!is_param(query->v[i].name, params_once[k]))
                continue;
            if (seen & 1U << k)
                return sigv4_fail_twice(a, message, query->v[i].name);
            seen |= 1U << k;
        }
    }
    *ret = seen;
    return OK;
}

static bool has_param(const struct sigv4_query *query, const char *name)
{
    for (size_t i = 0; i < query->n; i++) {
        if (str_is(query->v[i].name, name))
            return true;
    }
    return false;
}

/* Signature Version 2 (S3 User Guide, "Authenticating requests (AWS signature version 2)"). */
static bool is_version_2(const struct sigv4_query *parameters)
{
    return has_param(parameters, "AWSAccessKeyId") && has_param(parameters, "Signature");
}

/* As services of the Query protocol had it. */
static bool is_version_2_form(struct arena *a, const struct request *rq)
{
    struct str type = request_header(rq, "content-type");
    struct str form = STR("application/x-www-form-urlencoded");
    if (type.n < form.n || !str_same_fold(type.p, form.p, form.n))
        return false;
    struct sigv4_query fields = sigv4_split_query(a, rq->body);
    return is_version_2(&fields);
}

/* Neither the head nor the query is signed. */
static int find_in_body(struct arena *a, const struct request *rq, bool body,
                        struct sigv4_auth *ret, const char **message)
{
    if (body && is_version_2_form(a, rq))
        return fail(message, SIGV4_NOT_SUPPORTED, ERR_INCOMPLETE_SIGNATURE);
    return sigv4_post_find(a, rq, body, ret, message);
}

int sigv4_find(struct arena *a, const struct request *rq, bool body, struct sigv4_auth *ret,
               const char **message)
{
    enum { ALGORITHM = 1U << 0, CREDENTIAL = 1U << 1, SIGNATURE = 1U << 5 };
    unsigned seen = 0;
    struct sigv4_source from = {.rq = rq, .other = true};
    from.header = request_header(rq, "authorization");
    from.query = sigv4_split_query(a, rq->query);
    TRY(check_headers(a, rq, message));
    TRY(check_params(a, &from.query, &seen, message));
    from.presigned = (seen & (ALGORITHM | CREDENTIAL | SIGNATURE)) != 0;
    if (is_version_2(&from.query))
        return fail(message, SIGV4_NOT_SUPPORTED, ERR_INCOMPLETE_SIGNATURE);
    if (!from.header.p && !from.presigned)
        return find_in_body(a, rq, body, ret, message);
    if (from.header.p && !str_starts(str_trim(from.header), STR("AWS4-")))
        return fail(message, SIGV4_NOT_SUPPORTED, ERR_INCOMPLETE_SIGNATURE);
    return sigv4_read(a, &from, ret, message);
}
