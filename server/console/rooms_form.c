/* SPDX-License-Identifier: Apache-2.0 */
#include "pages.h"
#include "server/console/rooms.h"
#include "server/page/show.h"

/* The entry of the navigation that a page below /console/ belongs to. */
static const char *here_of(const char *path)
{
    bool of_account = strcmp(path, "account") == 0 || str_starts(str_of(path), STR("organization"));
    return of_account ? "organization" : "operator";
}

int rooms_refuse(struct call *c, const struct asked *asked, const char *back)
{
    json_t *data =
        json_pack("{s:s, s:s, s:s}", "title", "Refused", "here", here_of(back), "back",
                  arena_printf(c->arena, "%.*s/console/%s", STR_FMT(c->rq->prefix), back));
    json_t *refused = asked_json(asked);
    json_object_update(data, refused);
    json_decref(refused);
    return page_show_status(c, asked->status, &page_form_refused, data);
}

static const struct room_form *find_form(const struct room_form *forms, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(forms[i].name, name) == 0)
            return &forms[i];
    }
    return NULL;
}

/* The field of the form, or "". */
static const char *field_of(json_t *fields, const char *name)
{
    const char *text = json_string_value(json_object_get(fields, name));
    return text ? text : "";
}

/* The page that is next. What the form says of it need not have been looked at by anybody. */
static const char *back_of(struct call *c, const struct room_form *form, json_t *more)
{
    struct buf b = buf_new(c->arena, 128);
    buf_add_text(&b, form->back);
    if (form->from)
        buf_pct_encode(&b, str_of(field_of(more, form->from)), "");
    return buf_text(&b);
}

static int send(struct call *c, const struct room_form *form, const void *in, json_t *more)
{
    json_t *input;
    struct asked asked;
    const char *back = back_of(c, form, more);
    if (form->typed)
        TRY(rooms_check_typed(c, field_of(more, "Typed"), field_of(more, "Expected")));
    TRY(rooms_input(c, form->fields, in, &input));
    ask(c, form->service, form->op, input, &asked);
    return asked.body ? page_go(c, "/console/%s", back) : rooms_refuse(c, &asked, back);
}

int rooms_send(struct call *c, const struct room_form *forms, size_t n, const char *name,
               const void *in)
{
    json_t *more;
    const struct room_form *form = find_form(forms, n, name);
    if (!form)
        return call_fail(c, ERR_NO_SUCH_ENTITY, "There is no such form.");
    const char *fields = arena_printf(c->arena, "Typed Expected%s%s", form->from ? " " : "",
                                      form->from ? form->from : "");
    TRY(rooms_input(c, fields, in, &more));
    int code = send(c, form, in, more);
    json_decref(more);
    return code;
}
