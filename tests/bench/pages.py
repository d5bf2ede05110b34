# SPDX-License-Identifier: Apache-2.0
"""Pages of the console in an account with many users: how long each takes, and what it weighs. All
that links lead to is asked for, a few of each kind; as the root user, who sees everything."""
import collections
import html
import http.client
import re
import time
import urllib.parse
from statistics import median

import servers

USERS, GROUPS, ROLES, POLICIES = 100_000, 300, 1000, 1000
CHUNK = 10_000
GOAL_MS, GOAL_KB = 5, 100
TIMES, OF_A_KIND, PAGES = 15, 2, 150
EMAIL, PASSWORD = "root@example.com", "Correct-Horse1"
READ = "arn:aws:iam::aws:policy/ReadOnlyAccess"
TRUST = ('{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},'
         '"Action":"sts:AssumeRole"}}')
DOCUMENT = ('{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:Get*",'
            '"Resource":"*"}}')


class Browser:
    def __init__(self, server):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        self.cookies = {}

    def send(self, method, target, fields=None):
        body = urllib.parse.urlencode(fields) if fields else None
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
                   "Accept": "text/html", "Accept-Encoding": "identity"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, target, body, headers)
        answer = self.connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        text = answer.read().decode()
        return answer.status, answer.getheader("Location"), text

    def submit(self, page, **fields):
        """The first form of a page that has these fields."""
        for action, form in re.findall(r'<form method="post" action="([^"]*)">(.*?)</form>', page,
                                       re.S):
            if all(f'name="{name}"' in form for name in fields):
                given = dict(re.findall(r'<input [^>]*name="([^"]*)"[^>]* value="([^"]*)"', form))
                return self.send("POST", html.unescape(action),
                                 {k: html.unescape(v) for k, v in given.items()} | fields)
        raise servers.Failure(f"no form with {', '.join(fields)}")

    def sign_in(self):
        page = self.send("GET", "/signin/root")[2]
        status, location, page = self.submit(page, email=EMAIL)
        if location:
            page = self.send("GET", location)[2]
        status, location, page = self.submit(page, password=PASSWORD)
        if status != 303:
            raise servers.Failure(f"signing in: status {status}: {page}")


def prepare(bench, server):
    """Users in a group and with a policy each, and some of all else."""
    root = server.signer("iam")
    def each(expected, action, names, **params):
        messages = (root.call(action, **{k: v(name) if callable(v) else v
                                         for k, v in params.items()}) for name in names)
        bench.load(server, messages, expected, every=True)
    def same(name):
        return name
    groups = [f"group-{i}" for i in range(GROUPS)]
    each("<GroupName>", "CreateGroup", groups, GroupName=same)
    each("<RoleName>", "CreateRole", [f"role-{i}" for i in range(ROLES)], RoleName=same,
         AssumeRolePolicyDocument=TRUST)
    each("<PolicyName>", "CreatePolicy", [f"policy-{i}" for i in range(POLICIES)], PolicyName=same,
         PolicyDocument=DOCUMENT)
    for first in range(0, USERS, CHUNK):
        names = [f"user-{i}" for i in range(first, first + CHUNK)]
        each("<UserName>", "CreateUser", names, UserName=same)
        each("AddUserToGroupResponse", "AddUserToGroup", names, UserName=same,
             GroupName=lambda name: groups[int(name[5:]) % GROUPS])
        each("AttachUserPolicyResponse", "AttachUserPolicy", names, UserName=same, PolicyArn=READ)
    organizations = server.signer("organizations")
    server.ask(organizations.organizations("CreateOrganization"))


def links_of(page):
    """To other pages of the console, without what stands behind a #."""
    for link in re.findall(r'<a [^>]*href="(/console[^"#]*)', page):
        yield html.unescape(link)


def kind_of(target):
    """What pages of one kind have in common: all but names."""
    path, _, query = target.partition("?")
    parts = path.split("/")[2:]
    names = [part for i, part in enumerate(parts) if i != 1]
    return tuple(names), bool(len(parts) > 1), tuple(sorted(urllib.parse.parse_qs(query)))


def crawl(browser):
    """Targets that answer with a page."""
    waiting, seen, kinds = collections.deque(["/console"]), {"/console"}, collections.Counter()
    while waiting and len(seen) < PAGES:
        target = waiting.popleft()
        status, _, page = browser.send("GET", target)
        if status != 200:
            continue
        yield target
        for link in links_of(page):
            if link not in seen and kinds[kind_of(link)] < OF_A_KIND:
                kinds[kind_of(link)] += 1
                seen.add(link)
                waiting.append(link)


def measure(browser, target):
    """Milliseconds and bytes."""
    times, size = [], 0
    for _ in range(TIMES):
        start = time.monotonic()
        page = browser.send("GET", target)[2]
        times.append((time.monotonic() - start) * 1000)
        size = len(page.encode())
    return median(times), size


def run(bench, stack):
    server = servers.start_ours(stack, bench.build, "--root-email", EMAIL, "--root-password",
                                PASSWORD)
    prepare(bench, server)
    browser = Browser(server)
    browser.sign_in()
    rows = sorted((*measure(browser, target), target) for target in crawl(browser))
    for took, size, target in rows[-5:]:
        print(f"    {took:.1f} ms, {size / 1000:.0f} KB: {target}")
    bench.at_most(f"the slowest of {len(rows)} pages with {USERS:,} users", GOAL_MS, rows[-1][0],
                  "ms")
    bench.at_most("the largest of them", GOAL_KB, max(size for _, size, _ in rows) / 1000, "KB")
