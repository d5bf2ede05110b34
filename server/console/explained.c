/* SPDX-License-Identifier: Apache-2.0 */
#include "server/console/explained.h"

#include "model/arn.h"
#include "model/managed.h"
#include "server/page/json.h"

/* What a page has room for; an explanation may be of megabytes. */
enum { STATEMENTS_MAX = 200, VALUES_MAX = 400, TEXT_MAX = 16 * 1024 };

/* What is being told, and where it happened. */
struct telling {
    struct arena *arena;
    const char *account;   /* of the console */
    const char *principal; /* ARN; NULL: nobody knows */
    const json_t *decision;
    size_t room, left_out;  /* for statements, and those that found none */
    const char *decided_by; /* link to the statement that decided; NULL: none was seen yet */
};

/* How pages call a layer. */
static const struct layer_words {
    const char *layer, *title;
} layers[] = {
    {"scp", "Service control policies"},     {"rcp", "Resource control policies"},
    {"vpc_endpoint", "VPC endpoint policy"}, {"resource", "Policy of the resource"},
    {"trust", "Trust policy of the role"},   {"identity", "Policies of the identity"},
    {"boundary", "Permissions boundary"},    {"session", "Session policies"},
};

static bool is_text(const json_t *object, const char *member, const char *text)
{
    const char *value = json_member(object, member);
    return value && strcmp(value, text) == 0;
}

static const char *title_of_layer(const char *layer)
{
    for (size_t i = 0; i < ARRAY_LEN(layers); i++) {
        if (layer && strcmp(layers[i].layer, layer) == 0)
            return layers[i].title;
    }
    return "Policies";
}

/* The name at the end of an ARN of a user, a role, a group or a session; NULL: it has none. */
static const char *name_at_end(const char *arn)
{
    const char *slash = arn ? strrchr(arn, '/') : NULL;
    return slash && slash[1] ? slash + 1 : NULL;
}

/* "/console/", FOLDER, and NAME as one part of the path. */
static struct buf path_of(struct arena *a, const char *folder, struct str name)
{
    struct buf b = buf_new(a, 128);
    buf_printf(&b, "/console/%s/", folder);
    buf_pct_encode(&b, name, "");
    return b;
}

static bool is_ours(const struct telling *t, const char *arn)
{
    return arn && strcmp(arn_account(t->arena, arn), t->account) == 0;
}

/* Of a managed policy, whoever it is of where everybody may see it. */
static const char *link_to_managed(const struct telling *t, const char *arn)
{
    bool organizations = str_starts(str_of(arn), STR("arn:aws:organizations:"));
    if (!organizations && !is_ours(t, arn) && !str_starts(str_of(arn), STR(MANAGED_ARN_PREFIX)))
        return NULL;
    struct buf b = organizations ? path_of(t->arena, "organization/policies",
                                           str_of(name_at_end(arn) ? name_at_end(arn) : arn))
                                 : path_of(t->arena, "policies", str_of(arn));
    return buf_text(&b);
}

/* Of an inline policy, which is part of who has it: "user alice". */
static const char *link_to_inline(const struct telling *t, const char *owner, const char *name)
{
    struct str holder = str_of(owner), kind = str_cut(&holder, ' ');
    bool holds = str_is(kind, "user") || str_is(kind, "group") || str_is(kind, "role");
    if (!holds || !is_ours(t, t->principal))
        return NULL;
    struct buf b = path_of(t->arena, arena_printf(t->arena, "%.*ss", STR_FMT(kind)), holder);
    buf_add(&b, STR("/policies/"));
    buf_pct_encode(&b, str_of(name), "");
    return buf_text(&b);
}

static const char *link_to_trust(const struct telling *t)
{
    const char *role = json_member(t->decision, "resource"), *name = name_at_end(role);
    if (!name || !is_ours(t, role))
        return NULL;
    struct buf b = path_of(t->arena, "roles", str_of(name));
    buf_add(&b, STR("/trust"));
    return buf_text(&b);
}

