/* SPDX-License-Identifier: Apache-2.0 */
/* Who is signed in, and what it may do. */
#include "console_api.h"
#include "model/root_task.h"
#include "pages.h"
#include "server/console/permissions.h"
#include "server/page/show.h"

/* What only the root user can do. */
static json_t *tasks_json(void)
{
    json_t *tasks = json_array();
    for (size_t i = 0; i < root_tasks_n; i++) {
        if (root_tasks[i].rule == ROOT_TASK_ROOT)
            json_array_append_new(tasks, json_string(root_tasks[i].about));
    }
    return tasks;
}

int console_get_home(struct call *c, const struct console_get_home_in *in)
{
    json_t *permissions, *data;
    const struct permissions_choice choice = {in->service, in->services, in->from};
    TRY(permissions_of_caller(c, &choice, &permissions));
    data =
        json_pack("{s:s, s:s, s:s, s:s, s:o}", "title", "Home", "here", "home", "permissions_title",
                  "What you may do", "self_path", "/console", "permissions", permissions);
    if (c->principal->kind == PRINCIPAL_ROOT)
        json_object_set_new(data, "tasks", tasks_json());
    return page_show(c, &page_home, data);
}
