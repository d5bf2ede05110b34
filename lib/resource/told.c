/* SPDX-License-Identifier: Apache-2.0 */
#include "resource/told.h"

struct str resource_told(struct sandbox *sandbox, struct arena *a, struct str arn,
                         const char *attribute)
{
    struct resource_view *view;
    if (resource_acquire(sandbox, a, arn, &view) < 0)
        return (struct str){NULL, 0};
    cached_keep(&view->base, a);
    const char *value = resource_attribute(view, attribute);
    return value ? str_of(value) : (struct str){NULL, 0};
}
