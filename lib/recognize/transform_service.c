/* SPDX-License-Identifier: Apache-2.0 */
/* Transforms of how a service names its resources. */
#include "model/region.h"
#include "recognize/transform_priv.h"

/* --- sqs */

/*
 * Amazon SQS Developer Guide, "Queue and message identifiers": the last part of a queue's URL is
 * its name, the part before it the account. Readers of URLs differ in what ends a path.
 */
enum recognize_why to_url(struct reading *r, const char *argument UNUSED, struct value *v)
{
    struct str text = v->text;
    if (text_is_arn(text) && !text_contains(text, "/"))
        return check_place(r, STR("sqs"), text);
    if (text_is_arn(text) || text_contains(text, "?#%;\\ ") ||
        (text.n && text.p[text.n - 1] == '/'))
        return reading_fail(r, RECOGNIZE_AMBIGUOUS,
                            "The URL of the queue has more than an account and a name.");
    const char *slash = text.n ? memrchr(text.p, '/', text.n) : NULL;
    if (!slash)
        return RECOGNIZED;
    struct str name = {slash + 1, (size_t)(text.p + text.n - slash) - 1};
    struct str front = {text.p, (size_t)(slash - text.p)};
    const char *before = front.n ? memrchr(front.p, '/', front.n) : NULL;
    struct str account = before ? (struct str){before + 1, (size_t)(slash - before) - 1} : front;
    v->text = name;
    if (!all_digits(account, 12) || str_eq(account, r->caller->account))
        return RECOGNIZED;
    v->text = arn_with(r, (struct str[]){STR("sqs"), r->caller->region, account}, name);
    return RECOGNIZED;
}

/* The ARN in a handle, which is JSON in base64. */
enum recognize_why to_b64arn(struct reading *r, const char *argument UNUSED, struct value *v)
{
    struct buf b = buf_new(r->arena, v->text.n);
    v->text = buf_base64_decode(&b, v->text) ? buf_str(&b) : (struct str){NULL, 0};
    const char *at = v->text.n ? memmem(v->text.p, v->text.n, "arn:", 4) : NULL;
    if (!at) {
        v->text = (struct str){NULL, 0};
        return RECOGNIZED;
    }
    struct str rest = {at, (size_t)(v->text.p + v->text.n - at)};
    if (text_contains(v->text, "\\") || memmem(at + 4, rest.n - 4, "arn:", 4))
        return reading_fail(r, RECOGNIZE_AMBIGUOUS, "A handle may have several ARNs.");
    v->text = str_cut(&rest, '"');
    return str_is_utf8(v->text)
               ? RECOGNIZED
               : reading_fail(r, RECOGNIZE_MALFORMED, "The ARN in a handle is no UTF-8.");
}

/* --- lambda */

/* Takes the first part of TEXT, which ends with a colon, when it FITS; p == NULL. */
static struct str take_front(struct str *text, bool (*fits)(struct str part))
{
    struct str rest = *text, part = str_cut(&rest, ':');
    if (!rest.p || !fits(part))
        return (struct str){NULL, 0};
    *text = rest;
    return part;
}

static bool is_account(struct str part)
{
    return all_digits(part, 12);
}

static bool is_region(struct str part)
{
    return part.n > 4 && part.p[2] == '-' && part.p[part.n - 2] == '-' &&
           ascii_is_digit(part.p[part.n - 1]) && region_find(part);
}

static bool is_word(struct str part)
{
    return str_is(part, "function");
}

static enum recognize_why unclear_function(struct reading *r)
{
    return reading_fail(r, RECOGNIZE_AMBIGUOUS,
                        "The function is named in a way that servers read differently.");
}

/* An ARN of one is of the region where it is asked for. */
static enum recognize_why check_function(struct reading *r, struct str text)
{
    struct arn arn;
    READ(check_place(r, STR("lambda"), text));
    ENSURE(arn_parse(text, &arn));
    bool known = !str_is(arn.service, "lambda") || str_starts(arn.resource, STR("function:"));
    return known ? RECOGNIZED : unclear_function(r);
}

/*
 * AWS Lambda API reference, "FunctionName": a name, an ARN, or a part of one, each with or without
 * a qualifier. Region, account and "function" may be left out each, as its pattern has it.
 */
enum recognize_why to_fn(struct reading *r, const char *argument UNUSED, struct value *v)
{
    struct str rest = v->text, name = {NULL, 0};
    if (text_is_arn(v->text))
        return check_function(r, v->text);
    struct str region = take_front(&rest, is_region), account = take_front(&rest, is_account);
    take_front(&rest, is_word);
    name = rest;
    str_cut(&rest, ':');
    if ((rest.p && memchr(rest.p, ':', rest.n)) || str_starts(v->text, STR("arn:")) ||
        (region.p && !str_eq(region, r->caller->region)))
        return unclear_function(r);
    v->text = name;
    if (account.p && !str_eq(account, r->caller->account))
        v->text = arn_with(r, (struct str[]){STR("lambda"), r->caller->region, account},
                           text_concat(r, STR("function:"), name));
    return RECOGNIZED;
}

