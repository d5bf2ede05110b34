/* SPDX-License-Identifier: Apache-2.0 */
#include "server/http/head.h"
#include "support/suite.h"

/* Whether a head whose one more header has this name and this value is taken. */
static bool takes(struct str name, struct str value)
{
    char text[512] = "GET / HTTP/1.1\r\nHost: h\r\n";
    size_t at = strlen(text), host = strlen("GET / HTTP/1.1\r\n");
    struct head head;
    head_begin(&head, (struct str){text + 4, 1});
    memcpy(text + at, name.p, name.n);
    memcpy(text + at + name.n, ": ", 2);
    memcpy(text + at + name.n + 2, value.p, value.n);
    size_t end = at + name.n + 2 + value.n;
    memcpy(text + end, "\r\n\r\n", 4);
    text[3] = '\0'; /* as the library cuts it */
    head_line(&head, text, text + 6);
    head_add(&head, (struct str){text + host, 4}, (struct str){text + host + 6, 1});
    head_add(&head, (struct str){text + at, name.n}, (struct str){text + at + name.n + 2, value.n});
    return head_end(&head, text + end + 4);
}

START_TEST(characters_of_names)
{
    char name[] = {'X', (char)_i, 'y'};
    bool special = _i && strchr("!#$%&'*+-.^_`|~", _i);
    bool token = special || ascii_is_alnum((char)_i);
    ck_assert_int_eq(takes((struct str){name, sizeof name}, STR("v")), token);
}
END_TEST

START_TEST(characters_of_values)
{
    bool control = (_i < ' ' && _i != '\t') || _i == 0x7f;
    char value[40];
    for (size_t place = 1; place + 1 < sizeof value; place++) {
        memset(value, 'v', sizeof value);
        value[place] = (char)_i;
        ck_assert_int_eq(takes(STR("Name"), (struct str){value, sizeof value}), !control);
    }
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("http_head");
    tcase_add_loop_test(t, characters_of_names, 0, 256);
    tcase_add_loop_test(t, characters_of_values, 0, 256);
    return suite_run("http_head", t);
}
