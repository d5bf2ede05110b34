# SPDX-License-Identifier: Apache-2.0
"""Debian's nginx, run as whoever runs the test on free ports, with the site that a page shows.

Where it is not installed its package is unpacked beside the program: that makes no service of it.
"""
import atexit
import fcntl
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

import harness

PAGE = pathlib.Path(__file__).resolve().parents[2] / "server" / "README.md"
DOWNLOAD_SECONDS = 60
START_SECONDS = 10

# All that writes has a place in the folder, which takes the place of /etc and /var.
MAIN = """
daemon off;
worker_processes 2;
pid {folder}/pid;
error_log stderr warn;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""


def unpack(folder):
    """Debian's package, without installing it."""
    folder.mkdir(exist_ok=True)
    with open(folder.with_suffix(".lock"), "w", encoding="utf-8") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        program = folder / "usr/sbin/nginx"
        if not program.exists():
            for command in (["apt-get", "download", "nginx"], ["sh", "-c", "dpkg-deb -x *.deb ."]):
                try:
                    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL,
                                          capture_output=True, timeout=DOWNLOAD_SECONDS,
                                          check=False)
                except (OSError, subprocess.TimeoutExpired):
                    return None
                if done.returncode:
                    return None
        return program


def look():
    """The path of a program that can run; None and why there is none."""
    installed = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    program = installed or unpack(pathlib.Path(harness.PROGRAM).parent / "nginx")
    if not program:
        return None, "there is no nginx, and apt-get cannot download Debian's"
    said = subprocess.run([program, "-V"], capture_output=True, text=True, check=False)
    if "http_auth_request_module" not in said.stderr:
        return None, "this nginx has no auth_request: " + (said.stderr or said.stdout).strip()
    return program, None


def find():
    """The same; ends the test as skipped without one."""
    program, why = look()
    if not program:
        harness.skip(why)
    return program


def recipe(places):
    """The configuration that the page shows. PLACES: a text of it, and what stands there here."""
    found = re.search(r"    upstream iam_local .*\n    server \{\n(?:    .*\n)*?    \}\n",
                      PAGE.read_text(encoding="utf-8"))
    site = re.sub(r"(?m)^    ", "", found[0])
    for shown, ours in places.items():
        if shown not in site:
            raise RuntimeError(f"the recipe has no {shown}")
        site = site.replace(shown, ours)
    return site


class Nginx:
    """SITE is what stands in the http block. Its server listens at a socket in the folder, which is
    free whatever else runs: {socket} in SITE.
    """

    def __init__(self, site):
        self.folder = tempfile.TemporaryDirectory(prefix="iam-local-nginx-")
        folder = pathlib.Path(self.folder.name)
        folder.chmod(0o755)
        self.socket = folder / "listen"
        file = folder / "nginx.conf"
        file.write_text(MAIN.format(folder=folder, site=site.replace("{socket}", str(self.socket))),
                        encoding="utf-8")
        self.log = open(folder / "log", "w+", encoding="utf-8")
        self.process = subprocess.Popen([find(), "-p", folder, "-c", file, "-e", "stderr"],
                                        stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        atexit.register(self.stop)
        end = time.monotonic() + START_SECONDS
        while not self.socket.exists():
            if self.process.poll() is not None or time.monotonic() > end:
                said = self.printed()
                self.stop()
                raise RuntimeError("nginx did not start: " + said)
            time.sleep(0.002)

    def printed(self):
        return pathlib.Path(self.log.name).read_text(encoding="utf-8")

    def stop(self):
        atexit.unregister(self.stop)
        self.process.terminate()
        self.process.wait(harness.STOP_SECONDS)
        self.log.close()
        self.folder.cleanup()
