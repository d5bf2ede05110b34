/* SPDX-License-Identifier: Apache-2.0 */
#include "recognize/content_priv.h"

#include <zlib.h>

/* The one header of that name; p == NULL: there is none. False: there are several. */
static bool find_one(const struct request *rq, struct str name, struct str *ret)
{
    *ret = (struct str){NULL, 0};
    for (size_t i = 0; i < rq->n_headers; i++) {
        if (!str_eq_fold(rq->headers[i].name, name))
            continue;
        if (ret->p)
            return false;
        *ret = str_trim(rq->headers[i].value);
    }
    return true;
}

static bool ends_fold(struct str s, struct str end)
{
    return s.n >= end.n && str_same_fold(s.p + s.n - end.n, end.p, end.n);
}

static enum content_form form_of(struct str type)
{
    static const struct {
        struct str type;
        enum content_form form;
    } known[] = {
        {{"application/x-www-form-urlencoded", 33}, CONTENT_QUERY},
        {{"application/json", 16}, CONTENT_JSON},
        {{"application/x-amz-json-1.0", 26}, CONTENT_JSON},
        {{"application/x-amz-json-1.1", 26}, CONTENT_JSON},
        {{"application/xml", 15}, CONTENT_XML},
        {{"text/xml", 8}, CONTENT_XML},
        {{"application/cbor", 16}, CONTENT_CBOR},
        {{"application/x-amz-cbor-1.1", 26}, CONTENT_CBOR},
        {{"multipart/form-data", 19}, CONTENT_MULTIPART},
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (str_eq_fold(type, known[i].type))
            return known[i].form;
    }
    return ends_fold(type, STR("+json"))  ? CONTENT_JSON
           : ends_fold(type, STR("+xml")) ? CONTENT_XML
                                          : CONTENT_OTHER;
}

static bool is_utf8(struct str charset)
{
    if (charset.n > 2 && charset.p[0] == '"' && charset.p[charset.n - 1] == '"')
        charset = (struct str){charset.p + 1, charset.n - 2};
    return str_eq_fold(charset, STR("utf-8")) || str_eq_fold(charset, STR("utf8")) ||
           str_eq_fold(charset, STR("us-ascii"));
}

/* Whether a charset among the parameters of a content type is UTF-8. */
static bool charset_fits(struct str parameters)
{
    while (parameters.p) {
        struct str value = str_cut(&parameters, ';');
        struct str name = str_trim(str_cut(&value, '='));
        if (str_eq_fold(name, STR("charset")) && !is_utf8(str_trim(value)))
            return false;
    }
    return true;
}

/*
 * Whether a body that should be SPOKEN may be called FORM. The clients of JSON 1.1 may send CBOR
 * (Kinesis with the SDK for Java). S3 and its like do not look at the content type, which curl
 * makes a form, and take uploads of browsers beside XML.
 */
static bool may_be(enum content_form spoken, enum content_form form)
{
    if (form == spoken || form == CONTENT_NONE)
        return true;
    switch (spoken) {
    case CONTENT_JSON:
        return form == CONTENT_CBOR || form == CONTENT_OTHER;
    case CONTENT_XML:
        return form == CONTENT_MULTIPART || form == CONTENT_QUERY || form == CONTENT_OTHER;
    default:
        return false;
    }
}

static enum recognize_why read_type(const struct request *rq, enum content_form spoken,
                                    struct content *content)
{
    content->form = spoken;
    content->reason = "The request has more than one Content-Type.";
    if (!find_one(rq, STR("content-type"), &content->type))
        return RECOGNIZE_AMBIGUOUS;
    struct str rest = content->type;
    struct str type = str_trim(str_cut(&rest, ';'));
    enum content_form form = type.n ? form_of(type) : CONTENT_NONE;
    content->reason = "Content-Type says that the body is not what the operation takes.";
    if (!may_be(spoken, form) || !charset_fits(rest))
        return RECOGNIZE_AMBIGUOUS;
    if (form == CONTENT_CBOR || form == CONTENT_MULTIPART)
        content->form = form;
    return RECOGNIZED;
}

/* One member of gzip (RFC 1952) and nothing behind it: some readers go on there, some stop. */
static bool inflate_all(struct arena *a, struct str body, struct str *ret)
{
    enum { GZIP = 16 + MAX_WBITS, STEP = 16 * 1024 };
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)body.p, .avail_in = (unsigned)body.n};
    struct buf b = buf_new(a, STEP);
    int step = inflateInit2(&z, GZIP);
    while (step == Z_OK && b.n <= CONTENT_DECODED_MAX) {
        buf_reserve(&b, STEP);
        z.next_out = (unsigned char *)b.p + b.n;
        z.avail_out = (unsigned)(b.cap - b.n);
        step = inflate(&z, Z_NO_FLUSH);
        b.n = b.cap - z.avail_out;
    }
    bool whole = step == Z_STREAM_END && z.avail_in == 0;
    inflateEnd(&z);
    *ret = buf_str(&b);
    return whole && b.n <= CONTENT_DECODED_MAX;
}

/*
 * SDKs compress PutMetricData of more than 10 KiB ("Request compression" in the AWS SDKs and Tools
 * Reference Guide), with gzip and nothing else; "amz-1.0" means none ("HTTP Header Contents" in the
 * Amazon SWF Developer Guide). Chunks with signatures of their own are for the
 * payloads of S3, of which nothing is read.
 */
static enum recognize_why read_coding(struct arena *a, const struct request *rq,
                                      struct content *content)
{
    struct str coding;
    content->text = rq->body;
    content->reason = "The request has more than one Content-Encoding.";
    if (!find_one(rq, STR("content-encoding"), &coding))
        return RECOGNIZE_AMBIGUOUS;
    content->reason = "The body is sent in signed chunks, which the operation does not take.";
    if (str_starts(request_header(rq, "x-amz-content-sha256"), STR("STREAMING-")))
        return RECOGNIZE_AMBIGUOUS;
    if (coding.n == 0 || str_eq_fold(coding, STR("identity")) ||
        str_eq_fold(coding, STR("amz-1.0")))
        return RECOGNIZED;
    content->reason = "The body has a Content-Encoding that AWS's clients do not use.";
    if (!str_eq_fold(coding, STR("gzip")))
        return RECOGNIZE_MALFORMED;
    content->reason = "The body is not one member of gzip of up to 1 MiB.";
    return inflate_all(a, rq->body, &content->text) ? RECOGNIZED : RECOGNIZE_MALFORMED;
}

enum recognize_why content_open(struct arena *a, const struct request *rq, enum content_form spoken,
                                struct content *ret)
{
    enum recognize_why why = read_type(rq, spoken, ret);
    if (why == RECOGNIZED)
        why = read_coding(a, rq, ret);
    if (why == RECOGNIZED)
        ret->reason = NULL;
    return why;
}
