/* SPDX-License-Identifier: Apache-2.0 */
/* The codes of what is wrong with the authentication of a request, which services do not share. */
#include "guard/refusal_priv.h"

/* Of one service, or of none of its own: enum err 0. */
struct own_code {
    int code; /* enum err */
    int status;
    const char *name;
    const char *message; /* NULL: that of the failure */
};

/* S3 API Reference, "Error responses". */
static const struct own_code s3_codes[] = {
    {ERR_INVALID_CLIENT_TOKEN_ID, 403, "InvalidAccessKeyId",
     "The AWS Access Key Id you provided does not exist in our records."},
    {ERR_SIGNATURE_DOES_NOT_MATCH, 403, "SignatureDoesNotMatch",
     "The request signature we calculated does not match the signature you provided. Check your "
     "key and signing method."},
    {ERR_EXPIRED_SESSION, 400, "ExpiredToken", "The provided token has expired."},
    {ERR_INCOMPLETE_SIGNATURE, 400, "AuthorizationHeaderMalformed", NULL},
    {ERR_MISSING_AUTHENTICATION_TOKEN, 403, "AccessDenied", "Access Denied"},
    {0, 0, NULL, NULL},
};

/* EC2 API Reference, "Error codes". AWS undocumented: that an expired token is an expired request,
   which clients were told. */
static const struct own_code ec2_codes[] = {
    {ERR_INVALID_CLIENT_TOKEN_ID, 401, "AuthFailure",
     "AWS was not able to validate the provided access credentials"},
    {ERR_SIGNATURE_DOES_NOT_MATCH, 401, "AuthFailure",
     "AWS was not able to validate the provided access credentials"},
    {ERR_EXPIRED_SESSION, 400, "RequestExpired", "Request has expired."},
    {ERR_INCOMPLETE_SIGNATURE, 400, "IncompleteSignature", NULL},
    {0, 0, NULL, NULL},
};

/* What API Gateway says to who does not sign. */
static const struct own_code gateway_codes[] = {
    {ERR_MISSING_AUTHENTICATION_TOKEN, 403, "MissingAuthenticationTokenException",
     "Missing Authentication Token"},
    {0, 0, NULL, NULL},
};

static bool is_form(const struct refusal *r, const char *name)
{
    return r->denial.form && strcmp(r->denial.form, name) == 0;
}

static const struct own_code *own_code(const struct refusal *r, int code)
{
    const struct own_code *row = r->form == REFUSAL_S3       ? s3_codes
                                 : r->form == REFUSAL_EC2    ? ec2_codes
                                 : is_form(r, "execute-api") ? gateway_codes
                                                             : NULL;
    while (row && row->code && row->code != code)
        row++;
    return row && row->code ? row : NULL;
}

/* A clock that is wrong, of which S3 has a code of its own, as of other mechanisms. */
static bool is_skewed(const char *message)
{
    if (!message)
        return false;
    return str_starts(str_of(message), STR("Signature expired")) ||
           str_starts(str_of(message), STR("Signature not yet current"));
}

static bool in_json(enum refusal_form form)
{
    return form == REFUSAL_JSON || form == REFUSAL_REST_JSON || form == REFUSAL_CBOR;
}

/* JSON protocols without paths tell all that is wrong with a request by 400. */
static void tell_shared(int code, struct refusal *ret)
{
    const struct err_face *face = err_face(code);
    bool rpc = ret->form == REFUSAL_JSON || ret->form == REFUSAL_CBOR;
    ret->query_code = face->code;
    ret->code = in_json(ret->form) ? face->json_code : face->code;
    ret->status = rpc && !ret->denial.query_compatible ? 400 : face->status;
}

static void tell_own(const struct own_code *own, struct refusal *ret)
{
    ret->status = own->status;
    ret->code = ret->query_code = own->name;
    if (own->message)
        ret->message = own->message;
}

static void tell_authentication(const struct guard_answer *answer, struct refusal *ret)
{
    const struct own_code *own = own_code(ret, answer->code);
    if (own)
        tell_own(own, ret);
    else
        tell_shared(answer->code, ret);
    bool other = answer->message && strcmp(answer->message, SIGV4_NOT_SUPPORTED) == 0;
    if (ret->form == REFUSAL_S3 && other)
        ret->code = ret->query_code = "InvalidRequest";
    if (ret->form == REFUSAL_S3 && is_skewed(answer->message)) {
        ret->code = "RequestTimeTooSkewed";
        ret->message = "The difference between the request time and the current time is too large.";
    }
    ret->type = ret->code;
}

/* Of those who spoke Query before, SQS was seen to answer so. */
#define CORAL_TYPE "com.amazon.coral.service#AccessDeniedException"

/* Where nothing is known of the service, as most in that form have it. */
static void tell_denial(struct refusal *ret)
{
    const struct recognize_denial *denial = &ret->denial;
    bool json = in_json(ret->form);
    ret->code = denial->code ? denial->code : json ? "AccessDeniedException" : "AccessDenied";
    ret->query_code = json && denial->query_compatible ? "AccessDenied" : ret->code;
    const char *type = denial->query_compatible ? CORAL_TYPE : ret->code;
    ret->type = denial->type ? denial->type : type;
    ret->status = denial->status ? denial->status : ret->form == REFUSAL_JSON ? 400 : 403;
}

void refusal_tell(const struct guard_answer *answer, struct refusal *ret)
{
    ret->message = answer->message ? answer->message : "Access Denied";
    if (answer->code != OK)
        tell_authentication(answer, ret);
    else
        tell_denial(ret);
}
