/* SPDX-License-Identifier: Apache-2.0 */
/* A document by its lines: all of its text is there again, whatever is chosen of it. */
#include "server/console/document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add_line(struct buf *b, const json_t *line)
{
    const json_t *parts = json_object_get(line, "parts");
    for (size_t i = 0; i < json_array_size(parts); i++) {
        const json_t *text = json_object_get(json_array_get(parts, i), "text");
        buf_add(b, (struct str){json_string_value(text), json_string_length(text)});
    }
    buf_add_char(b, '\n');
}

static void check(struct arena *a, struct str text, const char *chosen)
{
    struct buf b = buf_new(a, text.n + 2);
    json_t *shown = document_json(a, text, POLICY_IDENTITY, chosen);
    const json_t *lines = json_object_get(shown, "lines");
    for (size_t i = 0; i < json_array_size(lines); i++)
        add_line(&b, json_array_get(lines, i));
    if (text.n && text.p[text.n - 1] != '\n')
        b.n--; /* the last line has no end */
    if (!str_eq(buf_str(&b), text))
        __builtin_trap();
    json_decref(shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct arena a;
    if (!str_is_utf8(text)) /* forms and stored documents are */
        return 0;
    arena_init(&a);
    check(&a, text, NULL);
    check(&a, text, "0");
    check(&a, text, "1:20");
    check(&a, str_of(document_with(&a, str_dup(&a, text), "iam:GetUser", "*")), "1");
    check(&a, str_of(document_of_form(&a, str_dup(&a, text))), NULL);
    arena_done(&a);
    return 0;
}
