/* SPDX-License-Identifier: Apache-2.0 */
#include "base/multipart.h"

static const struct str line_end = {"\r\n", 2};
static const struct str media_type = {"multipart/form-data", 19};

static struct str behind(struct str s, size_t n)
{
    return (struct str){s.p + n, s.n - n};
}

bool multipart_is(struct str content_type)
{
    return str_eq_fold(str_trim(str_cut(&content_type, ';')), media_type);
}

/* The text between quotes at the start of *S, up to one that no backslash is before. */
static bool take_quoted(struct str *s, struct str *ret)
{
    for (size_t i = 1; i < s->n; i++) {
        if (s->p[i] != '"')
            continue;
        *ret = (struct str){s->p + 1, i - 1};
        *s = behind(*s, i + 1);
        return !memchr(ret->p, '\\', ret->n);
    }
    return false;
}

/* The next `; name=value` or `; name="value"` of a header. */
static bool take_parameter(struct str *s, struct str *name, struct str *ret)
{
    struct str rest = str_trim(*s);
    if (rest.n == 0 || rest.p[0] != ';')
        return false;
    rest = str_trim(behind(rest, 1));
    *name = str_cut(&rest, '=');
    if (!rest.p || name->n == 0)
        return false;
    if (rest.n && rest.p[0] == '"') {
        *s = rest;
        return take_quoted(s, ret);
    }
    size_t n = 0;
    while (n < rest.n && !memchr("; \t\"", rest.p[n], 4))
        n++;
    *ret = (struct str){rest.p, n};
    *s = behind(rest, n);
    return n > 0;
}

static bool take_word(struct str *s, struct str word)
{
    size_t n = 0;
    while (n < s->n && !memchr("; \t", s->p[n], 3))
        n++;
    struct str first = {s->p, n};
    *s = behind(*s, n);
    return str_eq_fold(first, word);
}

static bool is_boundary(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_is_alnum(s.p[i]) && !memchr("'()+_,-./:=?", s.p[i], 12))
            return false;
    }
    return s.n && s.n <= MULTIPART_BOUNDARY_MAX;
}

static bool find_boundary(struct str type, struct str *ret)
{
    struct str name, value;
    *ret = (struct str){NULL, 0};
    if (!take_word(&type, media_type))
        return false;
    while (str_trim(type).n) {
        if (!take_parameter(&type, &name, &value))
            return false;
        if (!str_eq_fold(name, STR("boundary")))
            continue;
        if (ret->p)
            return false;
        *ret = value;
    }
    return ret->p && is_boundary(*ret);
}

bool multipart_begin(struct multipart *m, struct str content_type, struct str body)
{
    struct str boundary;
    if (!find_boundary(str_trim(content_type), &boundary))
        return false;
    *m = (struct multipart){.delimiter = "\r\n--", .n = 4 + boundary.n};
    memcpy(m->delimiter + 4, boundary.p, boundary.n);
    struct str first = {m->delimiter + 2, m->n - 2};
    if (!str_starts(body, first))
        return false;
    m->rest = behind(body, first.n);
    return true;
}

/* `form-data; name="key"; filename="photo.jpg"`. */
static bool read_disposition(struct str value, struct multipart_field *field)
{
    struct str name, text;
    if (field->name.p || !take_word(&value, STR("form-data")))
        return false;
    while (str_trim(value).n) {
        if (!take_parameter(&value, &name, &text))
            return false;
        bool is_name = str_eq_fold(name, STR("name"));
        struct str *part = is_name ? &field->name : &field->filename;
        if (!is_name && !str_eq_fold(name, STR("filename")))
            return false; /* filename* too, which readers disagree about */
        if (part->p)
            return false;
        *part = text;
    }
    return field->name.n > 0;
}

static bool is_plain(struct str coding)
{
    return str_eq_fold(coding, STR("binary")) || str_eq_fold(coding, STR("8bit")) ||
           str_eq_fold(coding, STR("7bit"));
}

static bool read_header(struct str line, struct multipart_field *field)
{
    struct str value = line, name = str_cut(&value, ':');
    if (!value.p || name.n == 0 || memchr(line.p, '\r', line.n) || memchr(line.p, '\n', line.n) ||
        memchr(name.p, ' ', name.n) || memchr(name.p, '\t', name.n))
        return false;
    value = str_trim(value);
    if (str_eq_fold(name, STR("content-disposition")))
        return read_disposition(value, field);
    if (str_eq_fold(name, STR("content-transfer-encoding")))
        return is_plain(value);
    if (!str_eq_fold(name, STR("content-type")))
        return true;
    bool first = !field->type.p;
    field->type = value;
    return first;
}

static bool read_headers(struct str *rest, struct multipart_field *field)
{
    for (;;) {
        const char *end = rest->p ? memmem(rest->p, rest->n, line_end.p, line_end.n) : NULL;
        if (!end)
            return false;
        struct str line = {rest->p, (size_t)(end - rest->p)};
        *rest = behind(*rest, line.n + line_end.n);
        if (line.n == 0)
            return field->name.p != NULL;
        if (!read_header(line, field))
            return false;
    }
}

/* Behind a delimiter: "--" ends the body, CR LF begins a field. */
static enum multipart_step read_part(struct multipart *m, struct multipart_field *field)
{
    if (str_eq(m->rest, STR("--")) || str_eq(m->rest, STR("--\r\n"))) {
        m->rest = STR("--");
        return MULTIPART_END;
    }
    struct str rest = m->rest;
    if (!str_starts(rest, line_end))
        return MULTIPART_MALFORMED;
    rest = behind(rest, line_end.n);
    if (!read_headers(&rest, field))
        return MULTIPART_MALFORMED;
    const char *end = memmem(rest.p, rest.n, m->delimiter, m->n);
    if (!end)
        return MULTIPART_MALFORMED;
    field->value = (struct str){rest.p, (size_t)(end - rest.p)};
    m->rest = behind(rest, field->value.n + m->n);
    return MULTIPART_FIELD;
}

enum multipart_step multipart_next(struct multipart *m, struct multipart_field *ret)
{
    struct multipart_field field = {.name = {NULL, 0}};
    enum multipart_step step = read_part(m, &field);
    if (step == MULTIPART_FIELD)
        *ret = field;
    return step;
}