/* The qualifier in NAME:QUALIFIER, or in such an ARN; p == NULL: there is none. */
static struct str inner_qualifier(struct str function)
{
    struct arn arn;
    struct str rest = function;
    if (arn_parse(function, &arn)) {
        rest = arn.resource;
        str_cut(&rest, ':');
    }
    if (!rest.p)
        return (struct str){NULL, 0};
    str_cut(&rest, ':');
    return rest;
}

enum recognize_why transform_qualify(struct reading *r, struct str function, struct str qualifier,
                                     struct str *ret)
{
    struct str inner = inner_qualifier(function);
    *ret = function;
    if (qualifier.n == 0)
        return RECOGNIZED;
    if (!inner.p) {
        *ret = text_concat(r, function, qualifier);
        return RECOGNIZED;
    }
    /* QUALIFIER has its colon in front. */
    if (str_eq(inner, (struct str){qualifier.p + 1, qualifier.n - 1}))
        return RECOGNIZED;
    return reading_fail(r, RECOGNIZE_AMBIGUOUS, "The function is named with two qualifiers.");
}

/* --- kms */

static bool is_alias(struct str text, struct str *ret)
{
    struct arn arn;
    *ret = arn_parse(text, &arn) ? arn.resource : text;
    return str_starts(*ret, STR("alias/"));
}

/*
 * AWS KMS Developer Guide, "Controlling access to aliases": operations that use a key are
 * authorized for the key, never for the alias that named it. Which one it is only the back end
 * knows; "*" stands for the key that nobody told of.
 */
enum recognize_why to_kms(struct reading *r, const char *argument UNUSED, struct value *v)
{
    struct str alias;
    READ(check_place(r, STR("kms"), v->text));
    if (!is_alias(v->text, &alias))
        return RECOGNIZED;
    struct str arn = v->text;
    if (!text_is_arn(arn))
        arn = arn_with(r, (struct str[]){STR("kms"), r->caller->region, account_of(r)}, alias);
    struct str key = reading_told(r, arn, "key");
    v->origin = arn;
    v->text = key.p ? key : STR("*");
    return RECOGNIZED;
}

enum recognize_why to_alias(struct reading *r, const char *argument UNUSED, struct value *v)
{
    (void)r;
    if (!text_is_arn(v->text))
        cut_prefix(&v->text, STR("alias/"));
    return RECOGNIZED;
}

/* AWS KMS Developer Guide, "kms:RequestAlias": the name, also of one that was named by its ARN. */
enum recognize_why to_aliasonly(struct reading *r, const char *argument UNUSED, struct value *v)
{
    (void)r;
    struct str alias;
    v->text = is_alias(v->text, &alias) ? alias : (struct str){NULL, 0};
    return RECOGNIZED;
}

/* --- secretsmanager */

enum { SUFFIX = 7 }; /* a hyphen and six characters */

static bool has_suffix(struct str name)
{
    if (name.n <= SUFFIX || name.p[name.n - SUFFIX] != '-')
        return false;
    for (size_t i = name.n - SUFFIX + 1; i < name.n; i++) {
        if (!ascii_is_alnum(name.p[i]))
            return false;
    }
    return true;
}

/* AWS Secrets Manager API Reference, CreateSecret: no name has a colon. Back ends take what stands
   behind the last one. */
static enum recognize_why check_secret(struct reading *r, struct str text)
{
    struct arn arn = {.resource = text};
    READ(check_place(r, STR("secretsmanager"), text));
    if (text_is_arn(text)) {
        ENSURE(arn_parse(text, &arn));
        cut_prefix(&arn.resource, STR("secret:"));
    }
    if (!text_contains(arn.resource, ":"))
        return RECOGNIZED;
    return reading_fail(r, RECOGNIZE_AMBIGUOUS, "The name of the secret has a colon.");
}

/*
 * AWS Secrets Manager User Guide, "What's in a secret": ARNs end with a hyphen and six random
 * characters. Requests may leave them out, also of an ARN.
 */
enum recognize_why to_secret(struct reading *r, const char *argument UNUSED, struct value *v)
{
    bool is_arn = text_is_arn(v->text);
    READ(check_secret(r, v->text));
    if (is_arn && has_suffix(v->text))
        return RECOGNIZED;
    struct str arn = v->text;
    if (!is_arn) {
        struct str resource = text_concat(r, STR("secret:"), v->text);
        arn = arn_with(r, (struct str[]){STR("secretsmanager"), r->caller->region, account_of(r)},
                       resource);
    }
    struct str suffix = reading_told(r, arn, "suffix");
    if (suffix.n && suffix.p[0] != '-')
        suffix = text_concat(r, STR("-"), suffix);
    v->text = text_concat(r, v->text, suffix.n ? suffix : STR("-??????"));
    return RECOGNIZED;
}
