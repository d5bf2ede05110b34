/* SPDX-License-Identifier: Apache-2.0 */
/* The security report of the account, with the page of each user or role that a finding is about.
 */
#include "console_api.h"
#include "model/arn.h"
#include "pages.h"
#include "server/console/rooms.h"
#include "server/page/show.h"

/* Where checks are mended that are not about one entity. */
static const struct {
    const char *check, *page;
} pages[] = {
    {"password-policy", "/console/account"},
    {"password-reuse", "/console/account"},
    {"password-expiry", "/console/account"},
};

/* The kind and the name that a finding is about: an ARN, "group NAME", "role NAME", or the name of
   a user. */
static void point(struct call *c, json_t *finding, const char *about)
{
    struct arn arn;
    struct str rest = str_of(about), kind = STR("user"), name = rest;
    if (arn_parse(rest, &arn)) {
        name = arn.resource;
        kind = str_cut(&name, '/');
        for (struct str path = name; path.n;) /* what is behind the last slash */
            name = str_cut(&path, '/');
    } else if (str_starts(rest, STR("group ")) || str_starts(rest, STR("role "))) {
        name = rest;
        kind = str_cut(&name, ' ');
    }
    if (str_is(name, c->account))
        kind = STR("account");
    json_object_set_new(finding, "kind", json_stringn(kind.p, kind.n));
    json_object_set_new(finding, "name", json_stringn(name.p, name.n));
}

static const char *page_of(const char *check)
{
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        if (strcmp(pages[i].check, check) == 0)
            return pages[i].page;
    }
    return str_starts(str_of(check), STR("root-")) ? "/console/me" : NULL;
}

/* Of the checks, those that have found something; COUNTS: how many have not. */
static json_t *failed(struct call *c, json_t *checks, size_t *ret_passed)
{
    size_t i, k;
    json_t *check, *finding, *list = json_array();
    *ret_passed = 0;
    json_array_foreach(checks, i, check)
    {
        json_t *findings = json_object_get(check, "findings");
        int64_t count = json_integer_value(json_object_get(check, "count"));
        if (count == 0) {
            ++*ret_passed;
            continue;
        }
        const char *page = page_of(json_string_value(json_object_get(check, "check")));
        json_object_set_new(check, "page", page ? json_string(page) : json_null());
        json_object_set_new(check, "unlisted",
                            json_integer(count - (int64_t)json_array_size(findings)));
        json_array_foreach(findings, k, finding)
            point(c, finding, json_string_value(json_object_get(finding, "about")));
        json_array_append(list, check);
    }
    return list;
}

/* The report of a large account is read in slices. */
int console_get_security_report_page(struct call *c,
                                     UNUSED const struct console_get_security_report_page_in *in)
{
    size_t passed = 0;
    struct asked asked;
    if (!c->progress)
        c->progress =
            ask_begin(c, "own", "GetSecurityReport", json_pack("{s:s}", "account", c->account));
    int code = ask_go_on(c, c->progress, &asked);
    if (code != OK)
        return code;
    rooms_date(asked.body, "generated");
    json_t *list = failed(c, json_object_get(asked.body, "checks"), &passed);
    json_t *data =
        json_pack("{s:s, s:s, s:s, s:b, s:o, s:o, s:I}", "title", "Security report", "here",
                  "operator", "tab", "security-report", "may_operate", rooms_may_operate(c),
                  "report", asked_json(&asked), "checks", list, "passed", (json_int_t)passed);
    return page_show(c, &page_security_report, data);
}
