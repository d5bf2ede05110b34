# SPDX-License-Identifier: Apache-2.0
"""The captured requests are what capture.py prints with the botocore that they were made with.

Exits with 77, which meson takes for skipped, where there is none of these.
"""
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(__file__).parent
sys.path.append(str(FOLDER.parent / "e2e"))
import clients  # noqa: E402  it finds each Python with another boto3

SKIPPED = 77
# By the version of boto3: the parts of capture.py that are made in a moment, and their files.
PARTS = {"1.43.11": {"calls": "captured_calls", "pages": "aws_pages"},
         "1.26.27": {"older": "captured_older"}}


def differs(python, part, file):
    printed = subprocess.run([python, FOLDER / "capture.py", part], stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
    return printed != (FOLDER / file).with_suffix(".jsonl").read_bytes()


def main():
    checked = []
    for version, python in clients.find("boto3").items():
        for part, file in PARTS.get(version, {}).items():
            if differs(python, part, file):
                sys.exit(f"{file}.jsonl is not what capture.py {part} prints")
            checked.append(file)
    if not checked:
        print("skipped: no Python has a boto3 that the requests were captured with")
        sys.exit(SKIPPED)
    print("checked:", *checked)


if __name__ == "__main__":
    main()
