/* SPDX-License-Identifier: Apache-2.0 */
/* The clock of the sandbox. */
#include "console_api.h"
#include "pages.h"
#include "server/console/rooms.h"
#include "server/page/show.h"

int console_get_clock_page(struct call *c, UNUSED const struct console_get_clock_page_in *in)
{
    json_t *data = json_pack("{s:s, s:s, s:b}", "title", "Clock of the sandbox", "here", "operator",
                             "may_operate", rooms_may_operate(c));
    rooms_ask(c, data, "clock", "own", "GetClock", NULL);
    json_object_set_new(data, "tab", json_string("clock"));
    return page_show(c, &page_clock, data);
}

int console_post_clock(struct call *c, const struct console_post_clock_in *in)
{
    json_t *input;
    struct asked asked;
    TRY(rooms_input(c, "advance set freeze? release?", in, &input));
    ask(c, "own", "PutClock", input, &asked);
    return asked.body ? page_go(c, "/console/clock") : rooms_refuse(c, &asked, "clock");
}
