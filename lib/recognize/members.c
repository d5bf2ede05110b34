/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/json_text.h"
#include "recognize/body_priv.h"
#include "recognize/content_priv.h"
#include "shape/form.h"

struct members {
    struct arena *arena;
    const struct request *rq;
    enum content_form spoken; /* by the protocol */
    bool as_query;
    bool has_body;
    bool read;
    enum recognize_why read_why;
    const char *reason, *read_reason;
    struct content content;
    struct tape tape;
    struct node form; /* of CONTENT_QUERY, in place of the tape */
};

static enum content_form spoken_by(enum recognize_protocol protocol)
{
    switch (protocol) {
    case RECOGNIZE_QUERY:
    case RECOGNIZE_EC2:
        return CONTENT_QUERY;
    case RECOGNIZE_JSON:
    case RECOGNIZE_REST_JSON:
        return CONTENT_JSON;
    case RECOGNIZE_CBOR:
        return CONTENT_CBOR;
    case RECOGNIZE_REST_XML:
    case RECOGNIZE_HTTP:
        break;
    }
    return CONTENT_XML;
}

struct members *members_new(struct arena *a, const struct request *rq,
                            enum recognize_protocol protocol, bool as_query, bool body)
{
    struct members *m = NEW(a, struct members);
    m->arena = a;
    m->rq = rq;
    m->spoken = as_query ? CONTENT_QUERY : spoken_by(protocol);
    m->as_query = as_query;
    m->has_body = body;
    m->tape.arena = a;
    return m;
}

const char *members_reason(const struct members *members)
{
    return members->reason;
}

static enum recognize_why refuse(struct members *m, enum recognize_why why, const char *reason)
{
    m->reason = reason;
    return why;
}

static bool has_body(const struct members *m)
{
    return m->has_body && m->rq->body.n;
}

/* Whether a name that is not decoded may be NAME, in whatever letter case. */
static bool is_named(struct members *m, struct str raw, struct str name)
{
    struct str decoded = raw;
    if (raw.n < name.n || (raw.n > name.n && !memchr(raw.p, '%', raw.n)))
        return false;
    if (raw.n > name.n && form_decode(m->arena, raw, &decoded) < 0)
        return false;
    return str_eq_fold(decoded, name);
}

enum recognize_why members_parameter(struct members *m, struct str name, struct str *ret)
{
    struct str rest = m->rq->query, found = {NULL, 0};
    while (rest.n) {
        struct str value = str_cut(&rest, '&');
        struct str raw = str_cut(&value, '=');
        if (!is_named(m, raw, name))
            continue;
        if (found.p || (raw.n == name.n && !str_eq(raw, name)))
            return refuse(m, RECOGNIZE_AMBIGUOUS,
                          "A parameter stands there twice, or in another letter case.");
        if (form_decode(m->arena, value.p ? value : STR(""), &found) < 0)
            return refuse(m, RECOGNIZE_MALFORMED,
                          "A parameter has a wrong escape, or is not UTF-8.");
    }
    *ret = found;
    return RECOGNIZED;
}

/* Whether a query string has parameters beside those of the signature and what tells the
   operation. */
static bool has_members(struct str query)
{
    while (query.n) {
        struct str name = str_cut(&query, '&');
        name = str_cut(&name, '=');
        bool amz = name.n > 6 && str_same_fold(name.p, "X-Amz-", 6);
        if (name.n && !amz && !str_is(name, "Action") && !str_is(name, "Version"))
            return true;
    }
    return false;
}

