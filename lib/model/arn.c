/* SPDX-License-Identifier: Apache-2.0 */
#include "model/arn.h"

bool arn_parse(struct str text, struct arn *ret)
{
    struct arn arn;
    if (!str_is(str_cut(&text, ':'), "arn") || !text.p)
        return false;
    arn.partition = str_cut(&text, ':');
    arn.service = str_cut(&text, ':');
    arn.region = str_cut(&text, ':');
    arn.account = str_cut(&text, ':');
    arn.resource = text;
    if (arn.partition.n == 0 || arn.service.n == 0 || arn.resource.n == 0)
        return false;
    *ret = arn;
    return true;
}

const char *arn_account(struct arena *a, const char *text)
{
    struct arn arn;
    return arn_parse(str_of(text), &arn) ? str_dup(a, arn.account) : "";
}

bool arn_entity(const struct arn *arn, struct str *ret_kind, struct str *ret_name)
{
    struct str name = arn->resource;
    struct str kind = str_cut(&name, '/');
    if (!str_is(arn->service, "iam") || arn->region.n || !name.n)
        return false;
    const char *slash = memrchr(name.p, '/', name.n);
    size_t path = slash ? (size_t)(slash - name.p) + 1 : 0;
    *ret_kind = kind;
    *ret_name = (struct str){name.p + path, name.n - path};
    return ret_name->n > 0;
}
