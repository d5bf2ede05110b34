/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The XML that clients of S3, Route 53 and CloudFront write: elements and text, and nothing that
 * makes one reader see what another does not (document types, CDATA, comments in a text, prefixes,
 * several namespaces). libxml2 reads all of that; besides it is in a module of its own that is
 * loaded when a SAML request needs it, and a tree of a thousand keys takes it several times as
 * long.
 */
#include "recognize/body_priv.h"

enum { XML_CODED = 1 };

struct reader {
    struct tape *tape;
    struct str text; /* of the tape */
    size_t at;
    unsigned depth;
    struct str namespace; /* of the root */
};

static bool read_element(struct reader *r, uint32_t to);

static char peek(const struct reader *r)
{
    return r->at < r->text.n ? r->text.p[r->at] : '\0';
}

static bool take(struct reader *r, struct str word)
{
    if (!str_starts((struct str){r->text.p + r->at, r->text.n - r->at}, word))
        return false;
    r->at += word.n;
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static void skip_blanks(struct reader *r)
{
    while (is_blank(peek(r)))
        r->at++;
}

static bool is_name(char c)
{
    return ascii_is_alnum(c) || c == '_' || c == '-' || c == '.';
}

static bool refuse(struct reader *r, const char *reason)
{
    r->tape->reason = reason;
    return false;
}

/* Names begin with a letter or a line. PREFIX: it may have one. */
static bool read_name(struct reader *r, bool prefix, struct str *ret)
{
    size_t start = r->at;
    if (ascii_is_digit(peek(r)) || peek(r) == '-' || peek(r) == '.')
        return false;
    while (is_name(peek(r)) || (prefix && peek(r) == ':' && r->at > start))
        r->at++;
    *ret = (struct str){r->text.p + start, r->at - start};
    return ret->n > 0;
}

/* Comments and attributes count for nothing, but other readers refuse these in them. */
static bool has_control(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] < 0x20 && !is_blank(s.p[i]))
            return true;
    }
    return false;
}

/* The text up to the quote that it begins with; no reference to a character is written in one. */
static bool read_quoted(struct reader *r, struct str *ret)
{
    char quote = peek(r);
    if (quote != '"' && quote != '\'')
        return false;
    struct str rest = {r->text.p + r->at + 1, r->text.n - r->at - 1};
    *ret = str_cut(&rest, quote);
    r->at += ret->n + 2;
    return rest.p &&
           (ret->n == 0 || (!memchr(ret->p, '<', ret->n) && !memchr(ret->p, '&', ret->n))) &&
           !has_control(*ret);
}

static bool read_attribute(struct reader *r, struct str *name, struct str *value)
{
    if (!read_name(r, true, name))
        return false;
    skip_blanks(r);
    if (!take(r, STR("=")))
        return false;
    skip_blanks(r);
    return read_quoted(r, value);
}

enum { ATTRIBUTES_MAX = 8 };

static bool is_among(const struct str *names, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(names[i], name))
            return true;
    }
    return false;
}

/* Up to the end of a start tag; of attributes only the namespace counts. */
static bool read_attributes(struct reader *r, struct str *ret)
{
    struct str names[ATTRIBUTES_MAX], value;
    for (size_t n = 0;; n++) {
        bool blank = is_blank(peek(r));
        skip_blanks(r);
        if (peek(r) == '>' || peek(r) == '/')
            return true;
        if (!blank || n == ATTRIBUTES_MAX || !read_attribute(r, &names[n], &value) ||
            is_among(names, n, names[n]))
            return false;
        if (str_is(names[n], "xmlns"))
            *ret = value;
    }
}

static bool read_namespace(struct reader *r)
{
    struct str namespace = {NULL, 0};
    if (!read_attributes(r, &namespace))
        return false;
    if (r->depth == 1)
        r->namespace = namespace;
    return !namespace.p || str_eq(namespace, r->namespace) ||
           refuse(r, "The XML in the body has more than one namespace.");
}

/* Behind "<!--". */
static bool skip_comment(struct reader *r)
{
    struct str rest = {r->text.p + r->at, r->text.n - r->at};
    const char *end = rest.n ? memmem(rest.p, rest.n, "--", 2) : NULL;
    if (!end || has_control((struct str){rest.p, (size_t)(end - rest.p)}))
        return false;
    r->at = (size_t)(end - r->text.p) + 2;
    return take(r, STR(">"));
}

