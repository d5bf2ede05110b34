/* SPDX-License-Identifier: Apache-2.0 */
#include "server/http/head.h"

#include "server/cli/url.h"

enum { VERSION_SIZE = sizeof "HTTP/1.1" - 1, LINE_END = sizeof "\r\n" - 1 };

/* A bit for each character: letters, digits and !#$%&'*+-.^_`|~ (RFC 9110, section 5.6.2). */
static const uint64_t token[256 / 64] = {0x03ff6cfa00000000, 0x57ffffffc7fffffe};

/* Without a way out: names are short, and those that are sent are good. */
static bool is_token(struct str s)
{
    uint64_t good = s.n > 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        good &= token[c / 64] >> c % 64;
    }
    return good != 0;
}

/* Bytes beyond ASCII may stand anywhere. Without a way out, many bytes are looked at at once. */
static bool has_control(struct str s)
{
    unsigned char found = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        found |= ((c < ' ') & (c != '\t')) | (c == 0x7f);
    }
    return found != 0;
}

static bool has_blank(struct str s)
{
    return memchr(s.p, ' ', s.n) || memchr(s.p, '\t', s.n);
}

void head_begin(struct head *ret, struct str target)
{
    bool well_formed = !has_blank(target) && !has_control(target);
    *ret = (struct head){.target = target.p, .next = well_formed ? target.p + target.n + 1 : NULL};
}

void head_line(struct head *head, const char *method, const char *version)
{
    struct str name = str_of(method);
    bool well_formed =
        is_token(name) && name.p + name.n + 1 == head->target && version == head->next;
    head->next = well_formed ? version + VERSION_SIZE + LINE_END : NULL;
}

/* Whether nothing but blanks is between the colon behind NAME and VALUE. */
static bool follows(struct str name, struct str value)
{
    const char *p = name.p + name.n + 1;
    while (p < value.p && (*p == ' ' || *p == '\t'))
        p++;
    return p == value.p;
}

static bool read_length(struct str value, size_t *ret)
{
    for (size_t i = 0; i < value.n; i++) {
        if (!ascii_is_digit(value.p[i]))
            return false;
    }
    int64_t length = 0;
    *ret = str_to_int64(value, &length) ? (size_t)length : SIZE_MAX;
    return value.n > 0;
}

const char *head_length_refusal(struct str value)
{
    size_t length = 0;
    if (!read_length(value, &length))
        return "400 Bad Request";
    return length == SIZE_MAX ? "413 Content Too Large" : NULL;
}

static bool note(struct head *head, struct str name, struct str value)
{
    if (str_eq_fold(name, STR("host"))) {
        struct str host, port;
        bool first = !head->has_host;
        head->has_host = true;
        head->host = value;
        return url_authority(value, &host, &port) && first;
    }
    if (str_eq_fold(name, STR("content-length"))) {
        bool first = !head->has_length;
        head->has_length = true;
        return read_length(value, &head->content_length) && first;
    }
    if (str_eq_fold(name, STR("transfer-encoding"))) {
        bool first = !head->has_encoding;
        head->has_encoding = true;
        return first && str_eq_fold(value, STR("chunked"));
    }
    return true;
}

struct str head_add(struct head *head, struct str name, struct str value)
{
    struct str trimmed = str_trim(value);
    bool well_formed = name.p == head->next && is_token(name) && follows(name, value) &&
                       !has_control(value) && note(head, name, trimmed);
    head->next = well_formed ? value.p + value.n + LINE_END : NULL;
    return trimmed;
}

bool head_end(const struct head *head, const char *end)
{
    return head->next && head->next + LINE_END == end && head->has_host &&
           !(head->has_length && head->has_encoding);
}

struct str head_cut_host(struct str *target)
{
    struct str scheme = STR("http://");
    if (target->n < scheme.n || !str_eq_fold((struct str){target->p, scheme.n}, scheme))
        return (struct str){NULL, 0};
    struct str host = {target->p + scheme.n, 0};
    struct str rest = {host.p, target->n - scheme.n};
    while (rest.n && rest.p[0] != '/' && rest.p[0] != '?')
        rest = (struct str){rest.p + 1, rest.n - 1};
    host.n = (size_t)(rest.p - host.p);
    *target = rest;
    return host;
}
