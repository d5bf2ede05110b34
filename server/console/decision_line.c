/* SPDX-License-Identifier: Apache-2.0 */
#include "server/console/decision_line.h"

#include "base/clock.h"
#include "server/console/explained.h"

enum { TEXT_MAX = 400 }; /* of an ARN: a page has many, and each may be of 2,048 characters */

static bool is_by(const struct explain_line *line, const char *wanted)
{
    if (!line->principal)
        return false;
    const char *slash = strrchr(line->principal, '/');
    return strcmp(line->principal, wanted) == 0 || (slash && strcmp(slash + 1, wanted) == 0);
}

bool decision_fits(const struct decision_filter *filter, const struct explain_line *line)
{
    bool own = line->principal && filter->own && strcmp(line->principal, filter->own) == 0;
    return (!filter->own || own) && (!filter->principal || is_by(line, filter->principal)) &&
           (!filter->denied || !line->decided || !line->allowed);
}

static const char *words_of(struct arena *a, const struct explain_line *line)
{
    if (!line->decided)
        return line->error ? arena_printf(a, "Refused: %s", line->error) : "Refused";
    if (!line->allowed)
        return line->explicitly ? "Denied" : "Not allowed";
    return line->error ? arena_printf(a, "Allowed, then %s", line->error) : "Allowed";
}

static const char *badge_of(const struct explain_line *line)
{
    if (line->decided && line->allowed)
        return "allow";
    return line->decided && !line->explicitly ? "implicit" : "deny";
}

static const char *action_of(struct arena *a, const struct explain_line *line)
{
    if (line->action)
        return line->action;
    return line->operation ? arena_printf(a, "%s:%s", line->service, line->operation) : "";
}

json_t *decision_line(struct arena *a, const struct explain_line *line, const char *prefix)
{
    char time[CLOCK_TEXT_SIZE];
    const char *principal = line->principal ? line->principal : "",
               *resource = line->resource ? line->resource : "";
    clock_iso8601(line->at, time);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "link",
                     arena_printf(a, "%s/console/decisions/%s", prefix, line->request_id),
                     "decision", badge_of(line), "time", time, "principal",
                     explained_shorten(a, principal, TEXT_MAX), "action", action_of(a, line),
                     "resource", explained_shorten(a, resource, TEXT_MAX), "words",
                     words_of(a, line));
}

json_t *decision_event(const json_t *line)
{
    static const char *const cells[] = {"time", "principal", "action", "resource", "words"};
    json_t *list = json_array();
    for (size_t i = 0; i < ARRAY_LEN(cells); i++)
        json_array_append(list, json_object_get(line, cells[i]));
    return json_pack("{s:O, s:O, s:o}", "link", json_object_get(line, "link"), "decision",
                     json_object_get(line, "decision"), "cells", list);
}
