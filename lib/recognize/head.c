/* SPDX-License-Identifier: Apache-2.0 */
/* Headers that tell the operation, and those by which some readers find another one. */
#include "recognize/find_priv.h"

static enum recognize_why twofold(struct find *find, const char *reason)
{
    find->reason = reason;
    return RECOGNIZE_AMBIGUOUS;
}

/* What changes for some servers what AWS takes from elsewhere, or not at all. */
static const char *overridden_by(struct str name)
{
    static const struct {
        struct str name;
        const char *reason;
    } known[] = {
        {{"action", 6}, "A header names an operation for some servers."},
        {{"x-http-method", 13}, "A header changes the method for some servers."},
        {{"x-rewrite-url", 13}, "A header changes the path for some servers."},
        {{"x-original-url", 14}, "A header changes the path for some servers."},
        {{"x-method-override", 17}, "A header changes the method for some servers."},
        {{"x-moto-account-id", 17}, "A header changes the account for some servers."},
        {{"x-http-method-override", 22}, "A header changes the method for some servers."},
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (str_eq_fold(name, known[i].name))
            return known[i].reason;
    }
    return NULL;
}

/* NAME begins like TEXT where a line counts as a hyphen: gateways that hand headers over as
   variables (RFC 3875, section 4.1.18) tell the two apart no more. */
static bool begins_like(struct str name, const char *text)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++) {
        char c = i < name.n ? ascii_lower(name.p[i]) : '\0';
        if ((c == '_' ? '-' : c) != text[i])
            return false;
    }
    return true;
}

static bool has_line(struct str name)
{
    static const char *const known[] = {"content-type", "content-length", "content-encoding",
                                        "transfer-encoding", "smithy-protocol"};
    if (!name.n || !memchr(name.p, '_', name.n))
        return false;
    if (begins_like(name, "x-amz-")) /* the portal of IAM Identity Center has one itself */
        return !begins_like(name, "x-amz-meta-") &&
               !str_eq_fold(name, STR("x-amz-sso_bearer_token"));
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (begins_like(name, known[i]) && name.n == strlen(known[i]))
            return true;
    }
    return false;
}

/* Headers that count, each of which has to be there once. */
struct head {
    struct str host, type, length, coding;
};

static enum recognize_why read_header(struct find *find, const struct request_header *header,
                                      struct head *ret)
{
    struct {
        struct str name;
        struct str *ret;
    } known[] = {{STR("host"), &ret->host},
                 {STR("content-type"), &ret->type},
                 {STR("content-length"), &ret->length},
                 {STR("transfer-encoding"), &ret->coding},
                 {STR("x-amz-target"), &find->target},
                 {STR("smithy-protocol"), &find->smithy}};
    for (size_t at = 0; at < ARRAY_LEN(known); at++) {
        if (!str_eq_fold(header->name, known[at].name))
            continue;
        if (known[at].ret->p)
            return twofold(find, "A header that tells the operation is there more than once.");
        *known[at].ret = header->value.p ? str_trim(header->value) : STR("");
        return RECOGNIZED;
    }
    const char *reason = overridden_by(header->name);
    if (!reason && has_line(header->name))
        reason = "A header has a line in its name where AWS's have a hyphen.";
    return reason ? twofold(find, reason) : RECOGNIZED;
}

/* Where a body ends is read from one of the two (RFC 9112, section 6.3), and is its end. */
static enum recognize_why check_length(struct find *find, const struct head *head)
{
    int64_t length;
    if (head->length.n == 0) /* WSGI has an empty one where there is none */
        return RECOGNIZED;
    if (head->coding.p)
        return twofold(find, "Both Content-Length and Transfer-Encoding are there.");
    if (!str_to_int64(head->length, &length) || length < 0)
        return twofold(find, "Content-Length is no number.");
    if (find->body && (uint64_t)length != find->rq->body.n)
        return twofold(find, "The body has another length than Content-Length says.");
    return RECOGNIZED;
}

enum recognize_why head_read(struct find *find)
{
    struct head head = {.host = {NULL, 0}};
    for (size_t i = 0; i < find->rq->n_headers; i++) {
        enum recognize_why why = read_header(find, &find->rq->headers[i], &head);
        if (why)
            return why;
    }
    find->host = host_name(find->arena, head.host);
    find->type = str_trim(str_cut(&head.type, ';'));
    return check_length(find, &head);
}
