/* SPDX-License-Identifier: Apache-2.0 */
/* STS API Reference, AssumeRoleWithSAML; IAM User Guide, "Troubleshoot SAML federation". */
#include "access/claims.h"
#include "authz/authz.h"
#include "entities.h"
#include "federation/federation.h"
#include "model/arn.h"
#include "queries.h"
#include "record/record.h"
#include "shape/decode.h"
#include "svc/sts/role_session.h"
#include "svc/sts/saml_keys.h"

#define ATTRIBUTE "https://aws.amazon.com/SAML/Attributes/"
#define PRINCIPAL_TAG ATTRIBUTE "PrincipalTag:"

enum { TAGS_MAX = 50, SHORTEST = 900, LONGEST = 43200 };

/* A bearer of an assertion on the way to a session. */
struct saml_claims {
    struct claims base; /* first: what the call has of it */
    const char *issuer, *subject_type, *name_qualifier, *session_name;
    int64_t longest; /* that the provider lets the session last */
};

struct bearer {
    struct call *call;
    struct saml_row *row;
    struct saml_key_row_list keys;
    const char *provider; /* "123456789012/idp" */
    struct saml_assertion facts;
    struct saml_claims *claims;
};

static int refuse(struct call *c, int code, const char *reason, const char *message)
{
    c->reason = reason;
    return call_fail(c, code, "%s", message);
}

static int not_authorized(struct call *c, const char *reason)
{
    return refuse(c, ERR_ACCESS_DENIED, reason, "Not authorized to perform sts:AssumeRoleWithSAML");
}

static int find_provider(struct bearer *b, const char *text)
{
    struct call *c = b->call;
    int code = entity_saml_provider(c, text, &b->row);
    if (code == OK && strcmp(b->row->arn, text) != 0)
        code = ERR_NOT_FOUND;
    if (code == ERR_NOT_FOUND) {
        return call_fail(c, ERR_INVALID_IDENTITY_TOKEN,
                         "Specified provider doesn't exist (Service: AWSOpenIdDiscoveryService; "
                         "Status Code: 400; Error Code: AuthSamlManifestNotFoundException; Request "
                         "ID: %s; Proxy: null)",
                         c->request_id);
    }
    TRY(code);
    b->provider = arena_printf(c->arena, "%s%s", arn_account(c->arena, text), strrchr(text, '/'));
    return q_saml_keys(c->tx, &(struct q_saml_keys){b->row->id}, &b->keys);
}

static int verify(struct bearer *b, const char *response)
{
    struct call *c = b->call;
    const struct saml_row *provider = b->row;
    struct saml_refusal why = {NULL, NULL};
    const char *missing;
    const struct federation *federation = federation_load(&missing);
    if (!federation)
        return call_fail(c, ERR_SERVICE_UNAVAILABLE, "SAML cannot be served: %s", missing);
    const char **pems = NEW_ARRAY(c->arena, const char *, b->keys.n);
    for (size_t i = 0; i < b->keys.n; i++)
        pems[i] = b->keys.v[i].pem;
    /* AWS undocumented: whether a provider whose ValidUntil is over is believed; here it is. */
    const struct saml_question question = {
        .response = str_of(response),
        .metadata = provider->metadata,
        .provider_id = provider->id,
        .provider = b->provider,
        .keys = pems,
        .n_keys = b->keys.n,
        .encrypted = provider->encryption && strcmp(provider->encryption, "Required") == 0,
        .now = c->now,
    };
    int code = federation->saml_verify(c->arena, &question, &b->facts, &why);
    return code < 0 ? refuse(c, code, why.reason, why.message) : OK;
}

/* AWS's attribute of that name; NULL: the assertion has none. */
static const struct saml_attribute *find(const struct bearer *b, const char *name)
{
    for (size_t i = 0; i < b->facts.n_attributes; i++) {
        if (strcmp(b->facts.attributes[i].name, name) == 0)
            return &b->facts.attributes[i];
    }
    return NULL;
}

/* Its one value. AWS undocumented: what it says when there are more. */
static int find_one(const struct bearer *b, const char *name, const char **ret)
{
    const struct saml_attribute *attribute = find(b, name);
    *ret = attribute && attribute->n ? attribute->values[0] : NULL;
    if (attribute && attribute->n > 1)
        return call_fail(b->call, ERR_INVALID_IDENTITY_TOKEN, "%s must have one value", name);
    return OK;
}

static bool is_pair(struct str text, const char *role, const char *provider)
{
    struct str first = str_trim(str_cut(&text, ','));
    text = text.p ? str_trim(text) : (struct str){"", 0};
    return (str_is(first, role) && str_is(text, provider)) ||
           (str_is(first, provider) && str_is(text, role));
}