/* The page of a policy; NULL: there is none here. */
static const char *link_to_policy(const struct telling *t, const json_t *policy)
{
    const char *arn = json_member(policy, "arn"), *owner = json_member(policy, "attached_to"),
               *name = json_member(policy, "policy");
    if (arn)
        return link_to_managed(t, arn);
    if (is_text(policy, "layer", "trust"))
        return link_to_trust(t);
    return is_text(policy, "layer", "identity") && owner && name ? link_to_inline(t, owner, name)
                                                                 : NULL;
}

/* Adds a text that may be absent. */
static void set_text(json_t *object, const char *member, const char *text)
{
    if (text)
        json_object_set_new(object, member, json_string(text));
}

const char *explained_shorten(struct arena *a, const char *text, size_t max)
{
    struct str rest = str_of(text);
    size_t n = 0;
    if (rest.n <= max)
        return text;
    for (size_t step; n < max && (step = str_utf8_step(rest)) > 0; n += step)
        rest = (struct str){rest.p + step, rest.n - step};
    return arena_printf(a, "%.*s ... (%zu bytes more)", (int)n, text, rest.n);
}

/* Values as one text. */
static const char *values_text(struct arena *a, const json_t *values)
{
    struct buf b = buf_new(a, 128);
    if (!json_is_array(values))
        return "not in the request";
    for (size_t i = 0; i < json_array_size(values) && b.n <= VALUES_MAX; i++) {
        buf_add_text(&b, i ? ", " : "");
        buf_add_text(&b, json_string_value(json_array_get(values, i)));
    }
    return explained_shorten(a, buf_text(&b), VALUES_MAX);
}

static json_t *conditions_json(const struct telling *t, const json_t *conditions)
{
    json_t *list = json_array();
    for (size_t i = 0; i < json_array_size(conditions); i++) {
        const json_t *c = json_array_get(conditions, i);
        json_t *told =
            json_pack("{s:s, s:s, s:s, s:s, s:b}", "operator", json_member(c, "operator"), "key",
                      json_member(c, "key"), "policy_values",
                      values_text(t->arena, json_object_get(c, "policy_values")), "request_values",
                      values_text(t->arena, json_object_get(c, "request_values")), "met",
                      json_is_true(json_object_get(c, "met")));
        set_text(told, "note", json_member(c, "note"));
        json_array_append_new(list, told);
    }
    return list;
}

/* Whether it is the statement that decided. */
static bool decided(const struct telling *t, const json_t *policy, const json_t *statement)
{
    static const char *const same[] = {"layer", "policy", "attached_to"};
    const json_t *number = json_object_get(t->decision, "statement");
    bool it_is = number && json_equal(number, json_object_get(statement, "statement")) &&
                 is_text(statement, "result", "applies");
    for (size_t i = 0; i < ARRAY_LEN(same); i++)
        it_is &=
            json_equal(json_object_get(policy, same[i]), json_object_get(t->decision, same[i]));
    return it_is;
}

static json_t *statement_json(struct telling *t, const json_t *policy, const json_t *statement,
                              const char *link)
{
    long long number = json_integer_value(json_object_get(statement, "statement"));
    json_t *told = json_pack(
        "{s:s, s:s, s:b, s:b, s:b, s:I, s:o}", "effect", json_member(statement, "effect"), "result",
        json_member(statement, "result"), "denies", is_text(statement, "effect", "Deny"), "applies",
        is_text(statement, "result", "applies"), "decided", decided(t, policy, statement), "number",
        (json_int_t)number, "conditions",
        conditions_json(t, json_object_get(statement, "conditions")));
    json_t *left_out = json_object_get(statement, "conditions_left_out");
    set_text(told, "sid", json_member(statement, "sid"));
    if (link) {
        link = arena_printf(t->arena, "%s?at=%lld#statement-%lld", link, number, number);
        set_text(told, "link", link);
        if (json_is_true(json_object_get(told, "decided")))
            t->decided_by = link;
    }
    if (left_out)
        json_object_set(told, "conditions_left_out", left_out);
    return told;
}

