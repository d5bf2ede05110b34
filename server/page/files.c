/* SPDX-License-Identifier: Apache-2.0 */
/* What pages are made with besides HTML. */
#include "console_api.h"
#include "pages.h"
#include "server/page/show.h"

int console_get_style_sheet(struct call *c, UNUSED const struct console_get_style_sheet_in *in)
{
    return page_send(c, &page_file_style_css);
}

int console_get_live_script(struct call *c, UNUSED const struct console_get_live_script_in *in)
{
    return page_send(c, &page_file_live_js);
}
