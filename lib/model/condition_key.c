/* SPDX-License-Identifier: Apache-2.0 */
#include "model/condition_key.h"

/* Sorted by name, byte by byte. */
static const struct condition_key keys[] = {
    {"aws:assumedroot", CONDITION_KEY_BOOL, false},
    {"aws:calledvia", CONDITION_KEY_STRING, true},
    {"aws:calledviaawsmcp", CONDITION_KEY_STRING, false},
    {"aws:calledviafirst", CONDITION_KEY_STRING, false},
    {"aws:calledvialast", CONDITION_KEY_STRING, false},
    {"aws:chatbotsourcearn", CONDITION_KEY_ARN, false},
    {"aws:currenttime", CONDITION_KEY_DATE, false},
    {"aws:ec2instancesourceprivateipv4", CONDITION_KEY_IP, false},
    {"aws:ec2instancesourcevpc", CONDITION_KEY_STRING, false},
    {"aws:epochtime", CONDITION_KEY_DATE, false},
    {"aws:federatedprovider", CONDITION_KEY_STRING, false},
    {"aws:ismcpserviceaction", CONDITION_KEY_BOOL, false},
    {"aws:multifactorauthage", CONDITION_KEY_NUMERIC, false},
    {"aws:multifactorauthpresent", CONDITION_KEY_BOOL, false},
    {"aws:principalaccount", CONDITION_KEY_STRING, false},
    {"aws:principalarn", CONDITION_KEY_ARN, false},
    {"aws:principalisawsservice", CONDITION_KEY_BOOL, false},
    {"aws:principalorgid", CONDITION_KEY_STRING, false},
    {"aws:principalorgpaths", CONDITION_KEY_STRING, true},
    {"aws:principalservicename", CONDITION_KEY_STRING, false},
    {"aws:principalservicenameslist", CONDITION_KEY_STRING, true},
    {"aws:principaltag/", CONDITION_KEY_STRING, false},
    {"aws:principaltype", CONDITION_KEY_STRING, false},
    {"aws:referer", CONDITION_KEY_STRING, false},
    {"aws:requestedregion", CONDITION_KEY_STRING, false},
    {"aws:requesttag/", CONDITION_KEY_STRING, false},
    {"aws:resourceaccount", CONDITION_KEY_STRING, false},
    {"aws:resourceorgid", CONDITION_KEY_STRING, false},
    {"aws:resourceorgpaths", CONDITION_KEY_STRING, true},
    {"aws:resourcetag/", CONDITION_KEY_STRING, false},
    {"aws:securetransport", CONDITION_KEY_BOOL, false},
    {"aws:sourceaccount", CONDITION_KEY_STRING, false},
    {"aws:sourcearn", CONDITION_KEY_ARN, false},
    {"aws:sourceidentity", CONDITION_KEY_STRING, false},
    {"aws:sourceip", CONDITION_KEY_IP, false},
    {"aws:sourceorgid", CONDITION_KEY_STRING, false},
    {"aws:sourceorgpaths", CONDITION_KEY_STRING, true},
    {"aws:sourceowner", CONDITION_KEY_STRING, false},
    {"aws:sourcevpc", CONDITION_KEY_STRING, false},
    {"aws:sourcevpcarn", CONDITION_KEY_ARN, false},
    {"aws:sourcevpce", CONDITION_KEY_STRING, false},
    {"aws:tagkeys", CONDITION_KEY_STRING, true},
    {"aws:tokenissuetime", CONDITION_KEY_DATE, false},
    {"aws:useragent", CONDITION_KEY_STRING, false},
    {"aws:userid", CONDITION_KEY_STRING, false},
    {"aws:username", CONDITION_KEY_STRING, false},
    {"aws:viaawsmcpservice", CONDITION_KEY_BOOL, false},
    {"aws:viaawsservice", CONDITION_KEY_BOOL, false},
    {"aws:vpceaccount", CONDITION_KEY_STRING, false},
    {"aws:vpceorgid", CONDITION_KEY_STRING, false},
    {"aws:vpceorgpaths", CONDITION_KEY_STRING, true},
    {"aws:vpcsourceip", CONDITION_KEY_IP, false},
    {"ec2:roledelivery", CONDITION_KEY_NUMERIC, false},
    {"ec2:sourceinstancearn", CONDITION_KEY_ARN, false},
    {"glue:credentialissuingservice", CONDITION_KEY_STRING, false},
    {"glue:roleassumedby", CONDITION_KEY_STRING, false},
    {"identitystore:userid", CONDITION_KEY_STRING, false},
    {"lambda:sourcefunctionarn", CONDITION_KEY_ARN, false},
    {"ssm:sourceinstancearn", CONDITION_KEY_ARN, false},
    {"sts:transitivetagkeys", CONDITION_KEY_STRING, true},
};

static int compare(struct str a, const char *name)
{
    size_t n = strlen(name), shared = a.n < n ? a.n : n;
    int order = shared ? memcmp(a.p, name, shared) : 0;
    return order ? order : (a.n > n) - (a.n < n);
}

const struct condition_key *condition_key_find(struct str folded)
{
    const char *slash = folded.n ? memchr(folded.p, '/', folded.n) : NULL;
    size_t family = slash ? (size_t)(slash - folded.p) + 1 : 0;
    if (family == folded.n)
        return NULL; /* empty, or a family without a name in it */
    struct str name = {folded.p, family ? family : folded.n};
    size_t low = 0, high = ARRAY_LEN(keys);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(name, keys[middle].name);
        if (order == 0)
            return &keys[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}
