# SPDX-License-Identifier: Apache-2.0
"""What other sites, other ports and other people may try with the pages."""
import unittest

import harness
from visitor import Visitor

PAGES = ("/console/nowhere", "/console/style.css", "/console/live.js")
FOREIGN_HOSTS = ("evil.example", "evil.example:4566", "127.0.0.1.evil.example", "iam-local.",
                 "localhost.evil.example", "evil.local", "", "127.0.0.1@evil.example",
                 "evil.example/127.0.0.1", "0x7f.1.evil.example")
OWN_HOSTS = ("localhost", "localhost.", "localhost:1", "127.0.0.1", "[::1]:80", "iam-local",
             "a.localhost", "host.docker.internal")
HERE = {"Sec-Fetch-Site": "same-origin"}
LINK = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
ELSEWHERE = ({**LINK, "Sec-Fetch-Dest": "iframe"}, {**LINK, "Sec-Fetch-Dest": "embed"},
             {**LINK, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
             {**LINK, "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
             {**LINK, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
             {**LINK, "Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "same-site"},
             {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "nonsense"},
             {"Origin": "http://evil.example"}, {"Origin": "null"})


class Pages(unittest.TestCase):
    """All of them, those that nobody has to sign in for included."""

    @classmethod
    def setUpClass(cls):
        cls.server = harness.Server()
        cls.addClassCleanup(cls.server.stop)

    def status(self, path, method="GET", **headers):
        return Visitor(self.server).request(method, path, headers=headers).status

    def test_names_of_other_people(self):
        """DNS rebinding: a foreign name that leads here."""
        for path in PAGES:
            for host in FOREIGN_HOSTS:
                with self.subTest(path, host=host):
                    page = Visitor(self.server).request("GET", path, headers={"Host": host})
                    self.assertIn(page.status, (400, 403))
                    self.assertNotIn("set-cookie", page.headers)
            for host in OWN_HOSTS:
                with self.subTest(path, host=host):
                    self.assertNotEqual(403, self.status(path, Host=host))

    def test_pages_of_other_sites(self):
        for path in PAGES:
            for headers in ELSEWHERE:
                with self.subTest(path, **headers):
                    page = Visitor(self.server).request("GET", path, headers=headers)
                    self.assertEqual(403, page.status)
                    self.assertNotIn("set-cookie", page.headers)
                    self.assertNotIn("access-control-allow-origin", page.headers)
            for headers in (HERE, LINK, {}):
                with self.subTest(path, **headers):
                    self.assertNotEqual(403, self.status(path, **headers))

    def test_links_only_show(self):
        for path in PAGES:
            self.assertEqual(403, self.status(path, "POST", **LINK))


if __name__ == "__main__":
    harness.main()