/* Back ends take the query string, the body, or both. */
static enum recognize_why read_form(struct members *m)
{
    bool get = str_is(m->rq->method, "GET") || str_is(m->rq->method, "HEAD");
    struct str text = m->rq->query;
    if (!m->has_body && !get)
        return RECOGNIZE_NEEDS_BODY;
    if (has_body(m)) {
        text = m->content.text;
        m->read_reason = "The request has members in the query string and in the body.";
        if (get || has_members(m->rq->query))
            return RECOGNIZE_AMBIGUOUS;
    }
    m->read_reason = "Some take ';' between parameters for a separator.";
    if (text.n && memchr(text.p, ';', text.n))
        return RECOGNIZE_AMBIGUOUS;
    m->read_reason = "The parameters have a wrong escape, are not UTF-8 or are too many.";
    return form_parse(m->arena, text, &m->form) < 0 ? RECOGNIZE_MALFORMED : RECOGNIZED;
}

static enum recognize_why read_as(struct tape *t, const struct content *content)
{
    switch (content->form) {
    case CONTENT_JSON:
        return body_read_json(t);
    case CONTENT_CBOR:
        return body_read_cbor(t);
    case CONTENT_MULTIPART:
        return body_read_multipart(t, content->type);
    default:
        return body_read_xml(t);
    }
}

static enum recognize_why read_tape(struct members *m)
{
    if (!m->has_body)
        return RECOGNIZE_NEEDS_BODY;
    if (m->rq->body.n == 0)
        return RECOGNIZED;
    m->tape.text = m->content.text;
    m->read_reason = "The body is too large.";
    if (m->tape.text.n > BODY_MAX)
        return RECOGNIZE_TOO_MANY;
    enum recognize_why why = read_as(&m->tape, &m->content);
    m->read_reason = m->tape.reason;
    return why;
}

static enum recognize_why read_body(struct members *m)
{
    if (m->read)
        return refuse(m, m->read_why, m->read_reason);
    m->read = true;
    if (has_body(m))
        m->read_why = content_open(m->arena, m->rq, m->spoken, &m->content);
    m->read_reason = m->content.reason;
    if (m->read_why == RECOGNIZED)
        m->read_why = m->spoken == CONTENT_QUERY ? read_form(m) : read_tape(m);
    if (m->read_why == RECOGNIZE_NEEDS_BODY)
        m->read_reason = "What is asked for is in the body, which did not come.";
    if (m->read_why == RECOGNIZED)
        m->read_reason = NULL;
    return refuse(m, m->read_why, m->read_reason);
}

enum recognize_why members_find(struct members *m, struct str path, struct member_list *ret)
{
    enum recognize_why why = read_body(m);
    struct finding f = {.arena = m->arena, .why = RECOGNIZED};
    if (why != RECOGNIZED)
        return why;
    if (m->spoken == CONTENT_QUERY)
        form_find(&m->form, &f, path, m->as_query);
    else
        tape_find(&m->tape, &f, path);
    if (f.why != RECOGNIZED)
        return refuse(m, f.why, f.reason);
    *ret = f.found;
    return RECOGNIZED;
}

/* A text of pairs, of which none is decoded yet. */
static size_t count_pairs(struct str text)
{
    size_t n = 0;
    while (text.n)
        n += str_cut(&text, '&').n > 0;
    return n;
}

enum recognize_why members_form(struct arena *a, struct str text, struct member_pair **ret,
                                size_t *ret_n)
{
    size_t n = 0, most = count_pairs(text);
    if (most > MEMBERS_MAX)
        return RECOGNIZE_TOO_MANY;
    struct member_pair *pairs = NEW_ARRAY(a, struct member_pair, most);
    struct named *names = NEW_ARRAY(a, struct named, most);
    while (text.n) {
        struct str value = str_cut(&text, '&');
        if (value.n == 0)
            continue;
        struct str name = str_cut(&value, '=');
        if (!value.p)
            value = STR("");
        if (form_decode(a, name, &pairs[n].name) < 0 || form_decode(a, value, &pairs[n].value) < 0)
            return RECOGNIZE_MALFORMED;
        names[n] = (struct named){pairs[n].name, n};
        n++;
    }
    if (named_repeats(names, n) != SIZE_MAX)
        return RECOGNIZE_AMBIGUOUS;
    *ret = pairs;
    *ret_n = n;
    return RECOGNIZED;
}
