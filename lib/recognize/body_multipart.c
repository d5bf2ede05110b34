/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Uploads by browsers: "POST Object" of the Amazon S3 API Reference. The fields stand before the
 * file; what stands behind it AWS ignores and others read, so it is refused, but for the button
 * that sends the form.
 */
#include "base/multipart.h"
#include "recognize/body_priv.h"

enum { WITH_FILENAME = 1, VALUE_MAX = 64 * 1024 };

static const struct str variable = {"${filename}", 11};

static const char *find_variable(struct str text)
{
    return text.n ? memmem(text.p, text.n, variable.p, variable.n) : NULL;
}

static bool add_field(struct tape *t, const struct multipart_field *field)
{
    uint32_t kid = tape_add(t);
    struct item *item = &t->v[kid];
    item->kind = ITEM_TEXT;
    item->name = (uint32_t)(field->name.p - t->text.p);
    item->name_n = (uint32_t)field->name.n;
    item->text = (uint32_t)(field->value.p - t->text.p);
    item->text_n = (uint32_t)field->value.n;
    item->coding = find_variable(field->value) ? WITH_FILENAME : 0;
    return str_is_utf8(field->name) && str_is_utf8(field->value) && t->n <= MEMBERS_MAX;
}

/* The last part of a path: browsers may send a whole one. */
static struct str last_part(struct str filename)
{
    size_t start = filename.n;
    while (start && filename.p[start - 1] != '/' && filename.p[start - 1] != '\\')
        start--;
    return (struct str){filename.p + start, filename.n - start};
}

static struct str decode(const struct tape *t, struct str written, uint8_t coding UNUSED)
{
    struct buf b = buf_new(t->arena, written.n + t->filename.n);
    if (!t->filename.p)
        return (struct str){NULL, 0};
    for (const char *at; (at = find_variable(written));) {
        buf_add(&b, (struct str){written.p, (size_t)(at - written.p)});
        buf_add(&b, t->filename);
        if (b.n > VALUE_MAX)
            return (struct str){NULL, 0};
        written.n -= (size_t)(at - written.p) + variable.n;
        written.p = at + variable.n;
    }
    buf_add(&b, written);
    return buf_str(&b);
}

/* Fields up to the file, and the file's name. */
static bool read_fields(struct tape *t, struct multipart *m)
{
    struct multipart_field field;
    while (multipart_next(m, &field) == MULTIPART_FIELD) {
        if (str_eq_fold(field.name, STR("file"))) {
            t->filename = field.filename.p ? last_part(field.filename) : field.filename;
            t->v[0].end = t->n;
            return !t->filename.p || str_is_utf8(t->filename);
        }
        if (!add_field(t, &field))
            return false;
    }
    return false;
}

static bool is_all(struct multipart *m)
{
    struct multipart_field field;
    enum multipart_step step = multipart_next(m, &field);
    if (step == MULTIPART_FIELD && str_eq_fold(field.name, STR("submit")))
        step = multipart_next(m, &field);
    return step == MULTIPART_END;
}

enum recognize_why body_read_multipart(struct tape *t, struct str content_type)
{
    struct multipart m;
    uint32_t root = tape_add(t);
    t->v[root].kind = ITEM_MAP;
    t->decode = decode;
    t->flat = true;
    t->reason = "The body is not the form of an upload: fields in UTF-8 and then a file.";
    if (!multipart_begin(&m, content_type, t->text) || !read_fields(t, &m))
        return RECOGNIZE_MALFORMED;
    t->reason = "Fields stand behind the file.";
    return is_all(&m) ? RECOGNIZED : RECOGNIZE_AMBIGUOUS;
}
