# SPDX-License-Identifier: Apache-2.0
"""A client of the standard library alone: fast, and exact about what has been answered."""
import http.client
import pathlib
import socket
import sys

import harness

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "bench"))
import presign  # noqa: E402  it signs for the load tools


class Client:
    """One connection, used by one thread."""

    def __init__(self, server, key=harness.ROOT, service="iam"):
        host, port = server.authority.split(":")
        self.signer = presign.Signer(server.authority, service, *key)
        self.connection = socket.create_connection((host, int(port)), harness.STOP_SECONDS)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def call(self, action, **params):
        """Status and text of an answer that came as a whole; OSError or HTTPException if not."""
        self.connection.sendall(self.signer.call(action, **params))
        answer = http.client.HTTPResponse(self.connection)
        answer.begin()
        return answer.status, answer.read().decode()

    def close(self):
        self.connection.close()
