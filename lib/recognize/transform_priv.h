/* SPDX-License-Identifier: Apache-2.0 */
/* Transforms, one function each: what the tables have done to a value. */
#pragma once

#include "recognize/reading_priv.h"

/* v->text, which is there, becomes what is made of it; p == NULL: nothing. */
typedef enum recognize_why transform_fn(struct reading *r, const char *argument, struct value *v);

/* The value is now a part of the ARN that it was. */
static inline void take_part(struct value *v, struct str part)
{
    v->origin = v->text;
    v->text = part;
}

bool cut_prefix(struct str *text, struct str prefix);
bool all_digits(struct str text, size_t n); /* N digits */
/* arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE in the caller's partition. */
struct str arn_with(struct reading *r, const struct str fields[static 3], struct str resource);
/* Services have what is in their own region; back ends may look at the last part of an ARN alone.
   RECOGNIZE_AMBIGUOUS: TEXT is an ARN of SERVICE, and not of the caller's region. */
enum recognize_why check_place(struct reading *r, struct str service, struct str text);
struct str account_of(const struct reading *r); /* the caller's, or "*" */

transform_fn to_as, to_dnsname, to_esdomain, to_host, to_notaccount, to_path, to_post, to_pre,
    to_strip, to_sub, to_tail, to_wafscope, to_alias, to_aliasonly, to_b64arn, to_fn, to_kms,
    to_secret, to_url, to_bus, to_doc, to_ec2arn, to_ec2type, to_eds, to_lg, to_param, to_profile,
    to_role, to_slash, to_td, to_cpbucket, to_cpkey, to_cpversion, to_partiql;
