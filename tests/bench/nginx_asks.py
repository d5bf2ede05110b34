# SPDX-License-Identifier: Apache-2.0
"""What it costs that nginx asks: the rate of a GetObject of 1 KiB through Debian's nginx with the
recipe of server/README.md, over the rate of the same nginx without it, in turn.

usage: nginx_asks.py PATH-OF-IAM-LOCAL PATH-OF-SIGLOAD [ROUNDS]
"""
import json
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import harness  # noqa: E402  the program is its first argument
import nginx  # noqa: E402
import presign  # noqa: E402
import test_authorize_nginx as guarded  # noqa: E402
from botocore.auth import S3SigV4Auth  # noqa: E402
from botocore.awsrequest import AWSRequest  # noqa: E402
from botocore.credentials import Credentials  # noqa: E402

SECONDS, CONNECTIONS, OBJECT = 3, 16, 1024
LOCATION = "proxy_pass http://127.0.0.1:%d; proxy_set_header Host $http_host;"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def site(server, asking, plain, back):
    """The recipe, a proxy that does not ask, and what both stand before."""
    recipe = guarded.recipe()
    for shown, ours in (("listen 80;", f"listen unix:{{socket}}; listen 127.0.0.1:{asking};"),
                        ("127.0.0.1:4566", server.authority),
                        ("127.0.0.1:5000", f"127.0.0.1:{back}")):
        recipe = recipe.replace(shown, ours)
    return (f"keepalive_requests 100000000;\n{recipe}\n"
            f"server {{ listen 127.0.0.1:{plain}; location / {{ {LOCATION % back} }} }}\n"
            f"server {{ listen 127.0.0.1:{back}; location / {{ return 200 {'x' * OBJECT}; }} }}\n")


def record(port):
    """A signed GetObject, as it goes over the wire."""
    request = AWSRequest("GET", f"http://127.0.0.1:{port}/reports/a.txt")
    S3SigV4Auth(Credentials(*harness.ROOT), "s3", "us-east-1").add_auth(request)
    headers = {"Host": f"127.0.0.1:{port}", **dict(request.headers.items())}
    lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
    return ("GET /reports/a.txt HTTP/1.1\r\n" + "".join(lines) + "\r\n").encode()


def rate(port):
    with tempfile.NamedTemporaryFile() as file:
        presign.write_records(file.name, [record(port)])
        done = subprocess.run(
            [sys.argv[2], "-p", str(port), "-f", file.name, "-c", str(CONNECTIONS), "-d",
             str(SECONDS * 1000), "-w", "500", "-e", "xxxx"], capture_output=True, check=True)
    return json.loads(done.stdout)["rate"]


def main():
    server, ports = harness.Server(), [free_port() for _ in range(3)]
    proxy = nginx.Nginx(site(server, *ports))
    ratios = []
    for _ in range(int(sys.argv[3]) if len(sys.argv) > 3 else 5):
        without, asking = rate(ports[1]), rate(ports[0])
        ratios.append(asking / without)
        print(f"{asking:.0f} of {without:.0f} in a second: {ratios[-1]:.2f}")
    print(f"median {statistics.median(ratios):.2f}")
    proxy.stop()
    server.stop()


if __name__ == "__main__":
    main()
