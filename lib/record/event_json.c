/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An event as CloudTrail writes it (CloudTrail User Guide, "CloudTrail record contents" and
 * "CloudTrail userIdentity element"; IAM User Guide, "Logging IAM and AWS STS API calls").
 */
#include "base/clock.h"
#include "record/event_priv.h"

static void member(struct buf *b, const char *name, struct str value)
{
    buf_add_char(b, ',');
    buf_json(b, str_of(name));
    buf_add_char(b, ':');
    buf_json(b, value);
}

/* Nothing for NULL. */
static void text(struct buf *b, const char *name, const char *value)
{
    if (value)
        member(b, name, str_of(value));
}

static void time_text(struct buf *b, const char *name, int64_t at)
{
    char date[CLOCK_TEXT_SIZE];
    clock_iso8601(at, date);
    member(b, name, str_of(date));
}

/* What stands behind the last slash, which ARNs of users and roles have. */
static const char *last_part(const char *arn)
{
    const char *slash = strrchr(arn, '/');
    return slash ? slash + 1 : arn;
}

static bool is_saml(const struct event_caller *caller)
{
    return caller->provider && strstr(caller->provider, ":saml-provider/");
}

static bool is_root_arn(const char *arn)
{
    size_t n = strlen(arn);
    return n > 5 && strcmp(arn + n - 5, ":root") == 0;
}

const char *event_type(const struct event *event)
{
    if (event->foreign)
        return "AWSAccount";
    switch (event->caller.kind) {
    case PRINCIPAL_ROOT:
        return "Root";
    case PRINCIPAL_USER:
        return "IAMUser";
    case PRINCIPAL_ROLE:
        return "Role";
    case PRINCIPAL_SESSION:
        return "AssumedRole";
    case PRINCIPAL_FEDERATED:
        return "FederatedUser";
    case PRINCIPAL_PROVIDER:
        return is_saml(&event->caller) ? "SAMLUser" : "WebIdentityUser";
    case PRINCIPAL_SERVICE:
        return "AWSService";
    case PRINCIPAL_ANONYMOUS:
        break;
    }
    return "Unknown";
}

/* The user or role behind a session. */
static void add_issuer(struct buf *b, const struct event_caller *caller)
{
    if (!caller->issuer)
        return;
    bool root = is_root_arn(caller->issuer);
    const char *type = caller->kind == PRINCIPAL_SESSION ? "Role" : root ? "Root" : "IAMUser";
    buf_add(b, STR("\"sessionIssuer\":{"));
    buf_json_text(b, "type", type);
    text(b, "principalId", caller->issuer_id);
    text(b, "arn", caller->issuer);
    text(b, "accountId", caller->account);
    if (!root)
        text(b, "userName", last_part(caller->issuer));
    buf_add(b, STR("},"));
}

/* None of a provider in IAM. */
static void add_web_attributes(struct buf *b, const struct event_caller *caller)
{
    const char *const names[] = {"aud", "sub"}, *const values[] = {caller->audience,
                                                                   caller->subject};
    buf_add(b, STR(",\"attributes\":{"));
    for (size_t i = 0; i < ARRAY_LEN(names) && values[i]; i++) {
        if (i)
            buf_add_char(b, ',');
        buf_json_text(b, arena_printf(b->arena, "%s:%s", caller->provider, names[i]), values[i]);
    }
    buf_add_char(b, '}');
}

static void add_session(struct buf *b, const struct event_caller *caller)
{
    if (!caller->temporary)
        return;
    buf_add(b, STR(",\"sessionContext\":{"));
    add_issuer(b, caller);
    if (caller->provider && !is_saml(caller)) {
        buf_add(b, STR("\"webIdFederationData\":{"));
        buf_json_text(b, "federatedProvider", caller->provider);
        add_web_attributes(b, caller);
        buf_add(b, STR("},"));
    }
    char date[CLOCK_TEXT_SIZE];
    clock_iso8601(caller->issued, date);
    buf_add(b, STR("\"attributes\":{"));
    buf_json_text(b, "creationDate", date);
    text(b, "mfaAuthenticated", caller->mfa ? "true" : "false");
    buf_add_char(b, '}');
    text(b, "assumedRoot", caller->assumed_root ? "true" : NULL);
    text(b, "sourceIdentity", caller->source_identity);
    text(b, "ec2RoleDelivery", caller->delivery);
    buf_add_char(b, '}');
}

