/* SPDX-License-Identifier: Apache-2.0 */
/* A main for builds without libFuzzer: runs the harness over files, or directories of files. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool run_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    struct arena a;
    arena_init(&a);
    struct buf b = buf_new(&a, 65536);
    size_t n = 0;
    while ((n = fread(b.p + b.n, 1, b.cap - b.n, file)) > 0) {
        b.n += n;
        buf_reserve(&b, 65536);
    }
    fclose(file);
    /* A copy of the exact size, so that AddressSanitizer sees reads beyond the end. */
    unsigned char *copy = mem_realloc(NULL, b.n ? b.n : 1);
    memcpy(copy, b.p, b.n);
    LLVMFuzzerTestOneInput(copy, b.n);
    mem_free(copy);
    arena_done(&a);
    return true;
}

static size_t run_directory(const char *path, DIR *directory)
{
    size_t runs = 0;
    struct arena a;
    arena_init(&a);
    for (struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
        if (entry->d_name[0] != '.')
            runs += run_file(arena_printf(&a, "%s/%s", path, entry->d_name));
    }
    arena_done(&a);
    closedir(directory);
    return runs;
}

int main(int argc, char **argv)
{
    size_t runs = 0;
    for (int i = 1; i < argc; i++) {
        DIR *directory = opendir(argv[i]);
        runs += directory ? run_directory(argv[i], directory) : run_file(argv[i]);
    }
    printf("%zu files\n", runs);
    return runs ? EXIT_SUCCESS : EXIT_FAILURE;
}
