/* SPDX-License-Identifier: Apache-2.0 */
/* All accounts of the sandbox, as who may use the endpoints for admins has them. */
#include "console_api.h"
#include "pages.h"
#include "server/console/rooms.h"
#include "server/page/show.h"

enum { PAGE_SIZE = 50 };

static json_t *accounts_page(struct call *c, const char *after)
{
    json_t *data = json_pack("{s:s, s:s, s:s, s:b}", "title", "Accounts of the sandbox", "here",
                             "operator", "tab", "accounts", "may_operate", rooms_may_operate(c));
    rooms_ask(c, data, "accounts", "own", "GetAccounts",
              json_pack("{s:s, s:i}", "after", after, "limit", PAGE_SIZE));
    return data;
}

int console_get_accounts_page(struct call *c, const struct console_get_accounts_page_in *in)
{
    return page_show(c, &page_accounts, accounts_page(c, in->after ? in->after : ""));
}

/* A key's secret is shown once, in the answer itself. */
int console_post_accounts(struct call *c, const struct console_post_accounts_in *in)
{
    json_t *input;
    struct asked asked;
    TRY(rooms_input(c, "account name email password", in, &input));
    json_object_set_new(input, "keys", json_boolean(in->keys != NULL));
    ask(c, "own", "CreateAccount", input, &asked);
    if (!asked.body)
        return rooms_refuse(c, &asked, "accounts");
    if (!in->keys)
        return page_go(c, "/console/accounts/%s",
                       json_string_value(json_object_get(asked.body, "account")));
    json_t *data = accounts_page(c, "");
    json_object_set(data, "made", asked.body);
    return page_show(c, &page_accounts, data);
}

static json_t *account_page(struct call *c, const char *id)
{
    json_t *data = json_pack("{s:o, s:s, s:s, s:b}", "title", json_sprintf("Account %s", id), "id",
                             id, "here", "operator", "may_operate", rooms_may_operate(c));
    rooms_ask(c, data, "account", "own", "GetAccount", json_pack("{s:s}", "id", id));
    return data;
}

int console_get_account_of_sandbox(struct call *c,
                                   const struct console_get_account_of_sandbox_in *in)
{
    return page_show(c, &page_account_of_sandbox, account_page(c, in->id));
}

int console_post_account_root(struct call *c, const struct console_post_account_root_in *in)
{
    json_t *input;
    struct asked asked;
    TRY(rooms_input(c, "email password", in, &input));
    json_object_set_new(input, "id", json_string(in->id));
    ask(c, "own", "PutRoot", input, &asked);
    if (!asked.body)
        return rooms_refuse(c, &asked, arena_printf(c->arena, "accounts/%s", in->id));
    return page_go(c, "/console/accounts/%s", in->id);
}

int console_post_account_key(struct call *c, const struct console_post_account_key_in *in)
{
    struct asked asked;
    ask(c, "own", "CreateRootAccessKey", json_pack("{s:s}", "id", in->id), &asked);
    if (!asked.body)
        return rooms_refuse(c, &asked, arena_printf(c->arena, "accounts/%s", in->id));
    json_t *data = account_page(c, in->id);
    json_object_set(data, "made", asked.body);
    return page_show(c, &page_account_of_sandbox, data);
}
