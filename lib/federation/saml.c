/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Responses of SAML identity providers (SAML 2.0 Core and Profiles, section 4.1.4; IAM User Guide,
 * "Configure SAML assertions for the authentication response"). The one assertion is found by its
 * place below the root, its signature by its place below the assertion or the response, and all
 * facts are read below that same node: nothing is searched for, so that nothing that was moved
 * elsewhere in the document is taken for what was signed.
 */
#include "federation/federation_priv.h"

#include <gcrypt.h>

#include "base/map.h"
#include "err.h"

enum {
    SKEW = 60,            /* seconds that clocks may differ */
    REDEEMABLE = 5 * 60,  /* after it was issued */
    RESPONSE_MAX = 100000 /* characters, as in the model */
};

#define SIGNIN "signin.aws.amazon.com/saml"

struct reading {
    struct arena *arena;
    const struct saml_question *question;
    struct saml_metadata metadata;
    xmlNode *response, *assertion;
    struct saml_assertion *facts;
    struct saml_refusal *why;
};

static int refuse(struct reading *r, int code, const char *message, const char *reason)
{
    *r->why = (struct saml_refusal){message, reason};
    return code;
}

/* AWS undocumented: the words for all but the signature, the issuer, the audience and the age. */
static int invalid(struct reading *r, const char *reason)
{
    return refuse(r, ERR_INVALID_IDENTITY_TOKEN, "Invalid SAML response", reason);
}

static int bad_signature(struct reading *r, const char *reason)
{
    return refuse(r, ERR_INVALID_IDENTITY_TOKEN, "Response signature invalid", reason);
}

static int expired(struct reading *r, const char *reason)
{
    return refuse(r, ERR_EXPIRED_TOKEN, "Token must be redeemed within 5 minutes of issuance",
                  reason);
}

/* The next node of a tree in document order. */
static xmlNode *next_node(xmlNode *node, const xmlNode *root)
{
    if (node->children && node->type == XML_ELEMENT_NODE)
        return node->children;
    while (node != root && !node->next)
        node = node->parent;
    return node == root ? NULL : node->next;
}

/* Whether an ID, of whichever spelling, occurs twice below ROOT. */
static bool add_ids(struct arena *a, struct map *ids, const xmlNode *node)
{
    static const char *const spellings[] = {"ID", "Id", "id"};
    for (size_t i = 0; i < ARRAY_LEN(spellings); i++) {
        const char *id = xml_attribute(a, node, spellings[i]);
        if (id && map_put(ids, str_of(id), ids))
            return false;
    }
    return true;
}

/*
 * One assertion below ROOT or as ROOT, signatures nowhere but in it and in the response, and no ID
 * twice. Everything else is somebody's attempt to show two things as one.
 */
static const char *check_tree(struct arena *a, xmlNode *root, const xmlNode *assertion)
{
    struct map ids = {.n = 0};
    const char *problem = NULL;
    for (xmlNode *node = root; node && !problem; node = next_node(node, root)) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        if (xml_is(node, SAML_ASSERTION, "Assertion") && node != assertion)
            problem = "there is more than one assertion";
        else if (xml_is(node, XML_DSIG, "Signature") && node->parent != assertion &&
                 node->parent != root)
            problem = "there is a signature where none belongs";
        else if (!add_ids(a, &ids, node))
            problem = "an ID occurs twice";
    }
    map_done(&ids);
    return problem;
}

/* The signature of ELEMENT, if it has one, holds. */
static int check_signature(struct reading *r, xmlNode *element, bool *ret_signed)
{
    xmlNode *signature = xml_child(element, XML_DSIG, "Signature");
    if (!signature)
        return OK;
    if (xml_next(signature, XML_DSIG, "Signature"))
        return bad_signature(r, "an element has two signatures");
    const char *problem = saml_signature_check(r->arena, element, signature, &r->metadata);
    *ret_signed = true;
    return problem ? bad_signature(r, problem) : OK;
}

static int check_status(struct reading *r)
{
    const xmlNode *status = xml_child(r->response, SAML_PROTOCOL, "Status");
    const xmlNode *code = status ? xml_child(status, SAML_PROTOCOL, "StatusCode") : NULL;
    const char *value = code ? xml_attribute(r->arena, code, "Value") : NULL;
    if (value && strcmp(value, "urn:oasis:names:tc:SAML:2.0:status:Success") == 0)
        return OK;
    /* AWS undocumented: the words. */
    return refuse(r, ERR_IDP_REJECTED_CLAIM, "The identity provider rejected the request",
                  "the status of the response is not Success");
}

