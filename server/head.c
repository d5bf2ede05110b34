/* SPDX-License-Identifier: Apache-2.0 */
#include "server/head.h"

#include <arpa/inet.h>

enum { VERSION_SIZE = sizeof "HTTP/1.1" - 1, LINE_END = sizeof "\r\n" - 1 };

/* RFC 9110 section 5.6.2 */
static bool is_token(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_is_alnum(s.p[i]) && (!s.p[i] || !strchr("!#$%&'*+-.^_`|~", s.p[i])))
            return false;
    }
    return s.n > 0;
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

static bool is_name(struct str host)
{
    bool dot = true; /* none may begin the name, or follow another */
    for (size_t i = 0; i < host.n; i++) {
        if (!ascii_is_alnum(host.p[i]) && host.p[i] != '-' && host.p[i] != '_' &&
            (dot || host.p[i] != '.'))
            return false;
        dot = host.p[i] == '.';
    }
    return host.n > 0;
}

static bool is_ipv6(struct str host)
{
    char text[INET6_ADDRSTRLEN];
    struct in6_addr address;
    if (host.n < 2 || host.n > sizeof text || host.p[host.n - 1] != ']')
        return false;
    memcpy(text, host.p + 1, host.n - 2);
    text[host.n - 2] = '\0';
    return inet_pton(AF_INET6, text, &address) == 1;
}

/* None, or an empty one, is fine, too: RFC 3986, section 3.2.3. */
static bool is_port(struct str port)
{
    int64_t number = 0;
    return port.n == 0 || (str_to_int64(port, &number) && number <= UINT16_MAX);
}

bool head_host(struct str value, struct str *ret)
{
    struct str host = {value.p, 0}, port = value;
    const char *bracket = value.n && value.p[0] == '[' ? memchr(value.p, ']', value.n) : NULL;
    if (bracket) {
        host.n = (size_t)(bracket + 1 - value.p);
        port = (struct str){value.p + host.n, value.n - host.n};
        if (str_cut(&port, ':').n > 0)
            return false;
    } else {
        host = str_cut(&port, ':');
    }
    if (!(bracket ? is_ipv6(host) : is_name(host)) || !is_port(port))
        return false;
    *ret = host;
    return true;
}

static bool note(struct head *head, struct str name, struct str value)
{
    if (str_eq_fold(name, STR("host"))) {
        struct str host;
        bool first = !head->has_host;
        head->has_host = true;
        head->host = value;
        return head_host(value, &host) && first;
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

void head_add(struct head *head, struct str name, struct str value)
{
    bool well_formed = name.p == head->next && is_token(name) && follows(name, value) &&
                       !has_control(value) && note(head, name, str_trim(value));
    head->next = well_formed ? value.p + value.n + LINE_END : NULL;
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
