/* SPDX-License-Identifier: Apache-2.0 */
#include "server/console/document.h"

#include "lint/lint.h"
#include "policy/json.h"
#include "server/page/json.h"

/* A text on its way into lines and their parts. */
struct cut {
    struct arena *arena;
    struct str text;
    const char *chosen;
    size_t at; /* what is before it is done */
    json_t *lines;
    json_t *parts;    /* of the last line; NULL: the next part begins one */
    struct place end; /* of the statement before */
};

static json_t *next_part(struct cut *cut, struct str text)
{
    json_t *part = json_pack("{s:o}", "text", json_stringn(text.p, text.n));
    if (!cut->parts) {
        json_int_t number = (json_int_t)json_array_size(cut->lines) + 1;
        cut->parts = json_array();
        json_array_append_new(cut->lines,
                              json_pack("{s:I, s:o}", "number", number, "parts", cut->parts));
    }
    json_array_append_new(cut->parts, part);
    return part;
}

/* The parts up to END; returns the first, or NULL. */
static json_t *cut_parts(struct cut *cut, size_t end, bool chosen)
{
    json_t *first = NULL;
    while (cut->at < end) {
        const char *from = cut->text.p + cut->at;
        const char *feed = memchr(from, '\n', end - cut->at);
        size_t n = feed ? (size_t)(feed - from) : end - cut->at;
        json_t *part = next_part(cut, (struct str){from, n});
        if (chosen)
            json_object_set_new(part, "chosen", json_true());
        first = first ? first : part;
        cut->parts = feed ? NULL : cut->parts;
        cut->at += n + (feed != NULL);
    }
    return first;
}

static bool is_chosen(struct cut *cut, const char *number)
{
    const char *end = arena_printf(cut->arena, "%zu:%zu", cut->end.line, cut->end.column);
    return cut->chosen && (strcmp(cut->chosen, number) == 0 || strcmp(cut->chosen, end) == 0);
}

static void cut_statement(struct cut *cut, size_t n, const struct node *statement)
{
    const char *number = arena_printf(cut->arena, "%zu", n);
    place_move(&cut->end, cut->text, statement->end);
    bool chosen = is_chosen(cut, number);
    cut_parts(cut, statement->start, false);
    json_t *first = cut_parts(cut, statement->end, chosen);
    json_object_set_new(first, "statement", json_string(number));
    if (chosen)
        json_object_set_new(first, "first", json_true());
}

static json_t *lines_of(struct arena *a, struct str text, const char *chosen)
{
    const struct node *root, *element = NULL;
    size_t bad, n = 0;
    struct cut cut = {
        .arena = a, .text = text, .chosen = chosen, .lines = json_array(), .end = PLACE_START};
    if (node_read(a, text, &root, &bad) && root->kind == NODE_OBJECT)
        element = node_get(root, "Statement");
    for (const struct node *e = entries_first(element); e; e = entries_next(element, e))
        cut_statement(&cut, n++, e);
    cut_parts(&cut, text.n, false);
    return cut.lines;
}

static json_t *finding_json(const struct lint_finding *finding)
{
    static const char *const words[] = {
        [LINT_ERROR] = "error",
        [LINT_SECURITY_WARNING] = "security warning",
        [LINT_WARNING] = "warning",
        [LINT_SUGGESTION] = "suggestion",
    };
    static const char *const badges[] = {
        [LINT_ERROR] = "error",
        [LINT_SECURITY_WARNING] = "warning",
        [LINT_WARNING] = "warning",
        [LINT_SUGGESTION] = "suggestion",
    };
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I}", "type", words[finding->type], "badge",
                     badges[finding->type], "code", finding->code, "message", finding->message,
                     "fix", finding->fix, "line", (json_int_t)finding->line, "column",
                     (json_int_t)finding->column);
}

