# SPDX-License-Identifier: Apache-2.0
"""The pages in a browser: files of js/browser, each against a server of its own.

The page at which a walk fails is kept beside the program, in browser-kept.
"""
import os
import shutil
import tempfile

import npm  # before the harness takes npm's settings out of the environment
import harness

BROWSERS = ("chromium-headless-shell", "chromium")  # Debian's
RUN_SECONDS = 300


class Browser(harness.ServerCase):
    def walk(self, name, **variables):
        status, said = npm.run_file(self.server, FOLDER / "browser" / name, RUN_SECONDS,
                                    BROWSER=BROWSER, KEPT=FOLDER.parent / "browser-kept",
                                    **variables)
        self.assertEqual(0, status, said)
        self.assertRegex(said, r"(?m)^. pass [1-9]")

    def test_attacks(self):
        self.walk("attacks.js")

    def test_console(self):
        self.walk("console.js")

    def test_everywhere(self):
        self.walk("everywhere.js")

    def test_screenshots(self):
        """./dev screenshots wants to see them."""
        with tempfile.TemporaryDirectory() as folder:
            self.walk("screenshots.js", PICTURES=os.environ.get("PICTURES", folder))

    def test_sign_in(self):
        self.walk("sign_in.js")


if __name__ == "__main__":
    BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not BROWSER:
        harness.skip("chromium-headless-shell is missing, and chromium")
    FOLDER = npm.install()
    harness.main()
