/* SPDX-License-Identifier: Apache-2.0 */
#include "evaluate/evaluate.h"

#include "authz/report.h"
#include "base/mem.h"
#include "evaluate/input_priv.h"

struct evaluator *evaluator_new(void)
{
    struct evaluator *evaluator = mem_alloc(sizeof *evaluator);
    arena_init(&evaluator->arena);
    return evaluator;
}

void evaluator_free(struct evaluator *evaluator)
{
    if (!evaluator)
        return;
    map_done(&evaluator->definitions);
    arena_done(&evaluator->arena);
    mem_free(evaluator);
}

/* What came out, in one piece, for answers and for expectations. */
struct outcome {
    const struct authz_decision *decision;
    const char *message, *encoded;
};

static void add_id(struct buf *out, const struct node *id)
{
    buf_add(out, STR("{\"id\":"));
    if (!id)
        buf_add(out, STR("null"));
    else if (id->kind == NODE_STRING)
        buf_json(out, id->text);
    else
        buf_add(out, id->text);
    buf_add_char(out, ',');
}

static void add_outcome(struct buf *out, const struct outcome *o)
{
    const struct policy_statement *statement = o->decision->statement;
    buf_json_text(out, "decision", authz_outcome_name(o->decision->outcome));
    buf_add_char(out, ',');
    buf_json_text(out, "layer", authz_layer_name(o->decision->layer));
    buf_add_char(out, ',');
    buf_json_text(out, "policy", o->decision->policy ? o->decision->policy->name : NULL);
    buf_add_char(out, ',');
    if (statement)
        buf_json_number(out, "statement", statement->index);
    else
        buf_add(out, STR("\"statement\":null"));
    buf_add_char(out, ',');
    buf_json_text(out, "sid", statement ? statement->sid : NULL);
    buf_add_char(out, ',');
    buf_json_text(out, "message", o->message);
}

static const char *encoded_message(struct input *in, const struct evaluate_options *options,
                                   const struct authz_decision *decision)
{
    const char *account = in->principal.account ? in->principal.account : "";
    struct str failure = str_of(authz_failure(in->arena, &in->request, decision));
    /* Compressing and sealing it costs more than writing, and the statement is read anew. */
    const struct policy_statement *statement = decision->statement;
    work_spend(options->work, failure.n + (statement ? statement->text.n : 0));
    return options->encode(options->owner, in->arena, account, failure);
}

static struct authz_decision decide(struct input *in, bool explain, struct buf *trace)
{
    const struct authz_request *request = &in->request;
    if (!explain)
        return authz_decide(request, NULL);
    struct authz_trace t = authz_trace_new(in->arena, request);
    struct authz_decision decision = authz_decide(request, &t);
    authz_report_trace(trace, &(struct authz_report){request, &t, &decision});
    given_notes(&in->context, trace);
    return decision;
}

/* One member of an expectation. */
static bool meets(struct input *in, const struct node *wanted, const struct outcome *o)
{
    const struct authz_decision *d = o->decision;
    const struct policy_statement *statement = d->statement;
    const struct {
        const char *name, *value;
    } texts[] = {
        {"decision", authz_outcome_name(d->outcome)},
        {"layer", authz_layer_name(d->layer)},
        {"policy", d->policy ? d->policy->name : NULL},
        {"statement", statement ? arena_printf(in->arena, "%zu", statement->index) : NULL},
        {"sid", statement ? statement->sid : NULL},
        {"message", o->message},
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (!str_is(wanted->key, texts[i].name))
            continue;
        if (wanted->kind == NODE_NULL)
            return texts[i].value == NULL;
        return texts[i].value && str_is(wanted->text, texts[i].value);
    }
    return false;
}

static bool as_expected(struct input *in, const struct node *expected, const struct outcome *o)
{
    if (expected->kind == NODE_STRING)
        return str_is(expected->text, authz_outcome_name(o->decision->outcome));
    bool all = true;
    for (const struct node *e = expected->first; e; e = e->next)
        all &= meets(in, e, o);
    return all;
}