/* Whether the page has room for it; the one that decided always finds some. */
static bool has_room(struct telling *t, const json_t *policy, const json_t *statement)
{
    bool fits = t->room > 0 || decided(t, policy, statement);
    t->room -= t->room > 0;
    t->left_out += !fits;
    return fits;
}

static json_t *policy_json(struct telling *t, const json_t *policy)
{
    const char *link = link_to_policy(t, policy);
    const json_t *statements = json_object_get(policy, "statements");
    json_t *list = json_array();
    bool open = !is_text(t->decision, "decision", "Allow") && json_array_size(statements);
    for (size_t i = 0; i < json_array_size(statements); i++) {
        const json_t *statement = json_array_get(statements, i);
        if (!has_room(t, policy, statement))
            continue;
        open |= is_text(statement, "result", "applies");
        json_array_append_new(list, statement_json(t, policy, statement, link));
    }
    json_t *told = json_pack("{s:s?, s:b, s:b, s:o}", "name", json_member(policy, "policy"), "open",
                             open, "silent", json_array_size(statements) == 0, "statements", list);
    set_text(told, "attached_to", json_member(policy, "attached_to"));
    set_text(told, "link", link);
    return told;
}

/* The policies in groups, each with a title: those of a layer, of SCPs and RCPs those of a level.
 */
static json_t *groups_json(struct telling *t)
{
    const json_t *policies = json_object_get(t->decision, "policies"), *before = NULL;
    json_t *groups = json_array(), *list = NULL;
    for (size_t i = 0; i < json_array_size(policies); i++) {
        const json_t *policy = json_array_get(policies, i);
        const char *layer = json_member(policy, "layer"),
                   *owner = json_member(policy, "attached_to");
        bool by_level = is_text(policy, "layer", "scp") || is_text(policy, "layer", "rcp");
        if (!before || !layer || !is_text(before, "layer", layer) ||
            (by_level && !(owner && is_text(before, "attached_to", owner)))) {
            const char *title = title_of_layer(layer);
            if (by_level && owner)
                title = arena_printf(t->arena, "%s of %s", title, owner);
            list = json_array();
            json_array_append_new(groups,
                                  json_pack("{s:s, s:o}", "group", title, "policies", list));
        }
        json_array_append_new(list, policy_json(t, policy));
        before = policy;
    }
    return groups;
}

/* The page of the boundary that says nothing. */
static const char *editor_of_boundary(const struct telling *t)
{
    const json_t *policies = json_object_get(t->decision, "policies");
    for (size_t i = 0; i < json_array_size(policies); i++) {
        const json_t *policy = json_array_get(policies, i);
        if (is_text(policy, "layer", "boundary") && is_ours(t, json_member(policy, "arn")))
            return link_to_policy(t, policy);
    }
    return NULL;
}

/* Where the principal gets another policy of its own. */
static const char *editor_of_identity(const struct telling *t)
{
    struct arn arn;
    if (!t->principal || !arn_parse(str_of(t->principal), &arn))
        return NULL;
    struct str rest = arn.resource, kind = str_cut(&rest, '/');
    bool session = str_is(kind, "assumed-role");
    struct str name = str_cut(&rest, '/');
    if (!session && !str_is(kind, "user"))
        return NULL;
    if (!session) /* its path may be in between */
        name = str_of(name_at_end(t->principal));
    struct buf b = path_of(t->arena, session ? "roles" : "users", name);
    buf_add(&b, STR("/new-policy"));
    return buf_text(&b);
}

/* Where a statement can be added that is missing; NULL: in no document of the principal. */
static const char *editor_of(const struct telling *t)
{
    if (is_text(t->decision, "layer", "boundary"))
        return editor_of_boundary(t);
    if (is_text(t->decision, "layer", "identity") && is_ours(t, t->principal))
        return editor_of_identity(t);
    return NULL;
}

