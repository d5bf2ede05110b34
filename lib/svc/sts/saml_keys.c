/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/sts/saml_keys.h"

#define PERSON "urn:oid:1.3.6.1.4.1.5923.1.1.1."
#define ORG "urn:oid:1.3.6.1.4.1.5923.1.2.1."
#define CLAIMS "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"

/* In the order of AWS's tables, its slips included: 2.4.5.42, two arcs of 0.9.2342 run together,
   and a group that is a uid. saml:primaryGroupSID is in none of them. */
static const struct mapping {
    const char *attribute, *key;
    bool list;
} mappings[] = {
    {PERSON "1", "saml:edupersonaffiliation", true},
    {PERSON "2", "saml:edupersonnickname", true},
    {PERSON "3", "saml:edupersonorgdn", false},
    {PERSON "4", "saml:edupersonorgunitdn", true},
    {PERSON "5", "saml:edupersonprimaryaffiliation", false},
    {PERSON "6", "saml:edupersonprincipalname", false},
    {PERSON "7", "saml:edupersonentitlement", true},
    {PERSON "8", "saml:edupersonprimaryorgunitdn", false},
    {PERSON "9", "saml:edupersonscopedaffiliation", true},
    {PERSON "10", "saml:edupersontargetedid", true},
    {PERSON "11", "saml:edupersonassurance", true},
    {ORG "2", "saml:eduorghomepageuri", true},
    {ORG "3", "saml:eduorgidentityauthnpolicyuri", true},
    {ORG "4", "saml:eduorglegalname", true},
    {ORG "5", "saml:eduorgsuperioruri", true},
    {ORG "6", "saml:eduorgwhitepagesuri", true},
    {"urn:oid:2.5.4.3", "saml:cn", true},
    {CLAIMS "name", "saml:name", false},
    {"http://schemas.xmlsoap.org/claims/CommonName", "saml:commonName", false},
    {CLAIMS "givenname", "saml:givenName", false},
    {CLAIMS "surname", "saml:surname", false},
    {CLAIMS "emailaddress", "saml:mail", false},
    {"http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid", "saml:uid", false},
    {"2.5.4.3", "saml:commonName", false},
    {"2.5.4.4", "saml:surname", false},
    {"2.4.5.42", "saml:givenName", false},
    {"2.5.4.45", "saml:x500UniqueIdentifier", false},
    {"0.9.2342.19200300100.1.1", "saml:uid", false},
    {"0.9.2342.19200300100.1.3", "saml:mail", false},
    {"0.9.2342.19200300.100.1.45", "saml:organizationStatus", false},
};

static const struct mapping *mapping_of(const char *attribute)
{
    for (size_t i = 0; i < ARRAY_LEN(mappings); i++) {
        if (strcmp(mappings[i].attribute, attribute) == 0)
            return &mappings[i];
    }
    return NULL;
}

static bool has(const struct authz_key_value *keys, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(keys[i].name, name) == 0)
            return true;
    }
    return false;
}

static struct authz_key_value key_of(struct arena *a, const struct mapping *mapping,
                                     const struct saml_attribute *attribute)
{
    struct authz_key_value key = {.name = mapping->key, .value = str_of(attribute->values[0])};
    if (!mapping->list)
        return key;
    struct str *list = NEW_ARRAY(a, struct str, attribute->n);
    for (size_t i = 0; i < attribute->n; i++)
        list[i] = str_of(attribute->values[i]);
    key.list = list;
    key.n = attribute->n;
    return key;
}

const struct authz_key_value *saml_keys(struct arena *a, const struct authz_key_value *own,
                                        size_t n_own, const struct saml_assertion *facts,
                                        size_t *ret_n)
{
    size_t n = n_own;
    struct authz_key_value *keys =
        NEW_ARRAY(a, struct authz_key_value, n_own + ARRAY_LEN(mappings));
    memcpy(keys, own, n_own * sizeof *own);
    for (size_t i = 0; i < facts->n_attributes; i++) {
        const struct saml_attribute *attribute = &facts->attributes[i];
        const struct mapping *mapping = mapping_of(attribute->name);
        if (mapping && attribute->n && !has(keys, n, mapping->key))
            keys[n++] = key_of(a, mapping, attribute);
    }
    *ret_n = n;
    return keys;
}
