/* SPDX-License-Identifier: Apache-2.0 */
#include "model/organization_policy.h"

#include "base/str.h"

/* AWS undocumented: the layout of RCPFullAWSAccess, which is taken to be that of FullAWSAccess. */
static const struct organization_managed_policy policies[] = {
    {"p-FullAWSAccess", "SERVICE_CONTROL_POLICY", "FullAWSAccess",
     "Allows access to every operation",
     "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n"
     "      \"Action\": \"*\",\n      \"Resource\": \"*\"\n    }\n  ]\n}"},
    {"p-RCPFullAWSAccess", "RESOURCE_CONTROL_POLICY", "RCPFullAWSAccess",
     "Allows access to every resource",
     "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n"
     "      \"Principal\": \"*\",\n      \"Action\": \"*\",\n      \"Resource\": \"*\"\n    }\n"
     "  ]\n}"},
};

const struct organization_managed_policy *organization_managed_policy(const char *id)
{
    for (size_t i = 0; i < ARRAY_LEN(policies); i++) {
        if (strcmp(policies[i].id, id) == 0)
            return &policies[i];
    }
    return NULL;
}

const struct organization_managed_policy *organization_full_access(const char *type)
{
    for (size_t i = 0; i < ARRAY_LEN(policies); i++) {
        if (strcmp(policies[i].type, type) == 0)
            return &policies[i];
    }
    return NULL;
}

const char *organization_policy_arn(struct arena *a, const char *management,
                                    const char *organization, const char *type, const char *id)
{
    const char *word = str_fold(a, str_of(type));
    if (organization_managed_policy(id))
        return arena_printf(a, "arn:aws:organizations::aws:policy/%s/%s", word, id);
    return arena_printf(a, "arn:aws:organizations::%s:policy/%s/%s/%s", management, organization,
                        word, id);
}
