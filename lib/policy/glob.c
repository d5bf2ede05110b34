/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Matches any pattern with bounded work: the state is one bit for each place in the text, of which
 * 64 are looked at together, and each character of the pattern moves them all at once. (Baeza-Yates
 * and Gonnet's Shift-And, with the bits on the text's side, so that nothing has to be prepared.)
 */
#include "policy/policy_priv.h"

enum { BLOCK = 64, MOST_ITEMS = 1 << 16 };

/* Characters of a pattern, a `?` and a `*` being one each, are its items. */
struct sweep {
    uint64_t letters[256];              /* of the block: bit i is set when byte i is this one */
    uint64_t bytes, inner;              /* bytes that are there; those that begin no character */
    uint64_t places;                    /* bit i: what came before can end in front of byte i */
    size_t item;                        /* the one that is looked at */
    size_t live, next_live;             /* behind the last one that the next block goes on with */
    uint64_t carry[MOST_ITEMS / BLOCK]; /* bit i: item i reaches the place behind the block */
};

static void read_block(struct sweep *s, struct str text, size_t folded)
{
    memset(s->letters, 0, sizeof s->letters);
    s->bytes = s->inner = 0;
    for (size_t i = 0; i < text.n && i < BLOCK; i++) {
        unsigned char c = (unsigned char)text.p[i], other = c;
        uint64_t bit = UINT64_C(1) << i;
        if (i < folded && c >= 'A' && c <= 'Z')
            other = c | 0x20;
        else if (i < folded && c >= 'a' && c <= 'z')
            other = c & ~0x20;
        s->letters[c] |= bit;
        s->letters[other] |= bit;
        s->bytes |= bit;
        if ((c & 0xc0) == 0x80)
            s->inner |= bit;
    }
}

static bool carried(const struct sweep *s)
{
    return s->carry[s->item / BLOCK] >> s->item % BLOCK & 1;
}

/* The item is done: PLACES are what it leaves, and whether it goes on in the next block. */
static void leave(struct sweep *s, uint64_t places, bool carry)
{
    uint64_t bit = UINT64_C(1) << s->item % BLOCK, *word = &s->carry[s->item / BLOCK];
    s->places = places;
    *word = carry ? *word | bit : *word & ~bit;
    s->item++;
    if (carry)
        s->next_live = s->item;
}

static void pass_byte(struct sweep *s, char c)
{
    uint64_t from = s->places & s->letters[(unsigned char)c];
    leave(s, from << 1 | carried(s), from >> 63);
}

/* One of ALLOWED, and the further bytes of the same character. */
static void pass_one(struct sweep *s, uint64_t allowed)
{
    uint64_t from = s->places & allowed, to = from << 1 | carried(s), beyond;
    bool over = __builtin_add_overflow(to & s->inner, s->inner, &beyond);
    leave(s, (to | beyond) & ~s->inner, over || from >> 63);
}

/* Any places further on. */
static void pass_any(struct sweep *s)
{
    uint64_t to = carried(s) ? UINT64_MAX : s->places | -s->places;
    leave(s, to, to != 0);
}

/* Places further on, as far as the bytes are ALLOWED: the carry of the sum runs over them. */
static void pass_some(struct sweep *s, uint64_t allowed)
{
    uint64_t from = s->places | carried(s), sum;
    bool over = __builtin_add_overflow(from & allowed, allowed, &sum);
    leave(s, from | (sum ^ allowed), over);
}

/* Nothing is left in this block. */
static bool is_over(const struct sweep *s)
{
    return s->places == 0 && s->item >= s->live;
}

static void pass_text(struct sweep *s, struct str text)
{
    for (size_t i = 0; i < text.n && !is_over(s); i++)
        pass_byte(s, text.p[i]);
}

/* OPEN: nothing about colons. LAST: the end of a pattern that may run on. */
static void pass_wild(struct sweep *s, const struct piece *piece, bool open, bool last)
{
    uint64_t allowed = open ? s->bytes : s->bytes & ~s->letters[':'];
    for (size_t i = 0; i < piece->count && !is_over(s); i++)
        pass_one(s, allowed);
    if (!piece->open)
        return;
    if (open || (last && piece->ends_open))
        pass_any(s);
    else
        pass_some(s, allowed);
}

static void pass_pattern(struct sweep *s, const struct pattern *pattern, bool open,
                         const struct scope *scope)
{
    for (size_t i = 0; i < pattern->n && !is_over(s); i++) {
        const struct piece *piece = &pattern->v[i];
        struct str text;
        if (piece->kind == PIECE_WILD)
            pass_wild(s, piece, open, i == pattern->n - 1);
        else if (piece_text(piece, scope, &text))
            pass_text(s, text);
    }
}

/* False: some variable has no value. */
static bool count_items(const struct pattern *pattern, const struct scope *scope, size_t *n)
{
    for (size_t i = 0; i < pattern->n; i++) {
        const struct piece *piece = &pattern->v[i];
        struct str text = {NULL, 0};
        if (piece->kind != PIECE_WILD && !piece_text(piece, scope, &text))
            return false;
        *n += piece->kind == PIECE_WILD ? piece->count + piece->open : text.n;
    }
    return true;
}

bool glob_matches(const struct pattern *patterns, size_t n, size_t open, struct str text,
                  size_t folded, const struct scope *scope)
{
    struct sweep s;
    size_t items = n - 1;
    for (size_t i = 0; i < n; i++) {
        if (!count_items(&patterns[i], scope, &items))
            return false;
    }
    if (items > MOST_ITEMS) {
        work_exhaust(scope->work);
        return false;
    }
    memset(s.carry, 0, (items + BLOCK - 1) / BLOCK * sizeof *s.carry);
    s.next_live = 0;
    for (size_t at = 0; at == 0 || (at <= text.n && s.next_live); at += BLOCK) {
        struct str rest = {text.p + at, text.n - at};
        read_block(&s, rest, at < folded ? folded - at : 0);
        s.places = at == 0;
        s.live = s.next_live;
        s.item = s.next_live = 0;
        for (size_t i = 0; i < n; i++) {
            if (i)
                pass_text(&s, STR(":"));
            pass_pattern(&s, &patterns[i], i >= open, scope);
        }
        if (!work_spend(scope->work, BLOCK + s.item))
            return false;
        if (rest.n < BLOCK)
            return s.places >> rest.n & 1;
    }
    return false;
}
