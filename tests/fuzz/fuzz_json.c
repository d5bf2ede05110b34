/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as JSON: what is read is read again, value by value, and is the same; texts are UTF-8
   when each of their characters is, one after the other. */
#include "policy/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_utf8(struct str s)
{
    while (s.n) {
        size_t step = str_utf8_step(s);
        if (step == 0)
            return false;
        s = (struct str){s.p + step, s.n - step};
    }
    return true;
}

static void check_place(struct str text, size_t offset)
{
    struct place quick = PLACE_START, slow = PLACE_START;
    place_move(&quick, text, offset);
    for (size_t i = 1; i <= offset; i++)
        place_move(&slow, text, i);
    if (quick.line != slow.line || quick.column != slow.column || quick.offset != slow.offset)
        __builtin_trap();
}

static void read_again(struct arena *a, struct str text, const struct node *node)
{
    struct buf b = buf_new(a, node->text.n + 2);
    const struct node *again;
    size_t bad;
    if (node->kind == NODE_STRING)
        buf_json(&b, node->text);
    else
        buf_add(&b, node->text);
    if (!node_read(a, buf_str(&b), &again, &bad) || again->kind != node->kind ||
        again->n != node->n || !str_eq(again->text, node->text))
        __builtin_trap();
    check_place(text, node->end);
    for (const struct node *member = node->first; member; member = member->next)
        read_again(a, text, member);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    const struct node *root;
    struct arena a;
    size_t bad;
    arena_init(&a);
    if (str_is_utf8(text) != is_utf8(text))
        __builtin_trap();
    if (size < 4096 && node_read(&a, text, &root, &bad))
        read_again(&a, text, root);
    arena_done(&a);
    return 0;
}
