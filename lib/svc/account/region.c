/* SPDX-License-Identifier: Apache-2.0 */
/* The regions of AWS, and which of them accounts have enabled. Changes take their time, by the
   sandbox's clock; nothing has to run for them to be done. */
#include "access/account_region.h"
#include "access/organization.h"
#include "account_api.h"
#include "call/page.h"
#include "queries.h"
#include "svc/account/target.h"

enum {
    ENABLING_TAKES = 120, /* seconds; AWS: about two minutes, and one, or hours */
    DISABLING_TAKES = 60,
    AT_ONCE = 6,           /* changes of an account that may go on at a time */
    AT_ONCE_TOGETHER = 50, /* of all accounts of an organization */
};

static const char always[] = "ENABLED_BY_DEFAULT", disabled[] = "DISABLED";

/* The regions that the account has ever switched. */
static int switched(struct call *c, const char *account, struct region_row_list *ret)
{
    return q_region_all(c->tx, &(struct q_region_all){.account = account}, ret);
}

static bool is_changing(const struct call *c, const struct region_row *row)
{
    return c->now < row->settled;
}

static const char *status_of(const struct call *c, size_t region,
                             const struct region_row_list *rows)
{
    for (size_t i = 0; i < rows->n; i++) {
        const struct region_row *row = &rows->v[i];
        if (strcmp(row->region, regions[region].name) != 0)
            continue;
        if (is_changing(c, row))
            return row->enabled ? "ENABLING" : "DISABLING";
        return row->enabled ? "ENABLED" : disabled;
    }
    if (regions[region].by_default)
        return always;
    return account_region_at_first(c->sandbox, &regions[region]) ? "ENABLED" : disabled;
}

/* Its number. What cannot be a region at all is refused by AWS before it looks. */
static int find_region(struct call *c, const char *name, size_t *ret)
{
    if (name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")])
        return account_refused(c, " (You specified an invalid target region.)");
    const struct region *region = region_find(str_of(name));
    if (region) {
        *ret = (size_t)(region - regions);
        return OK;
    }
    return call_no_good(
        c, "RegionName", "fieldValidationFailed",
        arena_printf(c->arena, "%s is not a valid region for opt-in or opt-out.", name));
}

static int too_many(struct call *c, const char *whose)
{
    return call_fail(c, ERR_TOO_MANY_REQUESTS,
                     "This request has exceeded the quota for 'Number of concurrent region-opt "
                     "requests for an %s'. Consider retrying the operation later once some "
                     "requests have been completed.",
                     whose);
}

static int check_room(struct call *c, const char *account, const struct region_row_list *rows)
{
    const struct membership *membership;
    struct count_row together = {.n = 0};
    int64_t going_on = 0;
    for (size_t i = 0; i < rows->n; i++)
        going_on += is_changing(c, &rows->v[i]);
    if (going_on >= AT_ONCE)
        return too_many(c, "account");
    TRY(membership_of(c, account, &membership));
    if (membership->organization)
        TRY(q_region_changes(c->tx, &(struct q_region_changes){membership->organization, c->now},
                             &together));
    return together.n < AT_ONCE_TOGETHER ? OK : too_many(c, "organization");
}

struct change {
    const char *account, *region;
    const char *from; /* the status it has to have */
    bool enable;
};

static int make(struct call *c, const struct change *change)
{
    size_t region = 0;
    struct region_row_list rows;
    TRY(find_region(c, change->region, &region));
    TRY(switched(c, change->account, &rows));
    const char *status = status_of(c, region, &rows);
    if (strcmp(status, "ENABLING") == 0 || strcmp(status, "DISABLING") == 0) {
        return call_fail(c, ERR_CONFLICT,
                         "Account %s and region %s is currently being enabled or disabled. Please "
                         "wait until it finishes and then try again.",
                         change->account, change->region);
    }
    if (strcmp(status, change->from) != 0)
        return call_no_good(c, "RegionName", "invalidRegionOptTarget",
                            "Unable to switch region status because of its current opt-in status.");
    TRY(check_room(c, change->account, &rows));
    int64_t takes = change->enable ? ENABLING_TAKES : DISABLING_TAKES;
    return q_region_put(c->tx, &(struct q_region_put){.account = change->account,
                                                      .region = change->region,
                                                      .enabled = change->enable,
                                                      .settled = c->now + takes});
}

int account_enable_region(struct call *c, const struct account_enable_region_in *in)
{
    struct change change = {.region = in->region_name, .from = disabled, .enable = true};
    TRY(account_target(c, in->account_id, &change.account));
    return make(c, &change);
}

int account_disable_region(struct call *c, const struct account_disable_region_in *in)
{
    struct change change = {.region = in->region_name, .from = "ENABLED", .enable = false};
    TRY(account_target(c, in->account_id, &change.account));
    return make(c, &change);
}

int account_get_region_opt_status(struct call *c, const struct account_get_region_opt_status_in *in,
                                  struct account_get_region_opt_status_out *out)
{
    const char *account;
    size_t region = 0;
    struct region_row_list rows;
    TRY(account_target(c, in->account_id, &account));
    TRY(find_region(c, in->region_name, &region));
    TRY(switched(c, account, &rows));
    out->region_name = regions[region].name;
    out->region_opt_status = status_of(c, region, &rows);
    return OK;
}

static bool is_asked_for(const struct account_list_regions_in *in, const char *status)
{
    const struct str_list *wanted = &in->region_opt_status_contains;
    for (size_t i = 0; i < wanted->n; i++) {
        if (strcmp(wanted->v[i], status) == 0)
            return true;
    }
    return wanted->n == 0;
}

int account_list_regions(struct call *c, const struct account_list_regions_in *in,
                         struct account_list_regions_out *out)
{
    const char *account, *after;
    struct region_row_list rows;
    TRY(account_target(c, in->account_id, &account));
    int code = page_after(c, in->next_token, &after);
    if (code < 0)
        return call_no_good(c, "NextToken", "fieldValidationFailed", "NextToken is malformed");
    TRY(switched(c, account, &rows));
    out->regions.v = NEW_ARRAY(c->arena, struct account_region, REGIONS);
    for (size_t i = 0; i < REGIONS && out->regions.n <= (size_t)in->max_results; i++) {
        const char *status = status_of(c, i, &rows);
        if (strcmp(regions[i].name, after) > 0 && is_asked_for(in, status))
            out->regions.v[out->regions.n++] = (struct account_region){regions[i].name, status};
    }
    PAGE_CUT_NEXT(c, in, out, regions, out->regions.v[out->regions.n - 1].region_name);
    return OK;
}
