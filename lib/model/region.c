/* SPDX-License-Identifier: Apache-2.0 */
#include "model/region.h"

/* Account Management Reference Guide, "Enable or disable AWS Regions in your account", of 2026. */
const struct region regions[REGIONS] = {
    {"af-south-1", false},     {"ap-east-1", false},      {"ap-east-2", false},
    {"ap-northeast-1", true},  {"ap-northeast-2", true},  {"ap-northeast-3", true},
    {"ap-south-1", true},      {"ap-south-2", false},     {"ap-southeast-1", true},
    {"ap-southeast-2", true},  {"ap-southeast-3", false}, {"ap-southeast-4", false},
    {"ap-southeast-5", false}, {"ap-southeast-6", false}, {"ap-southeast-7", false},
    {"ca-central-1", true},    {"ca-west-1", false},      {"eu-central-1", true},
    {"eu-central-2", false},   {"eu-north-1", true},      {"eu-south-1", false},
    {"eu-south-2", false},     {"eu-west-1", true},       {"eu-west-2", true},
    {"eu-west-3", true},       {"il-central-1", false},   {"me-central-1", false},
    {"me-south-1", false},     {"mx-central-1", false},   {"sa-east-1", true},
    {"us-east-1", true},       {"us-east-2", true},       {"us-west-1", true},
    {"us-west-2", true},
};

const struct region *region_find(struct str name)
{
    for (size_t i = 0; i < REGIONS; i++) {
        if (str_is(name, regions[i].name))
            return &regions[i];
    }
    return NULL;
}
