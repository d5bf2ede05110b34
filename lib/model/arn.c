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
