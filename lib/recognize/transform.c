/* SPDX-License-Identifier: Apache-2.0 */
#include "recognize/transform_priv.h"

static transform_fn *const transforms[] = {
    [REQUEST_AS] = to_as,
    [REQUEST_DNSNAME] = to_dnsname,
    [REQUEST_ESDOMAIN] = to_esdomain,
    [REQUEST_HOST] = to_host,
    [REQUEST_NOTACCOUNT] = to_notaccount,
    [REQUEST_PATH] = to_path,
    [REQUEST_POST] = to_post,
    [REQUEST_PRE] = to_pre,
    [REQUEST_STRIP] = to_strip,
    [REQUEST_SUB] = to_sub,
    [REQUEST_TAIL] = to_tail,
    [REQUEST_WAFSCOPE] = to_wafscope,
    [REQUEST_ALIAS] = to_alias,
    [REQUEST_ALIASONLY] = to_aliasonly,
    [REQUEST_B64ARN] = to_b64arn,
    [REQUEST_FN] = to_fn,
    [REQUEST_KMS] = to_kms,
    [REQUEST_SECRET] = to_secret,
    [REQUEST_URL] = to_url,
    [REQUEST_BUS] = to_bus,
    [REQUEST_DOC] = to_doc,
    [REQUEST_EC2ARN] = to_ec2arn,
    [REQUEST_EC2TYPE] = to_ec2type,
    [REQUEST_EDS] = to_eds,
    [REQUEST_LG] = to_lg,
    [REQUEST_PARAM] = to_param,
    [REQUEST_PROFILE] = to_profile,
    [REQUEST_ROLE] = to_role,
    [REQUEST_SLASH] = to_slash,
    [REQUEST_TD] = to_td,
    [REQUEST_CPBUCKET] = to_cpbucket,
    [REQUEST_CPKEY] = to_cpkey,
    [REQUEST_CPVERSION] = to_cpversion,
    [REQUEST_PARTIQL] = to_partiql,
};

enum recognize_why transform_apply(struct reading *r, const struct request_step *step,
                                   struct value *value)
{
    for (size_t i = 0; i < ARRAY_LEN(step->transform); i++) {
        /* REQUEST_HASH is done where the table is known. */
        if (step->transform[i] == REQUEST_AS_IS || step->transform[i] == REQUEST_HASH)
            return RECOGNIZED;
        if (!value->text.p)
            return RECOGNIZED;
        READ(transforms[step->transform[i]](r, request_text(step->argument[i]), value));
    }
    return RECOGNIZED;
}
