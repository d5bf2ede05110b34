/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses to listen on: reading them, opening sockets, showing them as URLs. */
#pragma once

#include <netinet/in.h>

#include "base/str.h"

enum { LISTEN_MAX = 8 };

struct listen_address {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    };
    bool optional; /* passed over without a word where the host lacks the address family */
};

struct listen_list {
    struct listen_address v[LISTEN_MAX];
    size_t n;
};

struct listener {
    int fd;
    struct listen_address address; /* as bound: the port is never 0 */
};

/*
 * Adds what TEXT names: ADDRESS:PORT with an IPv4 literal, an IPv6 literal in brackets, or
 * `localhost`, which is 127.0.0.1 and, where the host has IPv6, ::1. False: neither, or too many.
 */
bool listen_parse(struct listen_list *list, struct str text) MUST_USE;

bool listen_is_loopback(const struct listen_address *address);
bool listen_is_local(int fd); /* a connection, to a loopback address */
void listen_host(const struct sockaddr *address, char ret[static INET6_ADDRSTRLEN]);
in_port_t listen_port(const struct listen_address *address); /* in network order */

/*
 * Opens sockets that wait for connections; RET has room for LISTEN_MAX. An address with port 0
 * that follows another one gets the port of that one. Returns how many were opened, or -1 and
 * one line in *message (arena-owned).
 */
int listen_open(const struct listen_list *list, struct arena *a, struct listener *ret,
                const char **message) MUST_USE;
void listen_close(const struct listener *listeners, size_t n);

/* http://ADDRESS:PORT as a client of this host would write it: wildcards become loopback. */
char *listen_url(struct arena *a, const struct listen_address *address);
