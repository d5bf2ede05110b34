/* SPDX-License-Identifier: Apache-2.0 */
/* What AWS has no API for: the templates of partners, and what partners are told by SNS. */
#include <jansson.h>

#include "access/sealed.h"
#include "call/call.h"
#include "own_api.h"
#include "policy/template.h"
#include "svc/delegations.h"

static const char *write_list(struct arena *a, const struct str_list *list)
{
    struct buf b = buf_new(a, 128);
    buf_add_char(&b, '[');
    for (size_t i = 0; i < list->n; i++) {
        if (i)
            buf_add_char(&b, ',');
        buf_json(&b, str_of(list->v[i]));
    }
    buf_add_char(&b, ']');
    return buf_text(&b);
}

static struct str_list read_list(struct arena *a, const char *text)
{
    json_t *list = json_loads(text, 0, NULL), *item;
    size_t n = json_array_size(list), i;
    const char **v = NEW_ARRAY(a, const char *, n);
    json_array_foreach(list, i, item) v[i] = arena_strdup(a, json_string_value(item));
    json_decref(list);
    return (struct str_list){n, v};
}

int own_put_delegation_template(struct call *c, const struct own_put_delegation_template_in *in,
                                struct own_put_delegation_template_out *out)
{
    struct account_row account;
    if (!template_ok(c->arena, str_of(in->policy)))
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "\"policy\" has to be a policy, in which parameters are @{name}.");
    int code = q_account_get(c->tx, &(struct q_account_get){.id = in->account}, &account);
    if (code == ERR_NOT_FOUND)
        return call_fail(c, ERR_NO_SUCH_ENTITY, "There is no such account.");
    TRY(code);
    out->arn = in->arn;
    return q_delegation_template_put(
        c->tx, &(struct q_delegation_template_put){
                   in->arn, in->account, in->partner, in->policy,
                   write_list(c->arena, &in->role_permission_restriction_arns)});
}

int own_get_delegation_templates(struct call *c,
                                 UNUSED const struct own_get_delegation_templates_in *in,
                                 struct own_get_delegation_templates_out *out)
{
    struct delegation_template_row_list rows;
    TRY(q_delegation_template_page(c->tx, &(struct q_delegation_template_page){"", INT64_MAX},
                                   &rows));
    out->templates.v = NEW_ARRAY(c->arena, struct own_delegation_template, rows.n);
    for (; out->templates.n < rows.n; out->templates.n++) {
        const struct delegation_template_row *row = &rows.v[out->templates.n];
        out->templates.v[out->templates.n] =
            (struct own_delegation_template){row->arn, row->account, row->partner, row->document,
                                             read_list(c->arena, row->restrictions)};
    }
    return OK;
}

int own_delete_delegation_template(struct call *c,
                                   const struct own_delete_delegation_template_in *in,
                                   struct own_delete_delegation_template_out *out)
{
    out->arn = in->arn;
    TRY(q_delegation_template_delete(c->tx, &(struct q_delegation_template_delete){in->arn}));
    return c->tx->changes ? OK
                          : call_fail(c, ERR_NO_SUCH_ENTITY, "There is no such policy template.");
}

static void add_notice(struct call *c, const struct delegation_notice_row *row,
                       struct own_delegation_notice_list *ret)
{
    struct own_delegation_message *message = NEW(c->arena, struct own_delegation_message);
    char *at = arena_alloc(c->arena, CLOCK_TEXT_SIZE);
    clock_iso8601_ms(row->at, at);
    *message = (struct own_delegation_message){.type = "StateChange",
                                               .requestor_workflow_id = row->workflow,
                                               .request_id = row->request,
                                               .state = row->state,
                                               .owner_account_id = row->owner_account,
                                               .updated_at = at};
    ret->v[ret->n++] = (struct own_delegation_notice){row->channel, message};
}

/* Behind the notice of the final state. */
static void add_token(struct call *c, const char *account, const struct delegation_notice_row *row,
                      struct own_delegation_notice_list *ret)
{
    struct own_delegation_message *message = NEW(c->arena, struct own_delegation_message);
    char *until = arena_alloc(c->arena, CLOCK_TEXT_SIZE);
    const char *purpose = delegation_purpose(c->arena, account);
    clock_iso8601_ms((row->changed + row->duration) * 1000, until);
    *message = *ret->v[ret->n - 1].message;
    message->type = "ExchangeToken";
    message->exchange_token =
        sealed_write(c->arena, c->sandbox->session_key, purpose, str_of(row->request));
    message->expires_at = until;
    ret->v[ret->n++] = (struct own_delegation_notice){row->channel, message};
}

int own_get_delegation_notices(struct call *c, const struct own_get_delegation_notices_in *in,
                               struct own_get_delegation_notices_out *out)
{
    struct delegation_notice_row_list rows;
    TRY(q_delegation_notices(c->tx, &(struct q_delegation_notices){in->id, c->now}, &rows));
    out->notices.v = NEW_ARRAY(c->arena, struct own_delegation_notice, 2 * rows.n);
    for (size_t i = 0; i < rows.n; i++) {
        add_notice(c, &rows.v[i], &out->notices);
        if (strcmp(rows.v[i].state, "FINALIZED") == 0)
            add_token(c, in->id, &rows.v[i], &out->notices);
    }
    return OK;
}