/* Somebody with an account. */
static void add_principal(struct buf *b, const struct event *event)
{
    const struct event_caller *caller = &event->caller;
    text(b, "principalId", caller->id);
    if (!event->foreign)
        text(b, "arn", caller->arn);
    text(b, "accountId", caller->account);
    if (event->foreign)
        return;
    if (caller->access_key_id.p)
        member(b, "accessKeyId", caller->access_key_id);
    if (caller->kind == PRINCIPAL_USER || caller->kind == PRINCIPAL_ROOT)
        text(b, "userName", caller->name);
    add_session(b, caller);
}

/* Somebody whom a provider vouches for. */
static void add_bearer(struct buf *b, const struct event_caller *caller)
{
    const char *provider = is_saml(caller) ? caller->qualifier : caller->provider;
    struct buf id = buf_new(b->arena, 128);
    buf_add_text(&id, provider ? provider : "");
    if (!is_saml(caller))
        buf_printf(&id, ":%s", caller->audience ? caller->audience : "");
    buf_printf(&id, ":%s", caller->subject ? caller->subject : "");
    text(b, "principalId", buf_text(&id));
    text(b, "userName", caller->subject);
    text(b, "identityProvider", provider);
}

/* The partner that acts for the caller, by leave of a delegation request. */
static void add_delegate(struct buf *b, const struct event *event)
{
    if (!event->caller.delegate || event->foreign)
        return;
    buf_add(b, STR(",\"invokedByDelegate\":{"));
    buf_json_text(b, "accountId", event->caller.delegate);
    buf_add_char(b, '}');
}

static void add_identity(struct buf *b, const struct event *event)
{
    buf_add(b, STR(",\"userIdentity\":{"));
    buf_json_text(b, "type", event_type(event));
    if (event->caller.kind == PRINCIPAL_SERVICE)
        text(b, "invokedBy", event->caller.arn);
    else if (event->caller.kind == PRINCIPAL_PROVIDER && !event->caller.account)
        add_bearer(b, &event->caller);
    else
        add_principal(b, event);
    add_delegate(b, event);
    buf_add_char(b, '}');
}

/* STS tells the bearer of a token of a denial, and the record does not. */
static const char *message_of(const struct event *event)
{
    bool untold = event->code == ERR_ACCESS_DENIED &&
                  strcmp(event_name(event), "AssumeRoleWithWebIdentity") == 0;
    return untold ? "An unknown error occurred" : event->message;
}

static void add_error(struct buf *b, const struct event *event)
{
    if (event->code == OK)
        return;
    text(b, "errorCode", event_error(event, b->arena));
    text(b, "errorMessage", message_of(event));
}

/* CloudTrail's mark for what is too large. AWS undocumented: in what form it measures it. */
static void add_left_out(struct buf *b, const char *name, size_t bytes)
{
    buf_printf(b, "{\"omitted\":true,\"originalSize\":%zu,\"reason\":\"%s too large\"}", bytes,
               name);
}

/* What is JSON already. */
static void add_told(struct buf *b, const char *name, const char *json)
{
    buf_printf(b, ",\"%s\":", name);
    buf_add_text(b, json ? json : "null");
}

static void add_members(struct buf *b, const char *name, const struct shape *shape,
                        const struct event_members *members, const struct event_style *style)
{
    buf_printf(b, ",\"%s\":", name);
    if (members->left_out)
        add_left_out(b, name, members->left_out);
    else if (members->v)
        event_add_members(b, shape, members->v, style);
    else
        buf_add(b, STR("null"));
}

/* Not by the members of an operation. */
static bool is_told(const struct event *event)
{
    return !event->op || event->told.parameters;
}

/* What the claims say comes before what else was sent. */
static void add_parameters(struct buf *b, const struct event *event,
                           const struct event_style *style)
{
    const struct event_members *sent = &event->parameters, *claimed = &event->claimed;
    struct buf rest = buf_new(b->arena, 256);
    if (is_told(event)) {
        add_told(b, "requestParameters", event->told.parameters);
        return;
    }
    if (!claimed->v || !sent->v) {
        add_members(b, "requestParameters", event->op->in, sent, style);
        return;
    }
    add_members(b, "requestParameters", event->claimed_shape, claimed, style);
    event_add_members(&rest, event->op->in, sent->v, style);
    if (*rest.p != '{') /* null */
        return;
    b->p[b->n - 1] = ',';
    buf_add(b, (struct str){rest.p + 1, rest.n - 1});
}

