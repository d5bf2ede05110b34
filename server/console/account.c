/* SPDX-License-Identifier: Apache-2.0 */
/* The account one is in. */
#include "console_api.h"
#include "pages.h"
#include "server/console/rooms.h"
#include "server/page/show.h"

static void add_contacts(struct call *c, json_t *data)
{
    static const char *const types[] = {"BILLING", "OPERATIONS", "SECURITY"};
    json_t *list = json_array();
    rooms_ask(c, data, "contact", "account", "GetContactInformation", NULL);
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        json_t *one = json_pack("{s:s}", "type", types[i]);
        rooms_ask(c, one, "contact", "account", "GetAlternateContact",
                  json_pack("{s:s}", "AlternateContactType", types[i]));
        json_object_set_new(
            one, "none",
            json_boolean(rooms_is_refused(one, "contact", "ResourceNotFoundException")));
        json_array_append_new(list, one);
    }
    json_object_set_new(data, "alternates", list);
}

static void add_regions(struct call *c, json_t *data, const char *after)
{
    size_t i;
    json_t *region;
    json_t *in = json_pack("{s:i, s:s*}", "MaxResults", 50, "NextToken", after);
    json_t *body = rooms_ask(c, data, "regions", "account", "ListRegions", in);
    json_array_foreach(json_object_get(body, "Regions"), i, region)
    {
        const char *status = json_string_value(json_object_get(region, "RegionOptStatus"));
        json_object_set_new(region, "may_enable", json_boolean(strcmp(status, "DISABLED") == 0));
        json_object_set_new(region, "may_disable", json_boolean(strcmp(status, "ENABLED") == 0));
    }
}

static bool is_quota(const char *name)
{
    size_t n = strlen(name), end = strlen("Quota");
    return n > end && strcmp(name + n - end, "Quota") == 0;
}

/* A map, as a list in the order of its names. */
static void add_summary(struct call *c, json_t *data)
{
    const char *name;
    json_t *number, *list = json_array();
    json_t *body = rooms_ask(c, data, "summary", "iam", "GetAccountSummary", NULL);
    json_t *map = json_object_get(body, "SummaryMap");
    json_object_foreach(map, name, number)
    {
        json_t *quota = json_object_get(map, arena_printf(c->arena, "%sQuota", name));
        if (!is_quota(name))
            json_array_append_new(
                list, json_pack("{s:s, s:O, s:O*}", "name", name, "value", number, "quota", quota));
    }
    json_object_set_new(data, "summary_list", list);
}

int console_get_account_page(struct call *c, const struct console_get_account_page_in *in)
{
    json_t *data =
        json_pack("{s:s, s:s, s:s}", "title", "Account", "here", "organization", "id", c->account);
    json_t *body = rooms_ask(c, data, "account", "account", "GetAccountInformation", NULL);
    rooms_date(body, "AccountCreatedDate");
    rooms_ask(c, data, "aliases", "iam", "ListAccountAliases", NULL);
    rooms_ask(c, data, "password_policy", "iam", "GetAccountPasswordPolicy", NULL);
    json_object_set_new(data, "no_password_policy",
                        json_boolean(rooms_is_refused(data, "password_policy", "NoSuchEntity")));
    add_contacts(c, data);
    add_regions(c, data, in->after);
    add_summary(c, data);
    json_object_set_new(data, "tab", json_string("account"));
    return page_show(c, &page_account, data);
}

#define HERE "account", NULL

static const struct room_form forms[] = {
    {"set-alias", "iam", "CreateAccountAlias", "AccountAlias", HERE, false},
    {"delete-alias", "iam", "DeleteAccountAlias", "AccountAlias", HERE, true},
    {"set-name", "account", "PutAccountName", "AccountName", HERE, false},
    {"set-contact", "account", "PutContactInformation",
     "ContactInformation.FullName ContactInformation.AddressLine1 ContactInformation.AddressLine2 "
     "ContactInformation.AddressLine3 ContactInformation.City ContactInformation.StateOrRegion "
     "ContactInformation.DistrictOrCounty ContactInformation.PostalCode "
     "ContactInformation.CountryCode ContactInformation.PhoneNumber ContactInformation.CompanyName "
     "ContactInformation.WebsiteUrl",
     HERE, false},
    {"set-alternate", "account", "PutAlternateContact",
     "AlternateContactType Name Title EmailAddress PhoneNumber", HERE, false},
    {"delete-alternate", "account", "DeleteAlternateContact", "AlternateContactType", HERE, false},
    {"set-password-policy", "iam", "UpdateAccountPasswordPolicy",
     "MinimumPasswordLength# RequireSymbols? RequireNumbers? RequireUppercaseCharacters? "
     "RequireLowercaseCharacters? AllowUsersToChangePassword? MaxPasswordAge# "
     "PasswordReusePrevention# HardExpiry?",
     HERE, false},
    {"delete-password-policy", "iam", "DeleteAccountPasswordPolicy", "", HERE, true},
    {"enable-region", "account", "EnableRegion", "RegionName", HERE, false},
    {"disable-region", "account", "DisableRegion", "RegionName", HERE, false},
};

int console_post_account_form(struct call *c, const struct console_post_account_form_in *in)
{
    return rooms_send(c, forms, ARRAY_LEN(forms), in->form, in);
}