static bool is_character(uint32_t c)
{
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xd800) ||
           (c >= 0xe000 && c <= 0xfffd) || (c >= 0x10000 && c <= 0x10ffff);
}

static int digit_of(char c)
{
    c = ascii_lower(c);
    return ascii_is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/* What stands between "&#" and ";". */
static bool read_number(struct str digits, uint32_t *ret)
{
    uint32_t base = digits.n && digits.p[0] == 'x' ? 16 : 10, c = 0;
    size_t i = base == 16;
    if (digits.n == i || digits.n > 10)
        return false;
    for (; i < digits.n && c <= 0x10ffff; i++) {
        uint32_t digit = (uint32_t)digit_of(digits.p[i]);
        if (digit >= base)
            return false;
        c = c * base + digit;
    }
    *ret = c;
    return is_character(c);
}

/* The character that the "&" before *AT stands for. */
static bool read_reference(struct str text, size_t *at, uint32_t *ret)
{
    static const struct {
        struct str name;
        char c;
    } named[] = {{{"lt", 2}, '<'},
                 {{"gt", 2}, '>'},
                 {{"amp", 3}, '&'},
                 {{"quot", 4}, '"'},
                 {{"apos", 4}, '\''}};
    enum { LONGEST = 12 };
    struct str rest = {text.p + *at, text.n - *at < LONGEST ? text.n - *at : LONGEST};
    struct str name = str_cut(&rest, ';');
    if (!rest.p)
        return false;
    *at += name.n + 1;
    if (name.n && name.p[0] == '#')
        return read_number((struct str){name.p + 1, name.n - 1}, ret);
    for (size_t i = 0; i < ARRAY_LEN(named); i++) {
        if (str_eq(name, named[i].name)) {
            *ret = (unsigned char)named[i].c;
            return true;
        }
    }
    return false;
}

/* Up to a byte that may be other than text: "<", "&", "]" or a control character. */
static void skip_plain(struct str text, size_t *at)
{
    const char *p = text.p + *at, *end = text.p + text.n;
    uint64_t marks = 0;
    for (; !marks && (size_t)(end - p) >= WORD_SIZE; p += marks ? word_first(marks) : WORD_SIZE) {
        uint64_t word = word_at(p);
        marks = word_less(word, 0x20) | word_equal(word, '<') | word_equal(word, '&') |
                word_equal(word, ']');
    }
    while (!marks && p < end && (unsigned char)*p >= 0x20 && *p != '<' && *p != '&' && *p != ']')
        p++;
    *at = (size_t)(p - text.p);
}

/* A run of text up to the next "<". CODED: it is not as it is written; FILLED: not blank. */
static bool read_text(struct reader *r, bool *coded, bool *filled)
{
    uint32_t ignored;
    for (;;) {
        size_t start = r->at;
        while (peek(r) == ' ')
            r->at++;
        size_t blanks = r->at;
        skip_plain(r->text, &r->at);
        *filled |= r->at > blanks;
        if (r->at == r->text.n || peek(r) == '<')
            return r->at < r->text.n;
        *filled |= peek(r) == '&' || peek(r) == ']';
        *coded |= peek(r) == '&' || peek(r) == '\r';
        if (take(r, STR("]]>")))
            return false;
        if (!is_blank(peek(r)) && peek(r) != '&' && peek(r) != ']')
            return false;
        if (r->text.p[r->at++] == '&' && !read_reference(r->text, &r->at, &ignored))
            return false;
        ENSURE(r->at > start);
    }
}

/* Behind "</". */
static bool read_end(struct reader *r, struct str name)
{
    struct str other;
    if (!read_name(r, false, &other) || !str_eq(name, other))
        return false;
    skip_blanks(r);
    return take(r, STR(">"));
}

/* Up to the end tag: text, or elements between blanks. */
static bool read_content(struct reader *r, uint32_t to, struct str name)
{
    struct tape *t = r->tape;
    size_t start = r->at;
    bool coded = false, filled = false, comment = false;
    for (;;) {
        if (!read_text(r, &coded, &filled))
            return false;
        size_t end = r->at;
        if (take(r, STR("</"))) {
            bool text = t->n == to + 1;
            if (text ? comment : filled)
                return refuse(r, "The XML in the body has text beside comments or elements.");
            t->v[to].kind = text ? ITEM_TEXT : ITEM_MAP;
            t->v[to].text = (uint32_t)start;
            t->v[to].text_n = (uint32_t)(end - start);
            t->v[to].coding = coded ? XML_CODED : 0;
            t->v[to].end = t->n;
            return read_end(r, name);
        }
        if (take(r, STR("<!--"))) {
            comment = true;
            if (!skip_comment(r))
                return false;
        } else if (!read_element(r, tape_add(t))) {
            return false;
        }
    }
}

static bool read_element(struct reader *r, uint32_t to)
{
    struct str name;
    if (!take(r, STR("<")) || !read_name(r, false, &name) || ++r->depth > BODY_DEPTH)
        return false;
    if (peek(r) == ':')
        return refuse(r, "The XML in the body has a name with a prefix.");
    r->tape->v[to].name = (uint32_t)(name.p - r->text.p);
    r->tape->v[to].name_n = (uint32_t)name.n;
    if (!read_namespace(r))
        return false;
    r->tape->v[to].kind = ITEM_TEXT;
    r->tape->v[to].text = (uint32_t)r->at;
    bool good = take(r, STR("/>")) || (take(r, STR(">")) && read_content(r, to, name));
    r->depth--;
    return good;
}

static bool is_version(struct str value)
{
    return str_is(value, "1.0"); /* 1.1 has other line ends */
}

static bool is_encoding(struct str value)
{
    return str_eq_fold(value, STR("utf-8"));
}

static bool is_yes_or_no(struct str value)
{
    return str_is(value, "yes") || str_is(value, "no");
}

/* "<?xml" and up to three attributes in their order, the first of which has to be there. */
static bool read_declaration(struct reader *r)
{
    static const struct {
        const char *name;
        bool (*fits)(struct str value);
    } known[] = {{"version", is_version}, {"encoding", is_encoding}, {"standalone", is_yes_or_no}};
    struct str name, value;
    size_t next = 0;
    take(r, STR("\xef\xbb\xbf"));
    if (!take(r, STR("<?xml")))
        return true;
    for (;;) {
        bool blank = is_blank(peek(r));
        skip_blanks(r);
        if (take(r, STR("?>")))
            return next > 0;
        if (!blank || !read_attribute(r, &name, &value))
            return false;
        while (next && next < ARRAY_LEN(known) && !str_is(name, known[next].name))
            next++;
        if (next == ARRAY_LEN(known) || !str_is(name, known[next].name) || !known[next].fits(value))
            return false;
        next++;
    }
}

static bool skip_comments(struct reader *r)
{
    skip_blanks(r);
    while (take(r, STR("<!--"))) {
        if (!skip_comment(r))
            return false;
        skip_blanks(r);
    }
    return true;
}

static struct str decode(const struct tape *t, struct str written, uint8_t coding UNUSED)
{
    struct buf b = buf_new(t->arena, written.n + 1);
    for (size_t at = 0; at < written.n;) {
        size_t start = at;
        uint32_t c;
        skip_plain(written, &at);
        buf_add(&b, (struct str){written.p + start, at - start});
        if (at == written.n)
            break;
        char special = written.p[at++];
        if (special == '&') {
            ENSURE(read_reference(written, &at, &c));
            buf_add_utf8(&b, c);
        } else if (special == '\r') { /* with or without what follows, a line end is "\n" */
            at += at < written.n && written.p[at] == '\n';
            buf_add_char(&b, '\n');
        } else {
            buf_add_char(&b, special);
        }
    }
    return buf_str(&b);
}

enum recognize_why body_read_xml(struct tape *t)
{
    static const char *const malformed =
        "The body is not the XML, in UTF-8, that clients of AWS write.";
    struct reader r = {.tape = t, .text = t->text};
    t->decode = decode;
    t->elements = true;
    t->reason = malformed;
    if (str_is_utf8(t->text) && read_declaration(&r) && skip_comments(&r) &&
        read_element(&r, tape_add(t)) && skip_comments(&r) && r.at == t->text.n)
        return RECOGNIZED;
    return t->reason == malformed ? RECOGNIZE_MALFORMED : RECOGNIZE_AMBIGUOUS;
}