static void add_resources(struct buf *b, const struct event *event)
{
    const struct api_op *op = event->op;
    struct str arn = event_resource(op, event->parameters.v);
    struct str rest = arn, account = {NULL, 0};
    if (arn.n == 0)
        return;
    for (int i = 0; i < 5; i++) /* "arn", partition, service, region, account */
        account = str_cut(&rest, ':');
    buf_add(b, STR(",\"resources\":[{\"ARN\":"));
    buf_json(b, arn);
    if (account.p)
        member(b, "accountId", account);
    text(b, "type", op->recorded.type);
    buf_add(b, STR("}]"));
}

/* Operations of OAuth say how it went. */
static const char *data_of(const struct event *event)
{
    if (!event->op || strcmp(event->op->service->name, "signin") != 0)
        return event->told.data;
    return event->code == OK ? "{\"success\":\"true\",\"x-amzn-vpce-id\":\"\"}"
                             : "{\"success\":\"false\",\"x-amzn-vpce-id\":\"\"}";
}

/* The default sandbox is not named. */
static void add_data(struct buf *b, const struct event *event)
{
    const char *data = data_of(event);
    bool named = strcmp(event->sandbox, "default") != 0;
    if (data)
        add_told(b, "additionalEventData", data);
    else if (named)
        buf_add(b, STR(",\"additionalEventData\":{"));
    if (!named)
        return;
    if (data)
        b->p[b->n - 1] = ',';
    buf_json_text(b, "sandbox", event->sandbox);
    buf_add_char(b, '}');
}

/* Services call from where they are, which they are called for. */
static void add_origin(struct buf *b, const struct event *event)
{
    const struct event_caller *caller = &event->caller;
    bool service = caller->kind == PRINCIPAL_SERVICE;
    struct str name = service ? str_of(caller->arn) : STR("");
    member(b, "awsRegion", record_region(event_service(event), event->region));
    member(b, "sourceIPAddress", service ? name : event->source_ip);
    if (service || event->user_agent.p)
        member(b, "userAgent", service ? name : event->user_agent);
}

static const char *kind_of(const struct event *event)
{
    if (!event->op)
        return "AwsConsoleSignIn";
    return event_is_console_task(event->op) ? "AwsConsoleAction" : "AwsApiCall";
}

static void add_tls(struct buf *b, const struct event *event)
{
    if (!event->host.p || event->caller.kind == PRINCIPAL_SERVICE)
        return;
    buf_add(b, STR(",\"tlsDetails\":{\"clientProvidedHostHeader\":"));
    buf_json(b, event->host);
    buf_add_char(b, '}');
}

/* The listener speaks http: of TLS there is no version and no cipher to tell, and what is known is
   told all the same (CloudTrail User Guide, "CloudTrail record contents"). */
static void add_end(struct buf *b, const struct event *event)
{
    if (event->op)
        text(b, "requestID", event->request_id);
    text(b, "eventID", event->id);
    bool reads = event->op && event->op->recorded.read_only;
    buf_add_text(b, reads ? ",\"readOnly\":true" : ",\"readOnly\":false");
    if (event->op)
        add_resources(b, event);
    text(b, "eventType", kind_of(event));
    buf_add(b, STR(",\"managementEvent\":true"));
    text(b, "recipientAccountId", event->account);
    text(b, "sharedEventID", *event->shared_id ? event->shared_id : NULL);
    text(b, "eventCategory", "Management");
    add_tls(b, event);
    text(b, "sessionCredentialFromConsole", event->console ? "true" : NULL);
}

/* Parameters and elements. */
static void add_contents(struct buf *b, const struct event *event)
{
    const bool comma = str_is(event_service(event), "sts");
    const struct event_style out = {.comma = comma};
    const struct event_style in = {
        .request = true, .comma = comma, .names_root = event->names_root};
    add_parameters(b, event, &in);
    if (is_told(event))
        add_told(b, "responseElements", event->told.elements);
    else
        add_members(b, "responseElements", event->op->out, &event->elements, &out);
}

void event_json(struct buf *b, const struct event *event)
{
    const struct str service = event_service(event);
    buf_add(b, STR("{\"eventVersion\":\"1.11\""));
    add_identity(b, event);
    time_text(b, "eventTime", event->at);
    buf_printf(b, ",\"eventSource\":\"%.*s.amazonaws.com\",\"eventName\":\"%s\"", STR_FMT(service),
               event_name(event));
    add_origin(b, event);
    add_error(b, event);
    add_contents(b, event);
    add_data(b, event);
    add_end(b, event);
    buf_add_char(b, '}');
}
