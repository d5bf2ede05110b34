/* SPDX-License-Identifier: Apache-2.0 */
/* Whom AWS may write to. Nobody but who asks for them reads what is stored here. */
#include "account_api.h"
#include "queries.h"
#include "svc/account/target.h"

int account_get_contact_information(struct call *c,
                                    const struct account_get_contact_information_in *in,
                                    struct account_get_contact_information_out *out)
{
    const char *account;
    TRY(account_target(c, in->account_id, &account));
    out->contact_information = NEW(c->arena, struct account_contact_information);
    int code =
        q_contact_get(c->tx, &(struct q_contact_get){.account = account}, out->contact_information);
    if (code == ERR_NOT_FOUND)
        /* AWS undocumented: the sentence, since accounts of AWS have to tell it at their sign-up */
        return call_fail(c, ERR_RESOURCE_NOT_FOUND, "No contact information found.");
    return code;
}

static const char *upper(struct arena *a, const char *text)
{
    char *copy = arena_strdup(a, text);
    for (char *p = copy; *p; p++) {
        if (*p >= 'a' && *p <= 'z')
            *p = (char)(*p - 'a' + 'A');
    }
    return copy;
}

/* AWS keeps texts without the blanks around them, which may be all there is, and countries in
   capitals. AWS undocumented: that it does so with each of the optional members, too. */
static int tidy(struct call *c, struct account_contact_information *contact)
{
    const struct shape *shape = &account_contact_information_shape;
    for (size_t i = 0; i < shape->n; i++) {
        void *member = (unsigned char *)contact + shape->fields[i].off;
        const char **text = member;
        if (!*text)
            continue;
        *text = str_dup(c->arena, str_trim(str_of(*text)));
        if (!**text)
            return call_fail(c, ERR_VALIDATION_ERROR, "the argument %s can not be empty",
                             shape->fields[i].name);
    }
    contact->country_code = upper(c->arena, contact->country_code);
    return OK;
}

int account_put_contact_information(struct call *c,
                                    const struct account_put_contact_information_in *in)
{
    const char *account;
    struct account_contact_information contact = *in->contact_information;
    TRY(account_target(c, in->account_id, &account));
    TRY(tidy(c, &contact));
    return q_contact_put(c->tx, &(struct q_contact_put){.account = account,
                                                        .full_name = contact.full_name,
                                                        .address_line_1 = contact.address_line1,
                                                        .address_line_2 = contact.address_line2,
                                                        .address_line_3 = contact.address_line3,
                                                        .city = contact.city,
                                                        .state = contact.state_or_region,
                                                        .district = contact.district_or_county,
                                                        .postal_code = contact.postal_code,
                                                        .country = contact.country_code,
                                                        .phone = contact.phone_number,
                                                        .company = contact.company_name,
                                                        .website = contact.website_url});
}

static int no_such_contact(struct call *c)
{
    return call_fail(c, ERR_RESOURCE_NOT_FOUND,
                     "No contact of the inputted alternate contact type found.");
}

int account_get_alternate_contact(struct call *c, const struct account_get_alternate_contact_in *in,
                                  struct account_get_alternate_contact_out *out)
{
    const char *account;
    TRY(account_target(c, in->account_id, &account));
    out->alternate_contact = NEW(c->arena, struct account_alternate_contact);
    int code = q_alternate_contact_get(
        c->tx, &(struct q_alternate_contact_get){account, in->alternate_contact_type},
        out->alternate_contact);
    return code == ERR_NOT_FOUND ? no_such_contact(c) : code;
}

/* Of these texts AWS takes blanks off the address alone. */
int account_put_alternate_contact(struct call *c, const struct account_put_alternate_contact_in *in)
{
    const char *account;
    TRY(account_target(c, in->account_id, &account));
    return q_alternate_contact_put(
        c->tx, &(struct q_alternate_contact_put){
                   .account = account,
                   .type = in->alternate_contact_type,
                   .name = in->name,
                   .title = in->title,
                   .email = str_dup(c->arena, str_trim(str_of(in->email_address))),
                   .phone = in->phone_number});
}

int account_delete_alternate_contact(struct call *c,
                                     const struct account_delete_alternate_contact_in *in)
{
    const char *account;
    TRY(account_target(c, in->account_id, &account));
    TRY(q_alternate_contact_delete(
        c->tx, &(struct q_alternate_contact_delete){account, in->alternate_contact_type}));
    return c->tx->changes == 0 ? no_such_contact(c) : OK;
}