static int check_issuer(struct reading *r)
{
    const xmlNode *issuer = xml_child(r->assertion, SAML_ASSERTION, "Issuer");
    r->facts->issuer = issuer ? xml_content(r->arena, issuer) : NULL;
    if (r->facts->issuer && strcmp(r->facts->issuer, r->metadata.issuer) == 0)
        return OK;
    return refuse(r, ERR_INVALID_IDENTITY_TOKEN, "Issuer not present in specified provider",
                  "the issuer of the assertion is not the entityID of the metadata");
}

/* The time that an attribute tells; 0: there is none. */
static int64_t time_of(struct reading *r, const xmlNode *node, const char *name, int *code)
{
    const char *text = xml_attribute(r->arena, node, name);
    int64_t at = text ? xml_time(text) : 0;
    if (text && at == 0)
        *code = invalid(r, "a time is none in UTC");
    return at;
}

/* Within NotBefore and NotOnOrAfter of NODE, those that there are. */
static int check_window(struct reading *r, const xmlNode *node)
{
    int code = OK;
    int64_t from = time_of(r, node, "NotBefore", &code);
    int64_t until = time_of(r, node, "NotOnOrAfter", &code);
    TRY(code);
    if (from && r->question->now + SKEW < from)
        return invalid(r, "the assertion is not valid yet");
    return until && r->question->now - SKEW >= until ? expired(r, "the assertion is over") : OK;
}

static int check_issued(struct reading *r)
{
    int code = OK;
    int64_t at = time_of(r, r->assertion, "IssueInstant", &code);
    TRY(code);
    if (at == 0)
        return invalid(r, "the assertion does not say when it was issued");
    if (r->question->now + SKEW < at)
        return invalid(r, "the assertion was issued in the future");
    return r->question->now - at > REDEEMABLE ? expired(r, "the assertion is too old") : OK;
}

/* https://[REGION.]signin.aws.amazon.com/saml[/acs/PROVIDER-ID]; "static" is of old. */
static bool is_signin(const struct reading *r, const char *text)
{
    struct str rest = str_of(text), scheme = STR("https://");
    if (!str_starts(rest, scheme))
        return false;
    rest = (struct str){rest.p + scheme.n, rest.n - scheme.n};
    if (str_is(rest, "signin.aws.amazon.com/static/saml"))
        return true;
    if (!str_starts(rest, STR(SIGNIN))) {
        struct str region = str_cut(&rest, '.');
        for (size_t i = 0; i < region.n; i++) {
            if (!ascii_is_alnum(region.p[i]) && region.p[i] != '-')
                return false;
        }
        if (region.n == 0 || !rest.p || !str_starts(rest, STR(SIGNIN)))
            return false;
    }
    rest = (struct str){rest.p + sizeof SIGNIN - 1, rest.n - (sizeof SIGNIN - 1)};
    struct str own = STR("/acs/");
    if (!rest.n)
        return true;
    return str_starts(rest, own) &&
           str_is((struct str){rest.p + own.n, rest.n - own.n}, r->question->provider_id);
}

static bool has_audience(struct reading *r, const xmlNode *restriction)
{
    const xmlNode *each = xml_child(restriction, SAML_ASSERTION, "Audience");
    for (; each; each = xml_next(each, SAML_ASSERTION, "Audience")) {
        const char *text = xml_content(r->arena, each);
        if (text && (strcmp(text, "urn:amazon:webservices") == 0 || is_signin(r, text)))
            return true;
    }
    return false;
}

static int check_conditions(struct reading *r)
{
    const xmlNode *conditions = xml_child(r->assertion, SAML_ASSERTION, "Conditions");
    const xmlNode *each =
        conditions ? xml_child(conditions, SAML_ASSERTION, "AudienceRestriction") : NULL;
    bool good = each != NULL;
    for (; each; each = xml_next(each, SAML_ASSERTION, "AudienceRestriction"))
        good = has_audience(r, each) && good;
    if (!good)
        return refuse(r, ERR_INVALID_IDENTITY_TOKEN,
                      "Response does not contain the required audience.",
                      "the audience is not urn:amazon:webservices or an AWS sign-in endpoint");
    return check_window(r, conditions);
}

