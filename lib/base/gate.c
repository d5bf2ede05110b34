/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gate.h"

void gate_init(struct gate *gate)
{
    *gate = (struct gate){.inside = 0};
    pthread_mutex_init(&gate->lock, NULL);
    pthread_cond_init(&gate->change, NULL);
}

void gate_done(struct gate *gate)
{
    pthread_cond_destroy(&gate->change);
    pthread_mutex_destroy(&gate->lock);
}

bool gate_enter(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    while (gate->closing && !gate->ended)
        pthread_cond_wait(&gate->change, &gate->lock);
    bool entered = !gate->ended;
    gate->inside += entered;
    pthread_mutex_unlock(&gate->lock);
    return entered;
}

void gate_leave(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    if (--gate->inside == 0)
        pthread_cond_broadcast(&gate->change);
    pthread_mutex_unlock(&gate->lock);
}

static bool is_taken(const struct gate *gate)
{
    return gate->inside || gate->closed;
}

bool gate_close(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    gate->closing++;
    while (is_taken(gate) && !gate->ended)
        pthread_cond_wait(&gate->change, &gate->lock);
    bool closed = !gate->ended;
    if (closed)
        gate->closed = true;
    else
        gate->closing--;
    pthread_mutex_unlock(&gate->lock);
    return closed;
}

void gate_open(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    gate->closing--;
    gate->closed = false;
    pthread_cond_broadcast(&gate->change);
    pthread_mutex_unlock(&gate->lock);
}

bool gate_end(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    bool first = !gate->ended;
    gate->ended = true;
    pthread_cond_broadcast(&gate->change);
    while (first && is_taken(gate))
        pthread_cond_wait(&gate->change, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
    return first;
}
