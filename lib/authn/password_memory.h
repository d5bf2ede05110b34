/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that hashes of passwords are made in, which a thread keeps from one to the next. */
#pragma once

void password_memory_begin(void);
void password_memory_end(void);
