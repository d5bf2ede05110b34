/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parameters called Action where AWS takes none. There are back ends that look for one first,
 * whatever names the operation: in the query string, and in any body as if it were a form.
 */
#include "recognize/content_priv.h"
#include "recognize/find_priv.h"
#include "shape/form.h"

/* NAME in another spelling, "get_item", of which back ends make functions. */
static bool is_spelled(struct str name, const char *op)
{
    size_t at = 0;
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] == '_')
            continue;
        if (!op[at] || ascii_lower(name.p[i]) != ascii_lower(op[at]))
            return false;
        at++;
    }
    return op[at] == '\0';
}

/* VALUE is an operation of the service, and not the one that was found. */
static bool is_another(const struct found *found, struct str value)
{
    const struct request_service *service = found->service;
    for (uint32_t i = 0; i < service->n_ops; i++) {
        const struct request_op *op = &request_ops[service->ops + i];
        if (op != found->op && is_spelled(value, request_text(op->name)))
            return true;
    }
    return false;
}

static bool is_action(struct find *find, struct str name)
{
    struct str action = STR("Action");
    if (name.n > action.n && name.n <= 3 * action.n && memchr(name.p, '%', name.n) &&
        form_decode(find->arena, name, &name))
        return false;
    return str_eq(name, action);
}

/* FORM: it is one, and so is its first part. Of other texts those that name an operation count. */
static bool has_action(struct find *find, const struct found *found, struct str text, bool form)
{
    if (!form)
        str_cut(&text, '&');
    while (text.n) {
        struct str value = str_cut(&text, '&');
        if (!is_action(find, str_cut(&value, '=')))
            continue;
        if (form)
            return true;
        if (value.n && !form_decode(find->arena, value, &value) && is_another(found, value))
            return true;
    }
    return false;
}

static bool may_hide(const struct find *find, const struct request_service *service, bool form)
{
    bool any = find->body && find->rq->body.n && !find_has(service, REQUEST_DATA_PLANE);
    return any && (form || !find_has(service, REQUEST_VIRTUAL_HOST));
}

static bool is_in_body(struct find *find, const struct found *found)
{
    struct content content;
    bool form = str_eq_fold(find->type, STR("application/x-www-form-urlencoded"));
    struct str body = find->rq->body;
    if (!may_hide(find, found->service, form))
        return false;
    if (!form && !memchr(body.p, '&', body.n) &&
        !request_find_header(find->rq, STR("content-encoding")).p)
        return false;
    enum content_form spoken = form ? CONTENT_QUERY : CONTENT_JSON;
    if (content_open(find->arena, find->rq, spoken, &content) == RECOGNIZED)
        body = content.text;
    return has_action(find, found, body, form);
}

enum recognize_why hidden_check(struct find *find, const struct found *found)
{
    bool in_query = find->rq->query.n && !find_has(found->service, REQUEST_DATA_PLANE) &&
                    action_is_in_query(find);
    if (!in_query && !is_in_body(find, found))
        return RECOGNIZED;
    find->reason = "An Action stands where AWS takes none, and others may.";
    return RECOGNIZE_AMBIGUOUS;
}