/* Exactly one confirmation, of the bearer, who is to show it at AWS's sign-in. */
static int check_confirmation(struct reading *r, const xmlNode *subject)
{
    const xmlNode *one = xml_child(subject, SAML_ASSERTION, "SubjectConfirmation");
    if (!one || xml_next(one, SAML_ASSERTION, "SubjectConfirmation"))
        return invalid(r, "there is not exactly one SubjectConfirmation");
    const char *method = xml_attribute(r->arena, one, "Method");
    const xmlNode *data = xml_child(one, SAML_ASSERTION, "SubjectConfirmationData");
    if (!method || strcmp(method, "urn:oasis:names:tc:SAML:2.0:cm:bearer") != 0 || !data)
        return invalid(r, "the SubjectConfirmation is not that of a bearer");
    r->facts->recipient = xml_attribute(r->arena, data, "Recipient");
    if (!r->facts->recipient || !is_signin(r, r->facts->recipient))
        return invalid(r, "the Recipient is no AWS sign-in endpoint");
    if (!xml_attribute(r->arena, data, "NotOnOrAfter"))
        return invalid(r, "the SubjectConfirmationData has no NotOnOrAfter");
    return check_window(r, data);
}

static int check_subject(struct reading *r)
{
    const xmlNode *subject = xml_child(r->assertion, SAML_ASSERTION, "Subject");
    if (!subject)
        return invalid(r, "there is no Subject");
    const xmlNode *name = xml_child(subject, SAML_ASSERTION, "NameID");
    if (name) {
        r->facts->subject = xml_content(r->arena, name);
        r->facts->format = xml_attribute(r->arena, name, "Format");
    }
    return check_confirmation(r, subject);
}

static void read_session(struct reading *r, int *code)
{
    const xmlNode *each = xml_child(r->assertion, SAML_ASSERTION, "AuthnStatement");
    for (; each; each = xml_next(each, SAML_ASSERTION, "AuthnStatement")) {
        int64_t until = time_of(r, each, "SessionNotOnOrAfter", code);
        if (until && (!r->facts->session_until || until < r->facts->session_until))
            r->facts->session_until = until;
    }
}

static size_t count(const xmlNode *parent, const char *name)
{
    size_t n = 0;
    const xmlNode *each = xml_child(parent, SAML_ASSERTION, name);
    for (; each; each = xml_next(each, SAML_ASSERTION, name))
        n++;
    return n;
}

/* STS API Reference, AssumeRoleWithSAML, NameQualifier. */
static void add_qualifier(struct reading *r)
{
    enum { SHA1 = 20 };
    unsigned char hash[SHA1];
    struct buf text = buf_new(r->arena, 256), encoded = buf_new(r->arena, 2 * SHA1);
    buf_add_text(&text, r->facts->issuer);
    buf_add_text(&text, r->question->provider);
    gcry_md_hash_buffer(GCRY_MD_SHA1, hash, text.p, text.n);
    buf_base64(&encoded, hash, SHA1);
    r->facts->name_qualifier = buf_text(&encoded);
}

/* Values that are no texts are left out. */
static struct saml_attribute read_attribute(struct reading *r, const xmlNode *node)
{
    const char *name = xml_attribute(r->arena, node, "Name");
    struct saml_attribute found = {.name = name ? name : ""};
    found.values = NEW_ARRAY(r->arena, const char *, count(node, "AttributeValue"));
    const xmlNode *each = xml_child(node, SAML_ASSERTION, "AttributeValue");
    for (; each; each = xml_next(each, SAML_ASSERTION, "AttributeValue")) {
        const char *text = xml_content(r->arena, each);
        if (text)
            found.values[found.n++] = text;
    }
    return found;
}

static void read_attributes(struct reading *r)
{
    size_t n = 0;
    const xmlNode *list = xml_child(r->assertion, SAML_ASSERTION, "AttributeStatement");
    for (const xmlNode *at = list; at; at = xml_next(at, SAML_ASSERTION, "AttributeStatement"))
        n += count(at, "Attribute");
    struct saml_attribute *all = NEW_ARRAY(r->arena, struct saml_attribute, n);
    r->facts->attributes = all;
    for (; list; list = xml_next(list, SAML_ASSERTION, "AttributeStatement")) {
        const xmlNode *each = xml_child(list, SAML_ASSERTION, "Attribute");
        for (; each; each = xml_next(each, SAML_ASSERTION, "Attribute"))
            all[r->facts->n_attributes++] = read_attribute(r, each);
    }
}

