/* SPDX-License-Identifier: Apache-2.0 */
#include "lint/lint.h"

#include <stdlib.h>

#include "lint/lint_priv.h"

static struct statement read_statement(const struct node *node)
{
    return (struct statement){
        .node = node,
        .allows = str_is(node_get(node, "Effect")->text, "Allow"),
        .sid = node_get(node, "Sid"),
        .principal = node_get(node, "Principal"),
        .not_principal = node_get(node, "NotPrincipal"),
        .action = node_get(node, "Action"),
        .not_action = node_get(node, "NotAction"),
        .resource = node_get(node, "Resource"),
        .not_resource = node_get(node, "NotResource"),
        .condition = node_get(node, "Condition"),
    };
}

static void read_statements(struct lint *l)
{
    const struct node *element = node_get(l->root, "Statement");
    const struct node *version = node_get(l->root, "Version");
    l->modern = version && str_is(version->text, "2012-10-17");
    l->statements = NEW_ARRAY(l->arena, struct statement, entries_count(element));
    for (const struct node *e = entries_first(element); e; e = entries_next(element, e))
        l->statements[l->n++] = read_statement(e);
}

static void find_all(struct lint *l)
{
    lint_version_and_size(l);
    for (size_t i = 0; i < l->n; i++) {
        const struct statement *s = &l->statements[i];
        lint_principals(l, s);
        lint_actions(l, s);
        lint_broad_actions(l, s);
        lint_resources(l, s);
        lint_resources_of_actions(l, s);
        lint_conditions(l, s);
    }
    lint_redundant_statements(l);
}

static int by_offset(const void *one, const void *other)
{
    const struct raw_finding *a = one, *b = other;
    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

/* Sorts the findings and finds their lines and columns in one go through the text. */
static void report(struct lint *l, struct lint_report *ret)
{
    struct lint_finding *v = NEW_ARRAY(l->arena, struct lint_finding, l->n_findings);
    struct place place = PLACE_START;
    if (l->n_findings)
        qsort(l->findings, l->n_findings, sizeof *l->findings, by_offset);
    for (size_t i = 0; i < l->n_findings; i++) {
        const struct raw_finding *raw = &l->findings[i];
        place_move(&place, l->text, raw->offset);
        v[i] = (struct lint_finding){
            .type = raw->issue->type,
            .code = raw->issue->code,
            .message = raw->message,
            .fix = raw->issue->fix,
            .line = place.line,
            .column = place.column,
        };
    }
    *ret = (struct lint_report){v, l->n_findings};
}

static void report_error(struct arena *a, const struct policy_error *error, struct lint_report *ret)
{
    struct lint_finding *finding = NEW(a, struct lint_finding);
    *finding = (struct lint_finding){
        .type = LINT_ERROR,
        .code = "GRAMMAR_ERROR",
        .message = error->message,
        .fix = error->hint ? error->hint
                           : "mend the grammar here; AWS does not store the document as it is",
        .line = error->line,
        .column = error->column,
    };
    *ret = (struct lint_report){finding, 1};
}

/* Steps: no policy of AWS's sizes comes near them. */
enum { WORK = 100 * 1000 * 1000 };

void lint_document(struct arena *a, struct str text, enum policy_kind kind, struct lint_report *ret)
{
    const struct policy *policy;
    struct policy_error error = {.message = NULL};
    struct lint l = {.arena = a, .text = text, .kind = kind, .work = work_new(WORK, NULL)};
    size_t bad;
    if (policy_compile(a, text, kind, &policy, &error) < 0 || !node_read(a, text, &l.root, &bad)) {
        report_error(a, &error, ret);
        return;
    }
    read_statements(&l);
    find_all(&l);
    report(&l, ret);
}

static bool names_sts(const struct node *action)
{
    for (const struct node *e = entries_first(action); e; e = entries_next(action, e)) {
        struct str name = e->text;
        if (e->kind == NODE_STRING && str_eq_fold(str_cut(&name, ':'), STR("sts")))
            return true;
    }
    return false;
}

enum policy_kind lint_guess_kind(struct arena *a, struct str text)
{
    const struct node *root;
    size_t bad;
    if (!node_read(a, text, &root, &bad) || root->kind != NODE_OBJECT)
        return POLICY_IDENTITY;
    const struct node *element = node_get(root, "Statement");
    bool principal = false, resource = false, sts = false;
    for (const struct node *e = entries_first(element); e; e = entries_next(element, e)) {
        if (e->kind != NODE_OBJECT)
            continue;
        principal = principal || node_get(e, "Principal") || node_get(e, "NotPrincipal");
        resource = resource || node_get(e, "Resource") || node_get(e, "NotResource");
        sts = sts || names_sts(node_get(e, "Action"));
    }
    if (!principal)
        return POLICY_IDENTITY;
    return sts && !resource ? POLICY_TRUST : POLICY_RESOURCE;
}
