/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs (call/job.h) as flows: at PLACE_POOL until they are done. */
#pragma once

#include "server/api/flow.h"

/* Takes the job of a call that is about to be answered, which has entered its sandbox. TURN: in the
   pool. */
struct flow *background_begin(const struct flow *of, struct job *job, uint64_t turn);

enum place background_place(const struct flow *f);
enum place background_go_on(struct flow *f);
void background_give_up(struct flow *f); /* it is done, whatever it has come to */
void background_end(struct flow *f);
