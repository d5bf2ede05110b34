/* SPDX-License-Identifier: Apache-2.0 */
#include "server/console/document.h"

#include "lint/lint.h"
#include "policy/json.h"

/* A text on its way into lines. */
struct cut {
    struct str text;
    size_t at;        /* what is before it is done */
    size_t line;      /* the number of the line that this is on */
    bool inside;      /* the line has begun in another piece */
    struct place end; /* of the statement before */
};

static json_t *json_of(struct str text)
{
    return json_stringn(text.p, text.n);
}

/* The lines of the text up to END; each but the last ends in a line feed. */
static json_t *cut_lines(struct cut *cut, size_t end)
{
    json_t *lines = json_array();
    while (cut->at < end) {
        const char *from = cut->text.p + cut->at;
        const char *feed = memchr(from, '\n', end - cut->at);
        size_t n = feed ? (size_t)(feed - from) + 1 : end - cut->at;
        json_t *line = json_pack("{s:o}", "text", json_of((struct str){from, n}));
        if (!cut->inside)
            json_object_set_new(line, "number", json_integer((json_int_t)cut->line));
        json_array_append_new(lines, line);
        cut->at += n;
        cut->inside = !feed;
        cut->line += feed != NULL;
    }
    return lines;
}

static void add_between(json_t *pieces, struct cut *cut, size_t end)
{
    if (cut->at < end)
        json_array_append_new(pieces, json_pack("{s:o}", "lines", cut_lines(cut, end)));
}

/* N: its number. */
static void add_statement(json_t *pieces, struct cut *cut, struct arena *a, size_t n,
                          const struct node *statement, const char *chosen)
{
    place_move(&cut->end, cut->text, statement->end);
    const char *end = arena_printf(a, "%zu:%zu", cut->end.line, cut->end.column);
    add_between(pieces, cut, statement->start);
    json_array_append_new(pieces, json_pack("{s:s, s:b, s:o}", "anchor",
                                            arena_printf(a, "statement-%zu", n), "chosen",
                                            chosen && strcmp(end, chosen) == 0, "lines",
                                            cut_lines(cut, statement->end)));
}

static json_t *pieces_of(struct arena *a, struct str text, const char *chosen)
{
    const struct node *root, *element = NULL;
    size_t bad, n = 0;
    struct cut cut = {.text = text, .line = 1, .end = PLACE_START};
    json_t *pieces = json_array();
    if (node_read(a, text, &root, &bad) && root->kind == NODE_OBJECT)
        element = node_get(root, "Statement");
    for (const struct node *e = entries_first(element); e; e = entries_next(element, e))
        add_statement(pieces, &cut, a, n++, e, chosen);
    add_between(pieces, &cut, text.n);
    return pieces;
}

static json_t *finding_json(const struct lint_finding *finding)
{
    static const char *const words[] = {
        [LINT_ERROR] = "error",
        [LINT_SECURITY_WARNING] = "security warning",
        [LINT_WARNING] = "warning",
        [LINT_SUGGESTION] = "suggestion",
    };
    return json_pack("{s:s, s:b, s:s, s:s, s:s, s:I, s:I}", "type", words[finding->type], "severe",
                     finding->type == LINT_ERROR || finding->type == LINT_SECURITY_WARNING, "code",
                     finding->code, "message", finding->message, "fix", finding->fix, "line",
                     (json_int_t)finding->line, "column", (json_int_t)finding->column);
}

json_t *document_json(struct arena *a, struct str text, enum policy_kind kind, const char *chosen)
{
    struct lint_report report;
    json_t *findings = json_array();
    lint_document(a, text, kind, &report);
    for (size_t i = 0; i < report.n; i++)
        json_array_append_new(findings, finding_json(&report.findings[i]));
    bool refused = report.n == 1 && strcmp(report.findings[0].code, "GRAMMAR_ERROR") == 0;
    return json_pack("{s:o, s:o, s:b}", "pieces", pieces_of(a, text, chosen), "findings", findings,
                     "refused", refused);
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

static int add_text(const char *text, size_t n, void *buf)
{
    buf_add(buf, (struct str){text, n});
    return 0;
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
    struct buf b = buf_new(a, 1024);
    json_dump_callback(document, add_text, &b, JSON_INDENT(2));
    json_decref(document);
    return buf_text(&b);
}