/* What the assertion says, in the order in which it is of use to hear what is wrong. */
static int read_facts(struct reading *r)
{
    int code = OK;
    r->facts->id = xml_attribute(r->arena, r->assertion, "ID");
    TRY(check_status(r));
    TRY(check_issuer(r));
    TRY(check_issued(r));
    TRY(check_conditions(r));
    TRY(check_subject(r));
    read_session(r, &code);
    read_attributes(r);
    add_qualifier(r);
    return code;
}

/* An assertion in plain text, in the response itself. */
static int verify_plain(struct reading *r)
{
    bool is_signed = false;
    r->assertion = xml_child(r->response, SAML_ASSERTION, "Assertion");
    if (r->question->encrypted)
        return invalid(r, "the assertion is not encrypted, and has to be");
    const char *problem = check_tree(r->arena, r->response, r->assertion);
    if (problem)
        return bad_signature(r, problem);
    TRY(check_signature(r, r->response, &is_signed));
    TRY(check_signature(r, r->assertion, &is_signed));
    return is_signed ? read_facts(r)
                     : bad_signature(r, "neither the response nor the assertion is signed");
}

/* It is signed inside, or the response is with the assertion as it was encrypted. */
static int verify_encrypted(struct reading *r, xmlNode *encrypted)
{
    bool is_signed = false;
    const char *problem = check_tree(r->arena, r->response, NULL);
    if (problem)
        return bad_signature(r, problem);
    TRY(check_signature(r, r->response, &is_signed));
    CLEANUP(xml_free) xmlDoc *inner = saml_decrypt(r->arena, encrypted, r->question, &problem);
    r->assertion = inner ? xmlDocGetRootElement(inner) : NULL;
    /* In the words for a bad signature, so that nobody can learn what a ciphertext holds. */
    if (!inner || !xml_is(r->assertion, SAML_ASSERTION, "Assertion"))
        return bad_signature(r, problem);
    problem = check_tree(r->arena, r->assertion, r->assertion);
    if (problem)
        return bad_signature(r, problem);
    TRY(check_signature(r, r->assertion, &is_signed));
    return is_signed ? read_facts(r)
                     : bad_signature(r, "neither the response nor the assertion is signed");
}

static int verify(struct reading *r, xmlDoc *doc)
{
    r->response = xmlDocGetRootElement(doc);
    if (!xml_is(r->response, SAML_PROTOCOL, "Response"))
        return invalid(r, "it is no Response");
    xmlNode *plain = xml_child(r->response, SAML_ASSERTION, "Assertion");
    xmlNode *encrypted = xml_child(r->response, SAML_ASSERTION, "EncryptedAssertion");
    if (!plain && !encrypted)
        return check_status(r) == OK ? invalid(r, "there is no assertion") : ERR_IDP_REJECTED_CLAIM;
    if ((plain && encrypted) ||
        (encrypted && xml_next(encrypted, SAML_ASSERTION, "EncryptedAssertion")))
        return bad_signature(r, "there is more than one assertion");
    return plain ? verify_plain(r) : verify_encrypted(r, encrypted);
}

int saml_verify(struct arena *a, const struct saml_question *question, struct saml_assertion *ret,
                struct saml_refusal *why)
{
    struct saml_assertion facts = {.n_attributes = 0};
    struct reading r = {.arena = a, .question = question, .facts = &facts, .why = why};
    struct str bytes;
    const char *reason = NULL;
    saml_init();
    if (saml_metadata_read(a, str_of(question->metadata), &r.metadata, &reason) != OK)
        return invalid(&r, reason);
    if (question->response.n > RESPONSE_MAX || !xml_base64(a, question->response, &bytes))
        return refuse(&r, ERR_INVALID_IDENTITY_TOKEN, "Invalid base64 SAMLResponse",
                      "it is no base64");
    CLEANUP(xml_free) xmlDoc *doc = xml_parse(bytes);
    if (!doc)
        return invalid(&r, "it is not well-formed XML without a DOCTYPE");
    TRY(verify(&r, doc));
    *ret = facts;
    return OK;
}