json_t *document_json(struct arena *a, struct str text, enum policy_kind kind, const char *chosen)
{
    struct lint_report report;
    json_t *findings = json_array();
    lint_document(a, text, kind, &report);
    for (size_t i = 0; i < report.n; i++)
        json_array_append_new(findings, finding_json(&report.findings[i]));
    bool refused = report.n == 1 && strcmp(report.findings[0].code, "GRAMMAR_ERROR") == 0;
    return json_pack("{s:o, s:o, s:b}", "lines", lines_of(a, text, chosen), "findings", findings,
                     "refused", refused);
}

#define LINES_MAX 900 /* of a page, which is to have less than 100 KB */
#define LINES_ABOVE 3 /* before a chosen statement, so that one sees where one is */

/* Which line AT names, or the chosen statement begins at; they are counted from 0. */
static size_t first_line(const json_t *lines, const char *at)
{
    static const struct str prefix = {"line-", 5};
    int64_t number;
    struct str wanted = str_of(at ? at : "");
    if (str_starts(wanted, prefix)) {
        wanted = (struct str){wanted.p + prefix.n, wanted.n - prefix.n};
        bool known = str_to_int64(wanted, &number) && number > 0 &&
                     number <= (int64_t)json_array_size(lines);
        return known ? (size_t)number - 1 : 0;
    }
    for (size_t i = 0; i < json_array_size(lines); i++) {
        size_t k;
        json_t *part;
        json_array_foreach(json_object_get(json_array_get(lines, i), "parts"), k, part)
        {
            if (json_object_get(part, "first"))
                return i > LINES_ABOVE ? i - LINES_ABOVE : 0;
        }
    }
    return 0;
}

static void set_line(json_t *document, const char *name, size_t line)
{
    json_object_set_new(document, name, json_sprintf("line-%zu", line + 1));
}

void document_cut(json_t *document, const char *at)
{
    json_t *lines = json_object_get(document, "lines"), *finding;
    size_t n = json_array_size(lines), from = first_line(lines, at), i;
    size_t end = n - from > LINES_MAX ? from + LINES_MAX : n;
    if (n <= LINES_MAX)
        return;
    if (from > 0)
        set_line(document, "before", from > LINES_MAX ? from - LINES_MAX : 0);
    if (end < n)
        set_line(document, "after", end);
    json_t *kept = json_array();
    for (i = from; i < end; i++)
        json_array_append(kept, json_array_get(lines, i));
    json_object_set_new(document, "lines", kept);
    json_object_set_new(document, "from", json_integer((json_int_t)from + 1));
    json_array_foreach(json_object_get(document, "findings"), i, finding)
    {
        size_t line = (size_t)json_integer_value(json_object_get(finding, "line"));
        json_object_set_new(finding, "outside", json_boolean(line <= from || line > end));
    }
}

const char *document_of_form(struct arena *a, const char *text)
{
    char *copy = arena_strdup(a, text), *to = copy;
    for (const char *from = text; *from; from++) {
        if (from[0] != '\r' || from[1] != '\n')
            *to++ = *from;
    }
    *to = '\0';
    return copy;
}

/* The statements of a document, as a list; a reference. */
static json_t *statements_of(json_t *document)
{
    json_t *statements = json_object_get(document, "Statement");
    if (json_is_array(statements))
        return json_incref(statements);
    json_t *list = json_array();
    if (statements)
        json_array_append(list, statements);
    return list;
}

const char *document_with(struct arena *a, const char *text, const char *action,
                          const char *resource)
{
    json_t *document = text ? json_loads(text, 0, NULL) : NULL;
    if (!json_is_object(document)) {
        json_decref(document);
        document = json_pack("{s:s}", "Version", "2012-10-17");
    }
    json_t *statements = statements_of(document);
    json_array_append_new(statements, json_pack("{s:s, s:s, s:s}", "Effect", "Allow", "Action",
                                                action, "Resource", resource));
    json_object_set_new(document, "Statement", statements);
    const char *written = json_written(a, document, JSON_INDENT(2));
    json_decref(document);
    return written;
}
