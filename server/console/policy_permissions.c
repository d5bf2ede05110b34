/* SPDX-License-Identifier: Apache-2.0 */
#include "console_api.h"
#include "pages.h"
#include "server/console/editor.h"
#include "server/console/people.h"
#include "server/console/permissions.h"

/* Who may read the default version may know what it says. */
static struct asked ask_version(struct call *c, const char *arn)
{
    struct asked asked = people_ask(c, "GetPolicy", "PolicyArn", arn, NULL);
    const json_t *policy = json_object_get(asked.body, "Policy");
    const char *version = json_string_value(json_object_get(policy, "DefaultVersionId"));
    return version ? people_ask(c, "GetPolicyVersion", "PolicyArn", arn,
                                json_pack("{s:s}", "VersionId", version))
                   : asked;
}

int console_get_policy_permissions(struct call *c,
                                   const struct console_get_policy_permissions_in *in)
{
    const struct permissions_choice choice = {in->service, in->services, in->from};
    const char *name = strrchr(in->policy, '/');
    struct asked asked = ask_version(c, in->policy);
    json_t *permissions = NULL, *data;
    if (asked.body)
        TRY(permissions_of_other(c, in->policy, &choice, &permissions));
    data =
        json_pack("{s:s, s:s, s:s, s:o}", "here", "policies", "permissions_title", "What it gives",
                  "self_path", console_path(c, "policies", in->policy, "permissions", NULL),
                  "permissions", permissions ? permissions : asked_json(&asked));
    people_set(data, "arn", in->policy);
    people_set(data, "title", name ? name + 1 : in->policy);
    return page_show_status(c, asked.status, &page_policy_permissions, data);
}
