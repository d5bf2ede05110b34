/* SPDX-License-Identifier: Apache-2.0 */
/* The regions of AWS, as accounts have them before they enable others. */
#include "account_api.h"
#include "call/page.h"
#include "svc/account/standalone.h"

static const char always[] = "ENABLED_BY_DEFAULT", disabled[] = "DISABLED";

/* Account Management Reference Guide, "Enable or disable AWS Regions in your account", of 2026. */
static const struct {
    const char *name, *status;
} regions[] = {
    {"af-south-1", disabled},     {"ap-east-1", disabled},      {"ap-east-2", disabled},
    {"ap-northeast-1", always},   {"ap-northeast-2", always},   {"ap-northeast-3", always},
    {"ap-south-1", always},       {"ap-south-2", disabled},     {"ap-southeast-1", always},
    {"ap-southeast-2", always},   {"ap-southeast-3", disabled}, {"ap-southeast-4", disabled},
    {"ap-southeast-5", disabled}, {"ap-southeast-6", disabled}, {"ap-southeast-7", disabled},
    {"ca-central-1", always},     {"ca-west-1", disabled},      {"eu-central-1", always},
    {"eu-central-2", disabled},   {"eu-north-1", always},       {"eu-south-1", disabled},
    {"eu-south-2", disabled},     {"eu-west-1", always},        {"eu-west-2", always},
    {"eu-west-3", always},        {"il-central-1", disabled},   {"me-central-1", disabled},
    {"me-south-1", disabled},     {"mx-central-1", disabled},   {"sa-east-1", always},
    {"us-east-1", always},        {"us-east-2", always},        {"us-west-1", always},
    {"us-west-2", always},
};

int account_get_region_opt_status(struct call *c, const struct account_get_region_opt_status_in *in,
                                  struct account_get_region_opt_status_out *out)
{
    TRY(account_standalone(c, in->account_id));
    for (size_t i = 0; i < ARRAY_LEN(regions); i++) {
        if (strcmp(regions[i].name, in->region_name) != 0)
            continue;
        out->region_name = regions[i].name;
        out->region_opt_status = regions[i].status;
        return OK;
    }
    /* AWS undocumented: what it says of regions that there are not */
    return call_invalid(c, SHAPE_CHOICE, "The region name is not valid.");
}

static bool is_asked_for(const struct account_list_regions_in *in, const char *status)
{
    const struct str_list *wanted = &in->region_opt_status_contains;
    for (size_t i = 0; i < wanted->n; i++) {
        if (strcmp(wanted->v[i], status) == 0)
            return true;
    }
    return wanted->n == 0;
}

/* AWS undocumented: their order. */
int account_list_regions(struct call *c, const struct account_list_regions_in *in,
                         struct account_list_regions_out *out)
{
    const char *after;
    TRY(account_standalone(c, in->account_id));
    TRY(page_after(c, in->next_token, &after));
    out->regions.v = NEW_ARRAY(c->arena, struct account_region, ARRAY_LEN(regions));
    for (size_t i = 0; i < ARRAY_LEN(regions) && out->regions.n <= (size_t)in->max_results; i++) {
        if (strcmp(regions[i].name, after) > 0 && is_asked_for(in, regions[i].status))
            out->regions.v[out->regions.n++] =
                (struct account_region){regions[i].name, regions[i].status};
    }
    PAGE_CUT_NEXT(c, in, out, regions, out->regions.v[out->regions.n - 1].region_name);
    return OK;
}
