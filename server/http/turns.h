/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which thread gets a processor first (sched_setattr(2)). Linux lets a thread that is already
 * running finish its slice, some milliseconds, before one that has just become ready, unless that
 * one asks for a shorter slice; and it shares by nice values. Kernels that do not know of slices go
 * by the nice values alone.
 */
#pragma once

/* The calling thread, and those that it will start, answer: what they do is short. */
void turns_answer(void);

/*
 * The calling thread computes for as long as it takes, and gives way to those that answer. It keeps
 * off the first of several processors, so that whoever was just woken finds one that does not
 * compute.
 */
void turns_compute(void);