/* The provider lets the bearer have that role. */
static int check_role(struct bearer *b, const struct sts_assume_role_with_saml_in *in)
{
    const struct saml_attribute *roles = find(b, ATTRIBUTE "Role");
    for (size_t i = 0; roles && i < roles->n; i++) {
        if (is_pair(str_of(roles->values[i]), in->role_arn, in->principal_arn))
            return OK;
    }
    return not_authorized(b->call, "The Role attribute does not have this pair of role and "
                                   "provider.");
}

static int read_names(struct bearer *b)
{
    struct call *c = b->call;
    const char *name, *identity;
    TRY(find_one(b, ATTRIBUTE "RoleSessionName", &name));
    TRY(find_one(b, ATTRIBUTE "SourceIdentity", &identity));
    if (!name)
        return call_fail(c, ERR_INVALID_IDENTITY_TOKEN,
                         "RoleSessionName is required in AuthnResponse");
    if (!role_session_name_ok(name))
        return call_fail(c, ERR_INVALID_IDENTITY_TOKEN,
                         "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}");
    if (identity && !role_session_name_ok(identity))
        return call_fail(c, ERR_INVALID_IDENTITY_TOKEN,
                         "Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "
                         "\"aws:\"");
    b->claims->session_name = name;
    b->claims->base.source_identity = identity;
    return OK;
}

/* The shorter of SessionDuration and SessionNotOnOrAfter. AWS undocumented: the words. */
static int read_duration(struct bearer *b)
{
    struct call *c = b->call;
    const char *text;
    int64_t seconds = LONGEST;
    TRY(find_one(b, ATTRIBUTE "SessionDuration", &text));
    if (text && (!str_to_int64(str_of(text), &seconds) || seconds < SHORTEST || seconds > LONGEST))
        return call_fail(c, ERR_INVALID_IDENTITY_TOKEN,
                         "SessionDuration in AuthnResponse must be between %d and %d", SHORTEST,
                         LONGEST);
    int64_t until = b->facts.session_until;
    if (until && until <= c->now)
        return refuse(c, ERR_EXPIRED_TOKEN, "SessionNotOnOrAfter has passed.",
                      "Token must be redeemed within 5 minutes of issuance");
    b->claims->longest = until && until - c->now < seconds ? until - c->now : seconds;
    return OK;
}

static struct str_list read_transitive(const struct bearer *b)
{
    const struct saml_attribute *keys = find(b, ATTRIBUTE "TransitiveTagKeys");
    return keys ? (struct str_list){keys->n, keys->values} : (struct str_list){0, NULL};
}

/* AWS undocumented: what it says to tags that AssumeRole would refuse; here what that says. */
static int read_tags(struct bearer *b)
{
    struct call *c = b->call;
    const struct str prefix = STR(PRINCIPAL_TAG);
    struct session_tag *tags = NEW_ARRAY(c->arena, struct session_tag, TAGS_MAX);
    size_t n = 0;
    for (size_t i = 0; i < b->facts.n_attributes; i++) {
        const struct saml_attribute *attribute = &b->facts.attributes[i];
        if (!str_starts(str_of(attribute->name), prefix))
            continue;
        struct sts_tag tag = {.key = attribute->name + prefix.n};
        TRY(find_one(b, attribute->name, &tag.value));
        tag.value = tag.value ? tag.value : "";
        TRY(shape_check(c->arena, &sts_tag_shape, &tag, &c->message));
        if (n == TAGS_MAX)
            return call_fail(c, ERR_INVALID_PARAMETER_VALUE, "A session can have at most %d tags.",
                             TAGS_MAX);
        tags[n++] = (struct session_tag){.key = tag.key, .value = tag.value};
    }
    b->claims->base.tags = tags;
    b->claims->base.n_tags = n;
    b->claims->base.transitive = read_transitive(b);
    return OK;
}

/* "persistent" and "transient" are told by these words alone. */
static const char *subject_type(const char *format)
{
    static const char prefix[] = "urn:oasis:names:tc:SAML:2.0:nameid-format:";
    if (!format)
        return "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
    const char *rest = format + sizeof prefix - 1;
    bool known = str_starts(str_of(format), str_of(prefix)) &&
                 (strcmp(rest, "persistent") == 0 || strcmp(rest, "transient") == 0);
    return known ? rest : format;
}

