# SPDX-License-Identifier: Apache-2.0
"""A browser of the standard library: cookies, forms, and nothing that a script could do."""
import html.parser
import http.client
import http.cookies
import urllib.parse

import harness

MOST_STEPS = 5


class Form:
    def __init__(self, attributes):
        self.action = attributes.get("action", "")
        self.method = attributes.get("method", "get").upper()
        self.fields = []  # pairs, as they are sent
        self.buttons = []  # pairs of name and value, or of empty texts


class Reader(html.parser.HTMLParser):
    """Forms, links and headings of a page, and its text."""

    def __init__(self, text):
        super().__init__()
        self.forms, self.links, self.tags, self.words = [], [], [], []
        self.headings = {}
        self._inside = None  # what the text goes into: a text area, an option, a heading
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        self.tags.append((tag, attributes))
        if tag == "form":
            self.forms.append(Form(attributes))
        elif tag == "a":
            self.links.append(attributes.get("href", ""))
        elif tag in ("h1", "textarea"):
            self._inside = (tag, attributes.get("name"), [])
        elif self.forms and "name" in attributes:
            self._field(tag, attributes)
        if tag == "button" and self.forms:
            self.forms[-1].buttons.append((attributes.get("name", ""), attributes.get("value", "")))

    def _field(self, tag, attributes):
        choice = attributes.get("type") in ("checkbox", "radio")
        if tag == "input" and (not choice or "checked" in attributes):
            value = attributes.get("value", "on" if choice else "")
            self.forms[-1].fields.append((attributes["name"], value))

    def handle_data(self, data):
        self.words.append(data)
        if self._inside:
            self._inside[2].append(data)

    def handle_endtag(self, tag):
        if self._inside and tag == self._inside[0]:
            text = "".join(self._inside[2])
            if tag == "textarea":
                self.forms[-1].fields.append((self._inside[1], text.removeprefix("\n")))
            else:
                self.headings[tag] = text.strip()
            self._inside = None


class Page:
    """An answer: status, headers, body if it ends, and what there is in it when it is HTML."""

    def __init__(self, path, response):
        self.path, self.status, self.headers = path, response.status, response.headers
        kind = (self.headers["content-type"] or "").split(";")[0]
        self.body = "" if kind == "text/event-stream" else response.read().decode()
        self.read = Reader(self.body if kind == "text/html" else "")
        self.heading = self.read.headings.get("h1")
        self.text = " ".join("".join(self.read.words).split())

    def form(self, action):
        """The first form whose action ends so."""
        for form in self.read.forms:
            if form.action.split("?")[0].endswith(action):
                return form
        raise AssertionError(f"{self.path} has no form of {action}:\n{self.body}")


class Visitor:
    """HEADERS go with each request. Redirects are followed as long as they stay here."""

    def __init__(self, server, prefix="", **headers):
        self.server, self.prefix, self.cookies = server, prefix, {}
        self.headers = {"Accept": "text/html,*/*",
                        **{name.replace("_", "-"): value for name, value in headers.items()}}

    def request(self, method, path, body=None, headers=None):
        """One request, with the cookies; keeps those that come."""
        sent = {**self.headers, **(headers or {})}
        if self.cookies:
            sent.setdefault("Cookie", "; ".join(f"{n}={v}" for n, v in self.cookies.items()))
        connection = http.client.HTTPConnection(self.server.authority,
                                                timeout=harness.STOP_SECONDS)
        try:
            connection.request(method, path, body, sent)
            page = Page(path, connection.getresponse())
        finally:
            connection.close()
        for line in page.headers.get_all("set-cookie", []):
            for name, morsel in http.cookies.SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        return page

    def _go_on(self, page):
        for _ in range(MOST_STEPS):
            target = page.headers.get("location", "")
            if page.status not in (302, 303) or not target.startswith("/"):
                return page
            page = self.request("GET", target)
        raise AssertionError("too many redirects, now at " + page.path)

    def get(self, path):
        return self._go_on(self.request("GET", self.prefix + path))

    def post(self, path, fields, headers=None):
        """Fields as a form sends them: a dict or pairs."""
        return self._go_on(self.request(
            "POST", path, urllib.parse.urlencode(fields),
            {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}))

    def send(self, page, action, button=0, **values):
        """Fills a page's form and presses one of its buttons."""
        form = page.form(action)
        fields = [pair for pair in form.fields if pair[0] not in values]
        for name, value in values.items():
            fields += [(name, one) for one in (value if isinstance(value, list) else [value])]
        if form.buttons and form.buttons[button][0]:
            fields.append(form.buttons[button])
        return self.post(urllib.parse.urljoin(page.path, form.action), fields)

    def sign_in(self, account, name, password):
        """As an IAM user, without a second factor."""
        page = self.get("/signin")
        return self.send(page, "/signin", account=account, user=name, password=password)
