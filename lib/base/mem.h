/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Heap memory for the few things that outlive a request. Nothing here returns NULL: when the
 * machine has no memory left, the handler set by mem_on_exhaustion runs and must not return.
 */
#pragma once

#include "base/base.h"

typedef void mem_exhausted_fn(void);

/* Replaces the default handler, which aborts. Set once, before any thread starts. */
void mem_on_exhaustion(mem_exhausted_fn *handler);

/* Memory is zeroed. The caller owns it and gives it back with mem_free. */
void *mem_alloc(size_t size);
void *mem_realloc(void *old, size_t size); /* growth is not zeroed */
char *mem_strdup(const char *text);
void mem_free(void *memory); /* accepts NULL */