/* The statement that is missing, and the editor that takes it. */
static void add_would_allow(const struct telling *t, json_t *told)
{
    const json_t *statement = json_object_get(t->decision, "would_allow");
    const char *editor = editor_of(t), *action = json_member(statement, "Action"),
               *resource = json_member(statement, "Resource");
    struct buf link = buf_new(t->arena, 256);
    if (!statement)
        return;
    const char *text = json_written(t->arena, statement, JSON_INDENT(2));
    json_object_set_new(told, "would_allow", json_string(text));
    if (!editor || !action || !resource)
        return;
    buf_printf(&link, "%s?action=", editor);
    buf_pct_encode(&link, str_of(action), "");
    buf_add(&link, STR("&resource="));
    buf_pct_encode(&link, str_of(resource), "");
    buf_add(&link, STR("#editor"));
    json_object_set_new(told, "editor", json_string(buf_text(&link)));
}

/* Why it was allowed or denied, in one sentence. */
static const char *because(const struct telling *t)
{
    const json_t *d = t->decision, *number = json_object_get(d, "statement");
    const char *title = title_of_layer(json_member(d, "layer")), *policy = json_member(d, "policy"),
               *owner = json_member(d, "attached_to");
    bool allowed = is_text(d, "decision", "Allow");
    if (number) {
        return arena_printf(t->arena, "Statement %lld of %s%s%s %s it (%s).",
                            (long long)json_integer_value(number), policy ? policy : "a policy",
                            owner ? ", " : "", owner ? owner : "", allowed ? "allows" : "denies",
                            title);
    }
    if (allowed && is_text(d, "layer", "root"))
        return "The root user may do everything in its account.";
    if (allowed)
        return "The action needs no permission.";
    if (is_text(d, "layer", "root") || is_text(d, "layer", "billing"))
        return "No policy can allow it.";
    return arena_printf(t->arena, "%s: no statement allows it.", title);
}

/* What the explanation has left out, and what the page has. */
static void add_left_out(const struct telling *t, json_t *told)
{
    json_int_t policies = json_integer_value(json_object_get(t->decision, "policies_left_out"));
    json_int_t statements = json_integer_value(json_object_get(t->decision, "statements_left_out"));
    json_object_set_new(told, "policies_left_out", json_integer(policies));
    json_object_set_new(told, "statements_left_out",
                        json_integer(statements + (json_int_t)t->left_out));
}

static json_t *decision_json(struct telling *t, const json_t *decision)
{
    t->decision = decision;
    t->left_out = 0;
    json_t *told = json_pack(
        "{s:s?, s:s?, s:b, s:s, s:o}", "action", json_member(decision, "action"), "resource",
        json_member(decision, "resource"), "allowed", is_text(decision, "decision", "Allow"),
        "because", because(t), "groups", groups_json(t));
    set_text(told, "because_link", t->decided_by);
    set_text(told, "missing", json_member(decision, "missing"));
    add_left_out(t, told);
    add_would_allow(t, told);
    return told;
}

/* What came of the request, in a word. */
static const char *outcome_of(const json_t *explanation)
{
    const json_t *allowed = json_object_get(explanation, "allowed");
    if (!allowed)
        return "refused";
    if (!json_is_true(allowed))
        return "denied";
    return json_member(explanation, "error") ? "failed" : "allowed";
}

json_t *explained_json(struct arena *a, const json_t *explanation, const char *account)
{
    static const char *const texts[] = {"request_id",
                                        "operation",
                                        "principal",
                                        "error",
                                        "reason",
                                        "access_key_id",
                                        "expected_canonical_request",
                                        "expected_string_to_sign"};
    struct telling t = {.arena = a,
                        .account = account,
                        .principal = json_member(explanation, "principal"),
                        .room = STATEMENTS_MAX};
    const json_t *decisions = json_object_get(explanation, "decisions");
    json_t *list = json_array();
    for (size_t i = 0; i < json_array_size(decisions); i++)
        json_array_append_new(list, decision_json(&t, json_array_get(decisions, i)));
    json_t *told = json_pack("{s:s, s:o}", "outcome", outcome_of(explanation), "decisions", list);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        const char *text = json_member(explanation, texts[i]);
        set_text(told, texts[i], text ? explained_shorten(a, text, TEXT_MAX) : NULL);
    }
    json_t *organization = json_object_get(explanation, "organization");
    if (organization)
        json_object_set(told, "organization", organization);
    return told;
}
