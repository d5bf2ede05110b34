/* SPDX-License-Identifier: Apache-2.0 */
#include "model/arn.h"
#include "server/console/document.h"
#include "server/console/simulator.h"
#include "server/page/json.h"

/* What is told of one action on one resource, whether an answer names resources or not. */
struct outcome {
    const char *action, *resource, *decision;
    const json_t *statements, *missing, *boundary, *organizations, *details;
};

/* "LINE:COLUMN" of where a statement ends. */
static const char *end_of(struct arena *a, const json_t *statement)
{
    const json_t *end = json_object_get(statement, "EndPosition");
    return arena_printf(a, "%lld:%lld", (long long)json_integer_value(json_object_get(end, "Line")),
                        (long long)json_integer_value(json_object_get(end, "Column")));
}

/* To where the statement stands; NULL: in a text of the form. */
static const char *link_of(struct arena *a, const json_t *statement, const char *principal)
{
    const char *policy = json_member(statement, "SourcePolicyId");
    bool stored = principal &&
                  strcmp(json_member(statement, "SourcePolicyType"), "IAM Policy") == 0 &&
                  !str_starts(str_of(policy), STR("PolicyInputList."));
    if (!stored)
        return NULL;
    struct buf b = buf_new(a, 256);
    buf_add(&b, STR("/console/statement?of="));
    buf_pct_encode(&b, str_of(principal), "");
    buf_add(&b, STR("&policy="));
    buf_pct_encode(&b, str_of(policy), "");
    buf_add(&b, STR("&end="));
    buf_pct_encode(&b, str_of(end_of(a, statement)), "");
    return buf_text(&b);
}

static json_t *statements_of(struct arena *a, const json_t *statements, const char *principal)
{
    json_t *list = json_array();
    for (size_t i = 0; i < json_array_size(statements); i++) {
        const json_t *statement = json_array_get(statements, i);
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s*}", "source", json_member(statement, "SourcePolicyId"),
                            "end", end_of(a, statement), "link", link_of(a, statement, principal)));
    }
    return list;
}

static bool is_false(const json_t *detail, const char *member)
{
    return json_is_false(json_object_get(detail, member));
}

/* What an allow lacks. */
static const char *advice_of(const struct outcome *o)
{
    if (is_false(o->organizations, "AllowedByOrganizations"))
        return "The service control policies of the organization do not allow it.";
    if (strcmp(o->decision, "explicitDeny") == 0)
        return "The statement denies it: no allow outweighs that.";
    if (strcmp(o->decision, "allowed") == 0)
        return NULL;
    if (is_false(o->boundary, "AllowedByPermissionsBoundary"))
        return "The permissions boundary does not allow it.";
    return json_array_size(o->missing)
               ? "A statement that allows it, or values of the keys that are missing."
               : "A statement that allows it:";
}

/* Where the principal gets a policy with that statement. */
static const char *editor_of(struct arena *a, const struct outcome *o, const char *principal)
{
    struct arn arn;
    struct str kind, name;
    if (!principal || !arn_parse(str_of(principal), &arn) || !arn_entity(&arn, &kind, &name))
        return NULL;
    struct buf b = buf_new(a, 256);
    buf_printf(&b, "/console/%.*ss/", STR_FMT(kind));
    buf_pct_encode(&b, name, "");
    buf_add(&b, STR("/new-policy?action="));
    buf_pct_encode(&b, str_of(o->action), "");
    buf_add(&b, STR("&resource="));
    buf_pct_encode(&b, str_of(o->resource), "");
    buf_add(&b, STR("#editor"));
    return buf_text(&b);
}

static const char *would_allow(struct arena *a, const struct outcome *o)
{
    struct buf b = buf_new(a, 256);
    buf_add(&b, STR("{\"Effect\": \"Allow\", \"Action\": "));
    buf_json(&b, str_of(o->action));
    buf_add(&b, STR(", \"Resource\": "));
    buf_json(&b, str_of(o->resource));
    buf_add_char(&b, '}');
    return buf_text(&b);
}

