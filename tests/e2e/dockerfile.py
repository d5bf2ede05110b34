# SPDX-License-Identifier: Apache-2.0
"""Carries out a Dockerfile without a container engine: a folder for each stage, and chroot.

It knows what the project's Dockerfile uses and refuses the rest. It needs root and, for the base
image, debootstrap.
"""
import fnmatch
import json
import pathlib
import re
import shlex
import shutil
import subprocess

# Images and the Debian that makes them; "slim" means without these folders' contents.
BASES = {"debian:12-slim": "bookworm"}
SLIMMED = [f"usr/share/{name}" for name in ("doc", "info", "locale", "man")]
EMPTY = [*SLIMMED, "var/cache/apt", "var/lib/apt/lists"]
BASE_FILES = {
    "etc/dpkg/dpkg.cfg.d/docker": "".join(f"path-exclude /{folder}/*\n" for folder in SLIMMED),
    "etc/apt/apt.conf.d/docker-clean":
        'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; };\n'
        'Dir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\n'}


def instructions(text):
    """Pairs of an instruction and what follows it, without comments, lines joined."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [tuple(line.split(maxsplit=1)) for line in joined.splitlines() if line.strip()]


def flags(rest):
    """The --NAME=VALUE words in front, and what is behind them."""
    found = {}
    while rest.startswith("--"):
        flag, rest = rest.split(maxsplit=1)
        name, found[name] = flag[2:].split("=", 1)
    return found, rest


def program(rest):
    """What a RUN or ENTRYPOINT starts: a JSON list, or a line for the shell."""
    return json.loads(rest) if rest.startswith("[") else ["/bin/sh", "-c", rest]


def pairs(rest):
    return dict(word.split("=", 1) for word in shlex.split(rest))


def ignored(context):
    """A filter for shutil.copytree by the patterns of .dockerignore."""
    patterns = (context / ".dockerignore").read_text(encoding="utf-8").split()

    def names_left_out(folder, names):
        inside = pathlib.Path(folder).relative_to(context)
        return [name for name in names for pattern in patterns
                if fnmatch.fnmatch(str(inside / name), pattern)
                or (pattern.startswith("**/") and fnmatch.fnmatch(name, pattern[3:]))]

    return names_left_out


def size(folder):
    """Bytes on disk, as du counts them."""
    done = subprocess.run(["du", "--summarize", "--block-size=1", folder], capture_output=True,
                          text=True, check=True)
    return int(done.stdout.split()[0])


class Image:
    """A root folder, which holds a base image, and what the Dockerfile says about running it."""

    def __init__(self, root):
        self.root, self.base_size = root, size(root)
        self.env = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
        self.workdir, self.user = "/", "0:0"
        self.entrypoint, self.health = [], None
        self.volumes, self.ports, self.labels = [], [], {}

    def inside(self, path):
        """Where a path of the image is on this host."""
        return self.root / pathlib.PurePosixPath("/", self.workdir, path).relative_to("/")

    def popen(self, argv, variables=None, **options):
        """Starts a program as the first process of a process namespace of its own."""
        uid, gid = self.user.split(":")
        return subprocess.Popen(
            ["/usr/bin/unshare", "--pid", "--fork", "--mount-proc", f"--root={self.root}",
             f"--wd={self.workdir}", f"--setgid={gid}", f"--setuid={uid}", "--", *argv],
            env={**self.env, **(variables or {})}, stdin=subprocess.DEVNULL, text=True, **options)


class Builder:
    """Stages by name; the last one is the image."""

    def __init__(self, context, work):
        self.context, self.work = context, work
        self.log = open(work / "build.log", "w+", encoding="utf-8")
        self.stages, self.image = {}, None

    def build(self, file):
        for word, rest in instructions(file.read_text(encoding="utf-8")):
            step = getattr(self, "do_" + word.lower(), None)
            if not step:
                raise NotImplementedError(word)
            step(rest)
        self.log.close()
        return self.image

    def call(self, *argv, popen=subprocess.Popen):
        with popen(argv, stdout=self.log, stderr=self.log) as process:
            status = process.wait()
        if status != 0:
            self.log.seek(0)
            raise RuntimeError(f"{argv} ends with {status}:\n{self.log.read()[-4000:]}")

    def base(self, name):
        """The tar file of a base image, made once."""
        file = self.work / (name.replace(":", "-") + ".tar")
        if not file.exists():
            root, part = self.work / "base", file.with_suffix(".part")
            shutil.rmtree(root, ignore_errors=True)
            self.call("debootstrap", "--variant=minbase", BASES[name], root)
            for path, text in BASE_FILES.items():
                (root / path).write_text(text, encoding="utf-8")
            for path in EMPTY:
                shutil.rmtree(root / path)
                (root / path).mkdir()
            self.call("tar", "-C", root, "--numeric-owner", "-cf", part, ".")
            shutil.rmtree(root)
            part.rename(file)
        return file

    def do_from(self, rest):
        name, *alias = re.split(r"\s+AS\s+", rest)
        root = self.work / f"stage-{len(self.stages)}"
        root.mkdir()
        self.call("tar", "-C", root, "--numeric-owner", "-xpf", self.base(name))
        self.image = Image(root)
        shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
        self.stages[alias[0] if alias else str(len(self.stages))] = self.image

    def do_run(self, rest):
        self.call(*program(rest), popen=self.image.popen)

    def do_copy(self, rest):
        given, rest = flags(rest)
        stage = self.stages.get(given.pop("from", None))
        if given:
            raise NotImplementedError(given)
        *sources, target = shlex.split(rest)
        for source in sources:
            path = stage.inside(source) if stage else self.context / source
            into = self.image.inside(target)
            if path.is_dir():
                shutil.copytree(path, into, symlinks=True, dirs_exist_ok=True,
                                ignore=None if stage else ignored(self.context))
                continue
            if target.endswith("/") or into.is_dir():
                into.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, into)

    def do_workdir(self, rest):
        self.image.workdir = str(pathlib.PurePosixPath(self.image.workdir, rest))
        self.image.inside(".").mkdir(parents=True, exist_ok=True)

    def do_env(self, rest):
        self.image.env.update(pairs(rest))

    def do_label(self, rest):
        self.image.labels.update(pairs(rest))

    def do_user(self, rest):
        self.image.user = rest

    def do_volume(self, rest):
        self.image.volumes += json.loads(rest)

    def do_expose(self, rest):
        self.image.ports += rest.split()

    def do_healthcheck(self, rest):
        self.image.health = program(flags(rest)[1].removeprefix("CMD "))

    def do_entrypoint(self, rest):
        self.image.entrypoint = program(rest)