static enum evaluated compare(struct input *in, const struct outcome *o)
{
    const struct node *expected = in->members[MEMBER_EXPECTED];
    if (!expected)
        return EVALUATED;
    if (as_expected(in, expected, o))
        return EVALUATED_AS_EXPECTED;
    const struct node *id = in->members[MEMBER_ID];
    struct buf b = buf_new(in->arena, 256);
    if (id)
        buf_printf(&b, "%.*s: ", STR_FMT(id->text));
    buf_printf(&b, "expected %.*s, but got {", STR_FMT(expected->text));
    add_outcome(&b, o);
    buf_add_char(&b, '}');
    in->reason = buf_text(&b);
    return EVALUATED_OTHERWISE;
}

static void tell_denial(struct input *in, const struct evaluate_options *options,
                        struct outcome *ret)
{
    const char *resource = str_dup(in->arena, in->request.resource);
    if (options->encode)
        ret->encoded = encoded_message(in, options, ret->decision);
    ret->message = authz_message(in->arena, &in->request, resource, ret->decision);
    if (ret->encoded && authz_message_is_encoded(&in->request))
        ret->message = arena_printf(in->arena, "%s Encoded authorization failure message: %s",
                                    ret->message, ret->encoded);
}

static enum evaluated malformed(struct input *in, size_t number, struct buf *out)
{
    add_id(out, in->members[MEMBER_ID]);
    buf_add(out, STR("\"error\":{"));
    buf_json_number(out, "line", number);
    buf_add_char(out, ',');
    buf_json_text(out, "message", in->reason);
    buf_add(out, STR("}}\n"));
    return EVALUATED_MALFORMED;
}

static enum evaluated answer(struct input *in, const struct evaluate_options *options,
                             struct buf *out)
{
    struct buf trace = buf_new(in->arena, options->explain ? 4096 : 1);
    in->request.work = options->work;
    const struct authz_decision decision = decide(in, options->explain, &trace);
    if (decision.unfinished) {
        in->reason = authz_unfinished;
        return malformed(in, options->number, out);
    }
    struct outcome o = {.decision = &decision};
    if (decision.outcome != AUTHZ_ALLOW)
        tell_denial(in, options, &o);
    add_id(out, in->members[MEMBER_ID]);
    add_outcome(out, &o);
    if (o.encoded) {
        buf_add_char(out, ',');
        buf_json_text(out, "encoded_message", o.encoded);
    }
    buf_add(out, buf_str(&trace));
    enum evaluated result = compare(in, &o);
    if (result != EVALUATED)
        buf_add_text(out,
                     result == EVALUATED_AS_EXPECTED ? ",\"passed\":true" : ",\"passed\":false");
    buf_add(out, STR("}\n"));
    return result;
}

static bool read_line(struct input *in, struct str line, const struct node **ret)
{
    size_t bad;
    if (!node_read(in->arena, line, ret, &bad)) {
        if (line.n && line.p[0] == '{' && bad == line.n)
            return input_fail(in, "the object does not end on this line: jq -c puts it on one");
        return input_fail(in, "not JSON at column %zu", bad + 1);
    }
    return (*ret)->kind == NODE_OBJECT || input_fail(in, "expected an object");
}

static bool is_blank(struct str line)
{
    for (size_t i = 0; i < line.n; i++) {
        if (!strchr(" \t\r\n", line.p[i]) || !line.p[i])
            return false;
    }
    return true;
}

enum evaluated evaluate_line(struct evaluator *evaluator, struct arena *a, struct str line,
                             const struct evaluate_options *options, struct buf *out,
                             const char **reason)
{
    struct input in = {.evaluator = evaluator, .arena = a};
    const struct node *root;
    enum evaluated result = EVALUATED_NOTHING;
    if (is_blank(line))
        return EVALUATED_NOTHING;
    if (!read_line(&in, line, &root))
        result = malformed(&in, options->number, out);
    else if (node_get(root, "define"))
        result = input_define(&in, root) ? EVALUATED_NOTHING : malformed(&in, options->number, out);
    else if (!input_members(&in, root) || !input_context(&in) || !input_principal(&in) ||
             !input_request(&in) || !input_policies(&in))
        result = malformed(&in, options->number, out);
    else
        result = answer(&in, options, out);
    *reason = in.reason;
    return result;
}