static json_t *row_of(struct arena *a, const struct outcome *o, const char *principal)
{
    bool allowed = strcmp(o->decision, "allowed") == 0;
    bool denied = strcmp(o->decision, "explicitDeny") == 0;
    const char *advice = advice_of(o);
    bool statement_helps = advice && str_starts(str_of(advice), STR("A statement"));
    json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:o, s:s*, s:s*, s:s*, s:s*}", "action",
                            o->action, "resource", o->resource, "badge",
                            allowed  ? "allow"
                            : denied ? "deny"
                                     : "implicit",
                            "words",
                            allowed  ? "Allowed"
                            : denied ? "Denied"
                                     : "Not allowed",
                            "statements", statements_of(a, o->statements, principal), "advice",
                            advice, "would_allow", statement_helps ? would_allow(a, o) : NULL,
                            "editor", statement_helps ? editor_of(a, o, principal) : NULL,
                            "enforced", json_member(o->details, "Enforced Decision"));
    if (o->missing)
        json_object_set_new(row, "missing", json_deep_copy(o->missing));
    return row;
}

static struct outcome outcome_of(const json_t *result)
{
    const char *resource = json_member(result, "EvalResourceName");
    return (struct outcome){
        .action = json_member(result, "EvalActionName"),
        .resource = resource ? resource : "*",
        .decision = json_member(result, "EvalDecision"),
        .statements = json_object_get(result, "MatchedStatements"),
        .missing = json_object_get(result, "MissingContextValues"),
        .boundary = json_object_get(result, "PermissionsBoundaryDecisionDetail"),
        .organizations = json_object_get(result, "OrganizationsDecisionDetail"),
        .details = json_object_get(result, "EvalDecisionDetails"),
    };
}

/* The same of one resource, where the action and the organization are told for all of them. */
static struct outcome outcome_on(const struct outcome *all, const json_t *result)
{
    struct outcome one = *all;
    one.resource = json_member(result, "EvalResourceName");
    one.decision = json_member(result, "EvalResourceDecision");
    one.statements = json_object_get(result, "MatchedStatements");
    one.missing = json_object_get(result, "MissingContextValues");
    one.boundary = json_object_get(result, "PermissionsBoundaryDecisionDetail");
    one.details = json_object_get(result, "EvalDecisionDetails");
    return one;
}

/* What a page has room for, which is to have less than 100 KB. */
enum {
    BYTES_MAX = 64 * 1024,
    ROW_BYTES = 500,    /* beside the resource */
    RESOURCE_TIMES = 5, /* that stands in a row, in a statement and, encoded, in a link */
    STATEMENT_BYTES = 350,
};

struct rows {
    struct arena *arena;
    const char *principal;
    json_t *list;
    size_t bytes; /* that are left */
    bool full;
};

static void add_row(struct rows *rows, const struct outcome *o)
{
    size_t bytes = ROW_BYTES + RESOURCE_TIMES * strlen(o->resource) +
                   STATEMENT_BYTES * json_array_size(o->statements);
    rows->full |= bytes > rows->bytes;
    if (rows->full)
        return;
    rows->bytes -= bytes;
    json_array_append_new(rows->list, row_of(rows->arena, o, rows->principal));
}

json_t *simulator_rows(struct call *c, const json_t *answer, const char *principal, bool *ret_all)
{
    const json_t *results = json_object_get(answer, "EvaluationResults");
    struct rows rows = {
        .arena = c->arena, .principal = principal, .list = json_array(), .bytes = BYTES_MAX};
    for (size_t i = 0; i < json_array_size(results); i++) {
        const json_t *result = json_array_get(results, i),
                     *each = json_object_get(result, "ResourceSpecificResults");
        struct outcome all = outcome_of(result);
        if (json_array_size(each) == 0)
            add_row(&rows, &all);
        for (size_t k = 0; k < json_array_size(each); k++) {
            struct outcome one = outcome_on(&all, json_array_get(each, k));
            add_row(&rows, &one);
        }
    }
    *ret_all = !rows.full;
    return rows.list;
}

static void add_missing(json_t *found, const json_t *result)
{
    const json_t *missing = json_object_get(result, "MissingContextValues");
    for (size_t i = 0; i < json_array_size(missing); i++)
        json_object_set_new(found, json_string_value(json_array_get(missing, i)), json_true());
}

json_t *simulator_missing(const json_t *answer)
{
    const json_t *results = json_object_get(answer, "EvaluationResults");
    json_t *found = json_object();
    for (size_t i = 0; i < json_array_size(results); i++) {
        const json_t *result = json_array_get(results, i),
                     *each = json_object_get(result, "ResourceSpecificResults");
        add_missing(found, result);
        for (size_t k = 0; k < json_array_size(each); k++)
            add_missing(found, json_array_get(each, k));
    }
    json_t *names = json_array();
    const char *name;
    json_t *ignored;
    json_object_foreach(found, name, ignored) json_array_append_new(names, json_string(name));
    json_decref(found);
    return names;
}
