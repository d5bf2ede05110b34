# SPDX-License-Identifier: Apache-2.0
"""The README's start and ./dev test on a machine that has nothing yet; ./dev fresh runs it.

A folder gets the smallest Debian 12 there is and the settings of this host's apt, and in it a
clone of what is committed: one for root, who installs what is missing, then one for an ordinary
user. Both are served, asked and tested. Whatever is mounted is seen by the programs inside alone,
and gone when they are.
"""
import contextlib
import os
import pathlib
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

TOP = pathlib.Path(__file__).resolve().parents[1]
DEBIAN = "bookworm"
USER = "newcomer"
ADDRESS = ("127.0.0.1", 4566)
# What the README types first: how to serve, in one shell, and how to ask, in another.
SERVE, *ASK = re.findall(r"(?m)^    \$ (.+)$", (TOP / "README.md").read_text("utf-8"))[:3]
PROXIES = "http_proxy,https_proxy,no_proxy"
# The settings by which this host reaches its registries.
NETWORK = ["etc/apt", "etc/hosts", "etc/resolv.conf", "usr/local/share/ca-certificates"]
# With the first program in it all others end, and all mounts.
ALONE = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
INSIDE = ('mount --rbind /dev "$1/dev" && mount -t proc proc "$1/proc" && '
          f'exec chroot "$1" su --whitelist-environment {PROXIES} --login "$2" --command "$3"')


class Wrong(Exception):
    pass


def need(condition, reason):
    if not condition:
        raise Wrong(reason)


def need_address():
    """Another server there would be taken for the one that is tested."""
    with socket.socket() as probe:
        need(probe.connect_ex(ADDRESS) != 0, "{}:{} is taken already".format(*ADDRESS))


def said(*argv, **options):
    return subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=True, **options).stdout


def mirror():
    """Where this host's apt finds Debian."""
    return said("apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages",
                f"Release: {DEBIAN}").split("\n")[0]


def copy(path, root):
    source, target = pathlib.Path("/", path), root / path
    if source.is_dir():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target, symlinks=True)
    elif source.exists():
        target.unlink(missing_ok=True)
        shutil.copy(source, target)


class Machine:
    """The folder, and two who work in it: root and an ordinary user."""

    def __init__(self, root):
        self.root = root
        print(f"== {DEBIAN} in {root}", flush=True)
        said(*ALONE, "debootstrap", "--variant=minbase", DEBIAN, root, mirror(),
             stderr=subprocess.STDOUT)
        for path in NETWORK:
            copy(path, root)
        self.run("root", f"useradd --create-home --shell /bin/sh {USER}")
        for home in ("root", f"home/{USER}"):
            said("git", "clone", "--quiet", "--no-hardlinks", TOP, root / home / "iam-local")
        self.run("root", f"chown -R {USER}: /home/{USER}")

    def argv(self, user, command):
        return [*ALONE, "sh", "-c", INSIDE, "sh", self.root, user,
                f"umask 022; cd iam-local 2>/dev/null; {command}"]

    def run(self, user, command, status=0, **options):
        print(f"== {user}: {command}", flush=True)
        done = subprocess.run(self.argv(user, command), stdin=subprocess.DEVNULL, text=True,
                              check=False, **options)
        need(status in (None, done.returncode), f"{command} ends with {done.returncode}")
        return done

    def packages(self, command):
        """What an ordinary user is told to type, and what apt makes of it, in megabytes."""
        told = self.run(USER, command, 1, stderr=subprocess.PIPE).stderr.splitlines()[-1]
        update, install = told.strip().split(" && ")
        need(update == "sudo apt-get update" and install.startswith("sudo apt-get install "), told)
        apt = self.run("root", told.replace("sudo ", "").replace("update", "update -qq", 1) +
                       " --assume-no; rm -rf /var/lib/apt/lists/*", None,
                       stdout=subprocess.PIPE).stdout
        found = re.search(r"get (\S+ .?B)[ /].*\n.*operation, (\S+ .?B) of additional", apt)
        need(found, f"apt does not install that: {apt}")
        return "{} to download, {} installed".format(*found.groups())

    @contextlib.contextmanager
    def served(self, user):
        """Runs the server; gives the seconds until it answered."""
        print(f"== {user}: {SERVE}", flush=True)
        need_address()
        began = time.monotonic()
        with subprocess.Popen(self.argv(user, SERVE), stdin=subprocess.DEVNULL) as server:
            try:
                while not healthy():
                    need(server.poll() is None, f"{SERVE} ends with {server.returncode}")
                    time.sleep(0.1)
                yield time.monotonic() - began
            finally:
                server.kill()

    def ask(self, user):
        answer = self.run(user, " && ".join(ASK), stdout=subprocess.PIPE).stdout
        need(":root" in answer, f"the server answers {answer}")

    def test(self, user):
        began = time.monotonic()
        self.run(user, "./dev test")
        return time.monotonic() - began

    def size(self, path):
        return int(said("du", "--summarize", "--block-size=1M", self.root / path).split()[0])


def healthy():
    try:
        with urllib.request.urlopen("http://{}:{}/_iam-local/health".format(*ADDRESS)):
            return True
    except (urllib.error.URLError, ConnectionError):
        return False


def minutes(seconds):
    return f"{seconds / 60:.1f} minutes"


def figures(machine):
    to_run = machine.packages(SERVE)
    with machine.served("root") as seconds:
        yield f"to run: {to_run}; {SERVE} answers after {minutes(seconds)}"
        to_test = machine.packages("./dev install test")
        began = time.monotonic()
        machine.run("root", "./dev install test")
        installed = time.monotonic() - began
        machine.ask("root")
    seconds = machine.test("root")
    yield (f"to test: {to_test}, in {minutes(installed)}; ./dev test then takes "
           f"{minutes(seconds)}, the build folder {machine.size('root/iam-local/build')} MB")
    with machine.served(USER) as seconds:
        machine.ask(USER)
    yield (f"an ordinary user, with the packages: {SERVE} answers after {minutes(seconds)}, "
           f"./dev test takes {minutes(machine.test(USER))}")


def main():
    need(os.geteuid() == 0, "only root may make such a folder")
    need(platform.freedesktop_os_release().get("VERSION_CODENAME") == DEBIAN,
         f"apt's settings are taken from this host, which is not Debian {DEBIAN}")
    need_address()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    with tempfile.TemporaryDirectory(prefix="iam-local-fresh-", dir="/var/tmp") as folder:
        os.chmod(folder, 0o755)
        found = []
        for figure in figures(Machine(pathlib.Path(folder))):
            print(figure, flush=True)
            found.append(figure)
    print("\n".join(["== fresh passed", *found]))


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error.output}\nfresh: {error}")
    except (Wrong, OSError) as error:
        sys.exit(f"fresh: {error}")
    except KeyboardInterrupt:
        sys.exit("fresh: interrupted")
