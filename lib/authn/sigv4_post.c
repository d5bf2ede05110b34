/* SPDX-License-Identifier: Apache-2.0 */
#include "authn/sigv4_post.h"

#include "authn/sigv4_priv.h"
#include "err.h"

static int fail(const char **message, const char *text, int code)
{
    *message = text;
    return code;
}

static const struct multipart_field *find_field(const struct sigv4_post *post, struct str name)
{
    for (size_t i = 0; i < post->n; i++) {
        if (str_eq_fold(post->fields[i].name, name))
            return &post->fields[i];
    }
    return NULL;
}

struct str sigv4_post_value(const struct sigv4_post *post, const char *name)
{
    const struct multipart_field *field = find_field(post, str_of(name));
    return field ? field->value : (struct str){NULL, 0};
}

/* S3 passes over fields behind the file, other readers do not: only the button may be there. */
static int add_field(struct arena *a, const struct multipart_field *field, struct sigv4_post *post,
                     const char **message)
{
    if (post->file.p && str_eq_fold(field->name, STR("submit")))
        return OK;
    if (post->file.p)
        return fail(message, "The file must be the last field of the form.",
                    ERR_INCOMPLETE_SIGNATURE);
    if (find_field(post, field->name))
        return sigv4_fail_twice(a, message, field->name);
    if (str_eq_fold(field->name, STR("file"))) {
        post->file = field->value;
        return OK;
    }
    if (post->n == SIGV4_POST_FIELDS_MAX)
        return fail(message, "The form has too many fields.", ERR_INCOMPLETE_SIGNATURE);
    post->fields[post->n++] = *field;
    return OK;
}

/* ERR_NOT_FOUND: it is no form that everybody reads alike. */
static int read_fields(struct arena *a, const struct request *rq, struct sigv4_post *ret,
                       const char **message)
{
    struct multipart form;
    struct multipart_field field;
    enum multipart_step step = MULTIPART_MALFORMED;
    if (multipart_begin(&form, request_header(rq, "content-type"), rq->body)) {
        while ((step = multipart_next(&form, &field)) == MULTIPART_FIELD)
            TRY(add_field(a, &field, ret, message));
    }
    return step == MULTIPART_END ? OK : ERR_NOT_FOUND;
}

static bool has(const struct sigv4_post *post, const char *name)
{
    return sigv4_post_value(post, name).p != NULL;
}

static int read_pieces(struct arena *a, const struct sigv4_post *post, struct sigv4_auth *ret,
                       const char **message)
{
    static const char *const required[] = {"policy", "x-amz-algorithm", "x-amz-credential",
                                           "x-amz-signature", "x-amz-date"};
    struct str values[ARRAY_LEN(required)];
    struct sigv4_auth auth = {.post = post, .expires = SIGV4_EXPIRES_MAX};
    for (size_t i = 0; i < ARRAY_LEN(required); i++) {
        values[i] = sigv4_post_value(post, required[i]);
        if (values[i].n)
            continue;
        return fail(message,
                    arena_printf(a, "Bucket POST must contain a field named '%s'.", required[i]),
                    ERR_INCOMPLETE_SIGNATURE);
    }
    if (!str_is(values[1], SIGV4_ALGORITHM))
        return fail(message, SIGV4_NOT_SUPPORTED, ERR_INCOMPLETE_SIGNATURE);
    TRY(sigv4_read_signed_by(a, values[4], values[2], &auth, message));
    auth.signature = values[3];
    auth.security_token = sigv4_post_value(post, "x-amz-security-token");
    *ret = auth;
    return OK;
}

int sigv4_post_find(struct arena *a, const struct request *rq, bool body, struct sigv4_auth *ret,
                    const char **message)
{
    if (!str_is(rq->method, "POST") || !multipart_is(request_header(rq, "content-type")))
        return ERR_NOT_FOUND;
    if (!body)
        return fail(message,
                    "The signature cannot be checked: it is in a form, which did not come.",
                    ERR_INCOMPLETE_SIGNATURE);
    struct sigv4_post *post = NEW(a, struct sigv4_post);
    TRY(read_fields(a, rq, post, message));
    if (has(post, "awsaccesskeyid") || has(post, "signature"))
        return fail(message, SIGV4_NOT_SUPPORTED, ERR_INCOMPLETE_SIGNATURE);
    if (!has(post, "policy") && !has(post, "x-amz-signature") && !has(post, "x-amz-credential"))
        return ERR_NOT_FOUND;
    return read_pieces(a, post, ret, message);
}

bool sigv4_post_verify(const struct sigv4_auth *auth,
                       const unsigned char key[static SIGV4_KEY_SIZE])
{
    char expected[SIGV4_SIGNATURE_SIZE];
    sigv4_signature(key, sigv4_post_value(auth->post, "policy"), expected);
    return secret_equal(auth->signature, str_of(expected));
}
