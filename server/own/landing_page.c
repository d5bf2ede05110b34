/* SPDX-License-Identifier: Apache-2.0 */
#include "server/own/landing_page.h"

#include "own_api.h"
#include "server/api/admin_guard.h"
#include "server/cli/banner.h"
#include "server/server.h"
#include "shape/encode.h"

#define STYLE                                                                                      \
    ":root{color-scheme:light dark}body{font:1rem/1.5 sans-serif;margin:2rem auto;"                \
    "max-width:45rem;padding:0 1rem}pre{border:1px solid;border-radius:.25rem;padding:.75rem;"     \
    "white-space:pre-wrap;overflow-wrap:anywhere}"

/* Nothing but that style, by its digest, and no frame of another page around it. */
#define CONTENT_POLICY                                                                             \
    "default-src 'none'; style-src 'sha256-" STYLE_DIGEST "'; img-src data:; base-uri 'none'; "    \
    "form-action 'none'; frame-ancestors 'none'"
#define STYLE_DIGEST "cfK3zQuBekjRv+bR1P7dOA9xzpklGOzn6T2+0UgPskU="

static const char top[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\">\n"
    "<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>IAM Local</title>\n"
    "<link rel=\"icon\" href=\"data:,\">\n"
    "<style>" STYLE "</style>\n"
    "</head>\n"
    "<body>\n"
    "<main>\n"
    "<h1>IAM Local " IAM_LOCAL_VERSION "</h1>\n"
    "<p>AWS IAM, STS and Organizations for tests and development, on a machine of your own. It\n"
    "says no as AWS does, and says why. This address is for AWS CLIs, SDKs and Terraform: there\n"
    "is nothing to log in to.</p>\n"
    "<h2>Point a client at it</h2>\n"
    "<p>Clients since the summer of 2023 read these variables; for older ones there is\n"
    "<code>--endpoint-url</code>, or the parameter of their SDK.</p>\n"
    "<pre><code>";

static const char *const enforcement_texts[] = {
    [ENFORCE_STRICT] = "Requests are authenticated and authorized as on AWS.",
    [ENFORCE_SOFT] = ("Requests are authenticated. Those that AWS would deny are carried out, and "
                      "the header <code>x-iam-local-would-deny</code> of their answers says so."),
    [ENFORCE_OFF] = "Every access key is taken, and everything is allowed.",
};

static const char denials[] =
    "<h2>Why was it denied?</h2>\n"
    "<p><code>/_iam-local/explain/REQUEST-ID</code> tells which statement decided and what was\n"
    "missing, or why a signature or an access key was refused. The request id is in the header\n"
    "<code>x-amzn-requestid</code> of every answer, in the error of an SDK\n"
    "(<code>ResponseMetadata</code> of boto3, <code>$metadata</code> of JavaScript), and in the\n"
    "log of this server.</p>\n"
    "<ul>\n"
    "<li><a href=\"/_iam-local/explain\">The last requests that can be explained</a></li>\n"
    "<li><a href=\"/_iam-local/operations\">All operations, and which are built</a></li>\n"
    "<li><a href=\"/_iam-local/health\">Health</a></li>\n"
    "</ul>\n";

static const char token_wanted[] =
    "<p>Here all but the last of them want the header <code>Authorization: Bearer TOKEN</code>\n"
    "with the admin token, which a browser does not send.</p>\n";

bool landing_page_is_wanted(const struct call *c)
{
    const struct request *rq = c->rq;
    bool get = str_is(rq->method, "GET") || str_is(rq->method, "HEAD");
    return get && str_is(rq->path, "/") && rq->query.n == 0 && request_accepts(rq, "text/html") &&
           !request_header(rq, "authorization").p && !admin_guard(&c->server->config, rq, false);
}

/* The guard of own endpoints has seen to it that the host is one of ours. */
int own_get_landing_page(struct call *c, UNUSED const struct own_get_landing_page_in *in,
                         struct own_get_landing_page_out *out)
{
    const struct request *rq = c->rq;
    struct buf b = buf_new(c->arena, 4096);
    const char *url = arena_printf(c->arena, "http://%.*s%.*s", STR_FMT(request_header(rq, "host")),
                                   STR_FMT(rq->prefix));
    buf_add_text(&b, top);
    xml_text(&b, str_of(banner_settings(c->arena, c->server, url)));
    buf_printf(&b, "</code></pre>\n<h2>Enforcement: %s</h2>\n<p>%s</p>\n",
               config_enforcement_name(c->enforcement), enforcement_texts[c->enforcement]);
    buf_add_text(&b, denials);
    if (admin_guard(&c->server->config, rq, true))
        buf_add_text(&b, token_wanted);
    buf_add_text(&b, "</main>\n</body>\n</html>\n");
    *out = (struct own_get_landing_page_out){.content_type = "text/html; charset=utf-8",
                                             .content_policy = CONTENT_POLICY,
                                             .sniffing = "nosniff",
                                             .referrer = "no-referrer",
                                             .page = buf_str(&b)};
    return OK;
}
