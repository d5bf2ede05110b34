/* SPDX-License-Identifier: Apache-2.0 */
#include "model/root_task.h"

const struct root_task *root_task_find(struct str name)
{
    for (size_t i = 0; i < root_tasks_n; i++) {
        if (str_is(name, root_tasks[i].name))
            return &root_tasks[i];
    }
    return NULL;
}
