/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/cover.h"

#include "support/suite.h"

enum { ROWS_MAX = 12, COLS_MAX = 12, RANDOM = 400 };

static struct arena arena;
static uint64_t seed;

static void setup(void)
{
    arena_init(&arena);
    seed = 42;
}

static void teardown(void)
{
    arena_done(&arena);
}

static size_t chance(size_t n)
{
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    return (size_t)(seed >> 33) % n;
}

/* A table and its cover. */
struct sample {
    size_t n_rows, n_cols;
    bool at[ROWS_MAX][COLS_MAX];
    struct cover cover;
};

static void find(struct sample *s)
{
    struct cover_cell cells[ROWS_MAX * COLS_MAX];
    size_t n = 0;
    for (uint32_t i = 0; i < s->n_rows; i++) {
        for (uint32_t j = 0; j < s->n_cols; j++) {
            if (s->at[i][j])
                cells[n++] = (struct cover_cell){i, j};
        }
    }
    cover_find(&arena, cells, n, s->n_rows, s->n_cols, &s->cover);
}

static void count(const struct sample *s, int (*ret)[COLS_MAX])
{
    for (size_t k = 0; k < s->cover.n; k++) {
        const struct cover_rect *r = &s->cover.v[k];
        for (size_t i = 0; i < r->n_rows; i++) {
            for (size_t j = 0; j < r->n_cols; j++)
                ret[r->rows[i]][r->cols[j]]++;
        }
    }
}

static bool is_needed(const struct cover_rect *r, int (*counts)[COLS_MAX])
{
    bool needed = false;
    for (size_t i = 0; i < r->n_rows; i++) {
        for (size_t j = 0; j < r->n_cols; j++)
            needed |= counts[r->rows[i]][r->cols[j]] == 1;
    }
    return needed;
}

/* All crosses and nothing else are covered, and no rectangle is superfluous. */
static void check_exact(const struct sample *s)
{
    int counts[ROWS_MAX][COLS_MAX] = {{0}};
    count(s, counts);
    for (size_t i = 0; i < s->n_rows; i++) {
        for (size_t j = 0; j < s->n_cols; j++)
            ck_assert_int_eq(counts[i][j] > 0, s->at[i][j]);
    }
    for (size_t k = 0; k < s->cover.n; k++)
        ck_assert(is_needed(&s->cover.v[k], counts));
}

/* Every line has a cross, as in a table of what was seen. */
static struct sample make(size_t rows, size_t cols, size_t one_in)
{
    struct sample s = {.n_rows = rows, .n_cols = cols};
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < cols; j++)
            s.at[i][j] = chance(one_in) == 0;
        s.at[i][chance(cols)] = true;
    }
    for (size_t j = 0; j < cols; j++)
        s.at[chance(rows)][j] = true;
    return s;
}

START_TEST(test_random_tables)
{
    for (int n = 0; n < RANDOM; n++) {
        struct sample s = make(1 + chance(ROWS_MAX), 1 + chance(COLS_MAX), 1 + chance(4));
        find(&s);
        check_exact(&s);
        ck_assert_uint_le(s.cover.n, s.n_rows);
        ck_assert_uint_le(s.cover.n, s.n_cols);
        arena_reset(&arena);
    }
}
END_TEST

enum { SMALL = 4 };

/* Of a small table, as bits, the largest rectangle of these rows. */
static unsigned rect_of(const struct sample *s, unsigned rows)
{
    unsigned cols = (1U << s->n_cols) - 1, bits = 0;
    for (size_t i = 0; i < s->n_rows; i++) {
        for (size_t j = 0; j < s->n_cols; j++) {
            if (rows >> i & 1 && !s->at[i][j])
                cols &= ~(1U << j);
        }
    }
    for (size_t i = 0; i < s->n_rows; i++)
        bits |= rows >> i & 1 ? cols << (i * SMALL) : 0;
    return bits;
}

/* By trying all sets of rectangles. */
static size_t least_of(const struct sample *s)
{
    unsigned rects[1 << SMALL], n = 1U << s->n_rows, all = 0;
    size_t least = SIZE_MAX;
    for (unsigned rows = 1; rows < n; rows++)
        all |= rects[rows - 1] = rect_of(s, rows);
    for (unsigned chosen = 0; chosen < 1U << (n - 1); chosen++) {
        unsigned covered = 0;
        for (unsigned k = 0; k < n - 1; k++)
            covered |= chosen >> k & 1 ? rects[k] : 0;
        size_t size = (size_t)__builtin_popcount(chosen);
        least = covered == all && size < least ? size : least;
    }
    return least;
}

START_TEST(test_no_fewer)
{
    for (int n = 0; n < RANDOM; n++) {
        struct sample s = make(SMALL, SMALL, 2);
        find(&s);
        ck_assert(s.cover.least);
        ck_assert_uint_eq(s.cover.n, least_of(&s));
        arena_reset(&arena);
    }
}
END_TEST

START_TEST(test_same_again)
{
    struct sample one = make(ROWS_MAX, COLS_MAX, 2), other = one;
    find(&one);
    find(&other);
    ck_assert_uint_eq(one.cover.n, other.cover.n);
    for (size_t k = 0; k < one.cover.n; k++) {
        const struct cover_rect *a = &one.cover.v[k], *b = &other.cover.v[k];
        ck_assert_uint_eq(a->n_rows, b->n_rows);
        ck_assert_mem_eq(a->rows, b->rows, a->n_rows * sizeof *a->rows);
        ck_assert_uint_eq(a->n_cols, b->n_cols);
        ck_assert_mem_eq(a->cols, b->cols, a->n_cols * sizeof *a->cols);
    }
}
END_TEST

/* Rows whose crosses are the same count once, however many there are. */
START_TEST(test_many_of_the_same)
{
    enum { N = 10000 };
    struct cover_cell *cells = NEW_ARRAY(&arena, struct cover_cell, N);
    struct cover cover;
    for (uint32_t i = 0; i < N; i++)
        cells[i] = (struct cover_cell){i / 100, i % 100};
    cover_find(&arena, cells, N, 100, 100, &cover);
    ck_assert_uint_eq(cover.n, 1);
    ck_assert(cover.least);
    ck_assert_uint_eq(cover.v[0].n_rows, 100);
    ck_assert_uint_eq(cover.v[0].n_cols, 100);
}
END_TEST

/* What is too large to be searched is covered by whole rows. */
START_TEST(test_too_large_to_search)
{
    enum { N = 4000 };
    struct cover_cell *cells = NEW_ARRAY(&arena, struct cover_cell, 2 * N);
    struct cover cover;
    for (uint32_t i = 0; i < N; i++) {
        cells[2 * i] = (struct cover_cell){i, i};
        cells[2 * i + 1] = (struct cover_cell){i, i + 1};
    }
    cover_find(&arena, cells, (size_t)2 * N, N, N + 1, &cover);
    ck_assert_uint_eq(cover.n, N);
    for (size_t k = 0; k < cover.n; k++) {
        ck_assert_uint_eq(cover.v[k].n_rows, 1);
        ck_assert_uint_eq(cover.v[k].n_cols, 2);
    }
}
END_TEST

START_TEST(test_nothing)
{
    struct cover cover;
    cover_find(&arena, NULL, 0, 0, 0, &cover);
    ck_assert_uint_eq(cover.n, 0);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_random_tables);
    tcase_add_test(tc, test_no_fewer);
    tcase_add_test(tc, test_same_again);
    tcase_add_test(tc, test_many_of_the_same);
    tcase_add_test(tc, test_too_large_to_search);
    tcase_add_test(tc, test_nothing);
    return suite_run("cover", tc);
}
