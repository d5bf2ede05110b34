/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A SAML identity provider for tests that are no C: `saml_tool metadata` and `saml_tool key` print
 * what a provider is made with, `saml_tool response AT [NAME=VALUE...]` the SAMLAssertion of a
 * response that is issued then, in seconds since 1970.
 */
#include <stdio.h>

#include "support/saml.h"

/* Names that begin otherwise are those of AWS's attributes: PrincipalTag:team=blue. */
static void set(struct arena *a, struct saml_response *response, struct str value)
{
    struct str name = str_cut(&value, '=');
    const char *text = str_dup(a, value);
    if (str_is(name, "Role"))
        response->role = text;
    else if (str_is(name, "RoleSessionName"))
        response->session_name = text;
    else if (str_is(name, "NameID"))
        response->subject = text;
    else if (str_is(name, "SessionNotOnOrAfter"))
        response->session_until = arena_printf(a, " SessionNotOnOrAfter=\"%s\"", text);
    else if (str_is(name, "cipher"))
        response->cipher = text;
    else if (str_is(name, "Issuer"))
        response->issuer = text;
    else if (str_is(name, "Recipient"))
        response->recipient = text;
    else if (str_is(name, "Audience"))
        response->audience = text;
    else if (str_is(name, "Status"))
        response->status = text;
    else if (str_is(name, "by"))
        response->by = str_is(value, "response") ? SAML_RESPONSE_SIGNED : SAML_UNSIGNED;
    else
        response->attributes = arena_printf(
            a, "%s%s", response->attributes ? response->attributes : "",
            saml_attribute(a,
                           memchr(name.p, ':', name.n) && !str_starts(name, STR("PrincipalTag:"))
                               ? str_dup(a, name)
                               : arena_printf(a, SAML_ROLE_ATTRIBUTE "%.*s", STR_FMT(name)),
                           text));
}

static const char *answer(struct arena *a, int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "metadata") == 0)
        return saml_metadata(a, saml_idp_certificate, "");
    if (argc == 2 && strcmp(argv[1], "key") == 0)
        return saml_sp_key;
    struct saml_response response = {.at = 0};
    if (argc < 3 || strcmp(argv[1], "response") != 0 ||
        !str_to_int64(str_of(argv[2]), &response.at))
        return NULL;
    for (int i = 3; i < argc; i++)
        set(a, &response, str_of(argv[i]));
    return saml_base64(a, saml_respond(a, &response));
}

int main(int argc, char **argv)
{
    struct arena a;
    arena_init(&a);
    const char *text = answer(&a, argc, argv);
    if (text)
        puts(text);
    else
        fputs("usage: saml_tool metadata | key | response AT [NAME=VALUE...]\n", stderr);
    arena_done(&a);
    return text ? 0 : 2;
}
