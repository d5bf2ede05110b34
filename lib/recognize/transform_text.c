/* SPDX-License-Identifier: Apache-2.0 */
/* Transforms of names and ARNs that are the same in all services. */
#include "recognize/transform_priv.h"

bool cut_prefix(struct str *text, struct str prefix)
{
    if (!str_starts(*text, prefix))
        return false;
    *text = (struct str){text->p + prefix.n, text->n - prefix.n};
    return true;
}

bool all_digits(struct str text, size_t n)
{
    struct str rest = text;
    return text.n == n && str_take_digits(&rest).n == n;
}

struct str arn_with(struct reading *r, const struct str fields[static 3], struct str resource)
{
    struct buf b = buf_new(r->arena, 64 + resource.n);
    buf_add_text(&b, "arn:");
    buf_add_text(&b, r->caller->partition);
    for (size_t i = 0; i < 3; i++) { /* service, region, account */
        buf_add_char(&b, ':');
        buf_add(&b, fields[i]);
    }
    buf_add_char(&b, ':');
    buf_add(&b, resource);
    return buf_str(&b);
}

struct str account_of(const struct reading *r)
{
    return r->caller->account.p ? r->caller->account : STR("*");
}

/* AWS's own partition has all regions but those of the others. */
static bool is_partition_of(struct str partition, struct str region)
{
    bool other = str_starts(region, STR("cn-")) || str_starts(region, STR("us-gov-")) ||
                 str_starts(region, STR("us-iso")) || str_starts(region, STR("eu-isoe-")) ||
                 str_starts(region, STR("eusc-"));
    return str_is(partition, "aws") ? !other : other && str_starts(partition, STR("aws-"));
}

enum recognize_why check_place(struct reading *r, struct str service, struct str text)
{
    struct arn arn;
    if (!text_is_arn(text) || !arn_parse(text, &arn) || !str_eq(arn.service, service))
        return RECOGNIZED;
    if (str_eq(arn.region, r->caller->region) && all_digits(arn.account, 12) &&
        is_partition_of(arn.partition, arn.region))
        return RECOGNIZED;
    return reading_fail(r, RECOGNIZE_AMBIGUOUS,
                        "The ARN is of another region or partition, or of no account.");
}

enum recognize_why to_tail(struct reading *r, const char *argument UNUSED, struct value *v)
{
    READ(check_place(r, str_of(request_text(r->service->iam)), v->text));
    if (text_is_arn(v->text))
        take_part(v, arn_last_part(v->text));
    else if (text_contains(v->text, "/:"))
        return reading_fail(r, RECOGNIZE_AMBIGUOUS, "A name has a slash or a colon.");
    return RECOGNIZED;
}

enum recognize_why to_sub(struct reading *r, const char *argument UNUSED, struct value *v)
{
    (void)r;
    struct arn arn;
    struct str last = arn_last_part(v->text);
    if (arn_parse(v->text, &arn) && last.n < arn.resource.n)
        v->text.n = (size_t)(last.p - v->text.p) - 1;
    return RECOGNIZED;
}

enum recognize_why to_as(struct reading *r, const char *argument, struct value *v)
{
    struct str whole = v->origin.p ? v->origin : v->text;
    const struct filling filling = {STR(""), v->text};
    v->text =
        template_fits(argument, whole) ? whole : template_fill(r, argument, &filling, 1, v->origin);
    return RECOGNIZED;
}

enum recognize_why to_pre(struct reading *r, const char *argument, struct value *v)
{
    if (v->text.n)
        v->text = text_concat(r, str_of(argument), v->text);
    return RECOGNIZED;
}

enum recognize_why to_post(struct reading *r, const char *argument, struct value *v)
{
    if (v->text.n)
        v->text = text_concat(r, v->text, str_of(argument));
    return RECOGNIZED;
}

enum recognize_why to_strip(struct reading *r, const char *argument, struct value *v)
{
    (void)r;
    cut_prefix(&v->text, str_of(argument));
    return RECOGNIZED;
}

enum recognize_why to_notaccount(struct reading *r, const char *argument UNUSED, struct value *v)
{
    (void)r;
    if (all_digits(v->text, 12))
        v->text = (struct str){NULL, 0};
    return RECOGNIZED;
}

enum recognize_why to_path(struct reading *r, const char *argument UNUSED, struct value *v)
{
    (void)r;
    cut_prefix(&v->text, STR("/"));
    return RECOGNIZED;
}

enum recognize_why to_host(struct reading *r, const char *argument UNUSED, struct value *v)
{
    (void)r;
    const char *at = v->text.n ? memmem(v->text.p, v->text.n, "://", 3) : NULL;
    if (at)
        v->text = (struct str){at + 3, (size_t)(v->text.p + v->text.n - at) - 3};
    return RECOGNIZED;
}

enum recognize_why to_wafscope(struct reading *r, const char *argument UNUSED, struct value *v)
{
    (void)r;
    if (str_is(v->text, "CLOUDFRONT"))
        v->text = STR("global");
    else if (str_is(v->text, "REGIONAL"))
        v->text = STR("regional");
    else
        v->text = (struct str){NULL, 0};
    return RECOGNIZED;
}

/*
 * Amazon Route 53 Developer Guide, "Using IAM policy conditions for fine-grained access control",
 * "Normalization": lower case, no dot at the end, and \\NNN, in octal digits, for all but letters,
 * digits, hyphens, underscores and dots. Escapes that are there already stay.
 */
enum recognize_why to_dnsname(struct reading *r, const char *argument UNUSED, struct value *v)
{
    struct str name = v->text;
    if (name.n && name.p[name.n - 1] == '.')
        name.n--;
    struct buf b = buf_new(r->arena, name.n + 8);
    for (size_t i = 0; i < name.n; i++) {
        char c = ascii_lower(name.p[i]);
        bool escape = c == '\\' && i + 3 < name.n && all_digits((struct str){name.p + i + 1, 3}, 3);
        if (ascii_is_alnum(c) || c == '-' || c == '_' || c == '.' || escape)
            buf_add_char(&b, c);
        else
            buf_printf(&b, "\\%03o", (unsigned char)c);
    }
    v->text = buf_str(&b);
    return RECOGNIZED;
}

/* search-NAME-abc or vpc-NAME-abc: the host of a domain. */
enum recognize_why to_esdomain(struct reading *r, const char *argument UNUSED, struct value *v)
{
    (void)r;
    if (!cut_prefix(&v->text, STR("search-")) && !cut_prefix(&v->text, STR("vpc-")))
        return RECOGNIZED;
    const char *hyphen = v->text.n ? memrchr(v->text.p, '-', v->text.n) : NULL;
    if (hyphen)
        v->text.n = (size_t)(hyphen - v->text.p);
    return RECOGNIZED;
}
