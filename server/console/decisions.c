/* SPDX-License-Identifier: Apache-2.0 */
/* The last decisions, those that come, and why one was as it was. Operators see all, everybody else
   those about his own requests. */
#include "access/explain.h"
#include "authz/authz.h"
#include "base/clock.h"
#include "console_api.h"
#include "pages.h"
#include "record/records.h"
#include "server/console/decision_stream.h"
#include "server/console/editor.h"
#include "server/console/explained.h"
#include "server/page/show.h"

enum { SHOWN = 50, LOOKED_AT = 1024 };

/* The refusal of the endpoint is for the page to show: it says what is needed. */
static struct decision_filter filter_of(struct call *c, const char *principal, bool denied,
                                        struct asked *ret)
{
    ask(c, "own", "GetRecentExplanations", NULL, ret);
    return (struct decision_filter){
        .own = ret->code ? c->principal->arn : NULL, .principal = principal, .denied = denied};
}

static json_t *lines_of(struct call *c, const struct decision_filter *filter)
{
    struct explain_line *lines = NEW_ARRAY(c->arena, struct explain_line, LOOKED_AT);
    size_t n = explain_recent(c->sandbox, c->arena, lines, LOOKED_AT);
    json_t *shown = json_array();
    const char *prefix = str_dup(c->arena, c->rq->prefix);
    for (size_t i = 0; i < n && json_array_size(shown) < SHOWN; i++) {
        if (decision_fits(filter, &lines[i]))
            json_array_append_new(shown, decision_line(c->arena, &lines[i], prefix));
    }
    return shown;
}

/* The list, or the stream that goes on behind the record AFTER. */
static const char *path_of(struct call *c, const char *path,
                           const struct console_get_decisions_in *in, const char *after)
{
    struct buf b = buf_new(c->arena, 128);
    buf_printf(&b, "/console/decisions%s?denied=%s", path, in->denied ? "true" : "false");
    if (in->principal) {
        buf_add(&b, STR("&principal="));
        buf_pct_encode(&b, str_of(in->principal), "");
    }
    if (after)
        buf_printf(&b, "&after=%s", after);
    return buf_text(&b);
}

int console_get_decisions(struct call *c, const struct console_get_decisions_in *in)
{
    struct asked asked;
    struct decision_filter filter = filter_of(c, in->principal, in->denied, &asked);
    long long newest = records_newest(c->sandbox->records);
    json_t *data =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:b}", "title", "Decisions", "here", "decisions",
                  "principal", in->principal ? in->principal : "", "stream",
                  path_of(c, "/stream", in, arena_printf(c->arena, "%lld", newest)), "self",
                  path_of(c, "", in, NULL), "denied", in->denied, "all", !filter.own);
    json_object_set_new(data, "lines", lines_of(c, &filter));
    if (filter.own)
        json_object_set_new(data, "needed", json_string(asked.message));
    return page_show(c, &page_decisions, data);
}

int console_follow_decisions(struct call *c, const struct console_follow_decisions_in *in)
{
    struct asked asked;
    int64_t last = -1;
    struct str seen = request_header(c->rq, "last-event-id");
    struct decision_filter filter = filter_of(c, in->principal, in->denied, &asked);
    if (!str_to_int64(seen.p ? seen : str_of(in->after ? in->after : ""), &last))
        last = -1;
    struct response_stream *stream = decision_stream(c, &filter, last);
    if (!stream)
        return call_fail(c, ERR_SERVICE_UNAVAILABLE,
                         "Too many streams of this sandbox are open: it can have %d.",
                         RECORDS_FOLLOWERS);
    c->stream = stream;
    return page_say(c, "text/event-stream", "");
}

/* The explanation, if who looks may see it. A new reference. */
static json_t *explanation_of(struct call *c, const char *request_id, struct asked *asked)
{
    ask(c, "own", "GetExplanation", json_pack("{s:s}", "request_id", request_id), asked);
    if (asked->body)
        return json_incref(asked->body);
    struct str text = explain_get(c->sandbox, c->arena, str_of(request_id));
    json_t *explanation = text.p ? json_loadb(text.p, text.n, 0, NULL) : NULL;
    const char *principal = json_string_value(json_object_get(explanation, "principal"));
    if (principal && strcmp(principal, c->principal->arn) == 0)
        return explanation;
    json_decref(explanation);
    return NULL;
}

static void add_time(struct call *c, const char *request_id, json_t *data)
{
    char time[CLOCK_TEXT_SIZE] = "";
    const struct record *record = records_find(c->sandbox->records, str_of(request_id));
    if (record)
        clock_iso8601(record->at, time);
    record_release(record);
    json_object_set_new(data, "time", json_string(time));
}

int console_get_decision(struct call *c, const struct console_get_decision_in *in)
{
    struct asked asked;
    json_t *explanation = explanation_of(c, in->request_id, &asked);
    json_t *data = json_pack("{s:s, s:s}", "title", "Decision", "here", "decisions");
    if (!explanation) {
        editor_refuse(data, NULL, &asked);
        json_object_del(json_object_get(data, "refused"), "request_id");
        return page_show_status(c, asked.status, &page_decision, data);
    }
    json_object_update_new(data, explained_json(c->arena, explanation, c->account));
    json_decref(explanation);
    add_time(c, in->request_id, data);
    return page_show(c, &page_decision, data);
}