static void note_claims(const struct bearer *b)
{
    struct call *c = b->call;
    const struct claims *claims = &b->claims->base;
    struct sts_principal_tag *tags = NEW_ARRAY(c->arena, struct sts_principal_tag, claims->n_tags);
    for (size_t i = 0; i < claims->n_tags; i++)
        tags[i] = (struct sts_principal_tag){claims->tags[i].key, claims->tags[i].value};
    struct sts_saml_claims *told = NEW(c->arena, struct sts_saml_claims);
    *told = (struct sts_saml_claims){.saml_assertion_id = b->facts.id,
                                     .role_session_name = b->claims->session_name,
                                     .source_identity = claims->source_identity,
                                     .principal_tags = {claims->n_tags, tags},
                                     .transitive_tag_keys = claims->transitive};
    record_of(c)->claimed_shape = &sts_saml_claims_shape;
    record_of(c)->claimed = told;
}

static void adopt(struct bearer *b, const char *provider_arn)
{
    struct call *c = b->call;
    struct saml_claims *claims = b->claims;
    struct authz_principal *principal = NEW(c->arena, struct authz_principal);
    claims->base.provider = provider_arn;
    claims->base.subject = b->facts.subject;
    claims->base.audience = b->facts.recipient;
    claims->issuer = b->facts.issuer;
    claims->subject_type = subject_type(b->facts.format);
    claims->name_qualifier = b->facts.name_qualifier;
    const struct authz_key_value own[] = {
        {.name = "saml:aud", .value = str_of(b->facts.recipient)},
        {.name = "saml:doc", .value = str_of(b->provider)},
        {.name = "saml:iss", .value = str_of(b->facts.issuer)},
        {.name = "saml:namequalifier", .value = str_of(b->facts.name_qualifier)},
        {.name = "saml:sub", .value = str_of(b->facts.subject)},
        {.name = "saml:sub_type", .value = str_of(claims->subject_type)},
        {.name = "sts:RoleSessionName", .value = str_of(claims->session_name)},
    };
    claims->base.keys = saml_keys(c->arena, own, ARRAY_LEN(own), &b->facts, &claims->base.n_keys);
    *principal = (struct authz_principal){.kind = PRINCIPAL_PROVIDER, .arn = provider_arn};
    c->principal = principal;
    c->claims = &claims->base;
    record_of(c)->bearer = (struct record_bearer){.provider = provider_arn,
                                                  .subject = b->facts.subject,
                                                  .audience = b->facts.recipient,
                                                  .qualifier = b->facts.name_qualifier};
    note_claims(b);
}

int sts_assume_role_with_saml_prove(struct call *c, const struct sts_assume_role_with_saml_in *in)
{
    struct bearer b = {.call = c, .claims = NEW(c->arena, struct saml_claims)};
    struct tx tx;
    c->account = arn_account(c->arena, in->role_arn);
    TRY(call_begin_look(c, &tx));
    TRY(call_end_look(c, find_provider(&b, in->principal_arn)));
    TRY(verify(&b, in->saml_assertion));
    TRY(check_role(&b, in));
    if (!b.facts.subject || !*b.facts.subject)
        return not_authorized(c, "The Subject has no NameID.");
    TRY(read_names(&b));
    TRY(read_duration(&b));
    TRY(read_tags(&b));
    adopt(&b, b.row->arn);
    return OK;
}

/* The duration that is asked for has to be one of the role's; the provider only shortens it. */
int sts_assume_role_with_saml(struct call *c, const struct sts_assume_role_with_saml_in *in,
                              struct sts_assume_role_with_saml_out *out)
{
    const struct saml_claims *claims = (const struct saml_claims *)c->claims;
    struct session session;
    struct grant_scope scope = {.policy = in->policy, .policy_arns = &in->policy_arns};
    int64_t seconds = in->duration_seconds;
    TRY(role_session_federated(c, in->role_arn, claims->session_name, seconds, &session));
    role_session_claimed_tags(c, &scope);
    TRY(grant_scope_read(c, &scope, session.account, &session));
    out->has_packed_policy_size = in->policy || in->policy_arns.n || session.n_tags;
    TRY(grant_packed_size(c, &session, &out->packed_policy_size));
    seconds = claims->longest < seconds ? claims->longest : seconds;
    TRY(grant_issue(c, &session, seconds, &out->credentials));
    out->assumed_role_user = role_session_user(c, c->found[RESOURCE_TRUSTING_ROLE].row, &session);
    out->subject = claims->base.subject;
    out->subject_type = claims->subject_type;
    out->issuer = claims->issuer;
    out->audience = claims->base.audience;
    out->name_qualifier = claims->name_qualifier;
    out->source_identity = claims->base.source_identity;
    return OK;
}
