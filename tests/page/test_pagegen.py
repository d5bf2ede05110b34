# SPDX-License-Identifier: Apache-2.0
"""What the generator says about templates that are wrong, file, line and reason, and what it takes.

usage: test_pagegen.py SCHEMA"""
import os
import subprocess
import sys
import tempfile
import unittest

SCHEMA = sys.argv.pop()
sys.path.insert(0, os.path.join(SCHEMA, "gen"))

from pagegen import DEPTH_MAX  # noqa: E402

CSRF = "<input type=\"hidden\" name=\"csrf\" value=\"{{csrf}}\">\n"


def compile_pages(files):
    """(whether it went well, what was said, the depfile)"""
    with tempfile.TemporaryDirectory() as folder:
        pages = os.path.join(folder, "pages")
        os.mkdir(pages)
        for name, text in {"_csrf.html": CSRF, "_part.html": "<b>{{x}}</b>\n", "a.css": "p {}\n",
                           "a.js": "\n", **files}.items():
            with open(os.path.join(pages, name), "w", encoding="utf-8") as file:
                file.write(text)
        out = [os.path.join(folder, name) for name in ("p.h", "p.c", "p.d")]
        done = subprocess.run([sys.executable, os.path.join(SCHEMA, "gen/pagegen.py"), pages, *out],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            return False, done.stderr, ""
        with open(out[2], encoding="utf-8") as file:
            return True, "", file.read()


class Templates(unittest.TestCase):
    def refused(self, text, reason, line=1, **files):
        well, said, _ = compile_pages({"page.html": text, **files})
        self.assertFalse(well, text)
        self.assertIn(f"page.html:{line}: ", said)
        self.assertIn(reason, said)

    def taken(self, text, **files):
        self.assertEqual((True, ""), compile_pages({"page.html": text, **files})[:2], text)

    def test_directives(self):
        self.refused("<p>\n{{x y}}</p>", "no such directive: {{x y}}", 2)
        self.refused("<p>{{#unless x}}</p>", "no such directive")
        self.refused("<p>{{x.}}</p>", "no such directive")
        self.refused("<p>a\n{{#if x}}b", "the if is not closed", 2)
        self.refused("<p>{{#if x}}a{{/each}}</p>", "/each closes nothing")
        self.refused("<p>{{/if}}</p>", "/if closes nothing")
        self.refused("<p>{{#else}}</p>", "before this else")
        self.refused("<p>{{#if x}}{{#else}}{{#else}}{{/if}}</p>", "before this else")
        self.refused("<p>{{#each x == \"a\"}}{{/each}}</p>", "only an if compares")
        self.refused("<p>\n{{x</p>", "braces", 1)
        self.refused("<p>{{#each a}}" * DEPTH_MAX, "lists in each other")
        self.taken("<p>" + "{{#each a}}" * (DEPTH_MAX - 1) + "{{/each}}" * (DEPTH_MAX - 1) + "</p>")
        self.taken("<p>{{! a comment < > \n }}{{.}}{{.a}}{{a.b.c}}</p>")

    def test_parts(self):
        self.refused("<p>\n\n{{> _none}}</p>", "no _none.html", 3)
        self.refused("<p>{{> part}}</p>", "no such directive")
        well, said, _ = compile_pages({"page.html": "{{> _a}}", "_a.html": "{{> _b}}",
                                       "_b.html": "\n{{> _a}}"})
        self.assertFalse(well)
        self.assertIn("_b.html:2: _a includes itself", said)
        well, said, _ = compile_pages({"page.html": "<p>{{> _a}}</p>", "_a.html": "<b>\n</i>"})
        self.assertFalse(well)
        self.assertIn("_a.html:2: </i>, where <b> is open", said)

    def test_elements(self):
        self.refused("<p>\n<b>\n</p>", "</p>, where <b> is open", 3)
        self.refused("<p>", "ends inside of <p>")
        self.refused("</p>", "where nothing is open")
        self.refused("<p\n", "ends inside of <p>")
        self.refused("<p>a < b</p>", "write &lt;")
        self.refused("<!-- a -->", "{{! for comments")
        for name in ("iframe", "object", "embed", "base", "svg", "math", "style", "template",
                     "noscript", "plaintext", "xmp", "SCRIPT", "P"):
            self.refused(f"<{name}>", "has no place in a page")
        self.refused("<p></p >", "write </p>")
        self.refused("<br/>", "`/` in <br>")
        self.refused("<textarea><b></b></textarea>", "<b> inside of <textarea>")
        self.refused("<p>{{#if x}}<b>{{/if}}</b></p>", "other elements open")
        self.refused("<p>{{#each x}}</p>{{/each}}", "other elements open")
        self.refused("<p>{{#if x}}<b>{{#else}}<i>{{/if}}x</b></p>", "other elements open")
        self.taken("<!DOCTYPE html><p>{{#if x}}<b>1{{#else}}<b>2{{/if}}</b><br></p>")

    def test_scripts_and_styles(self):
        self.refused("<script>", "a script has its file")
        self.refused("<script src=\"{{base}}/x.js\"></script>", "no value may stand in <script>")
        self.refused("<script src=\"https://x.example/\"></script>", "a URL begins with")
        self.refused("<script src=\"{{file a.js}}\">alert(1)</script>", "and no text")
        self.refused("<script src=\"{{file a.js}}\">{{x}}</script>", "no value may stand here")
        self.refused("<script src=\"{{file b.js}}\"></script>", "no file b.js")
        self.refused("<p onclick=\"x\"></p>", "no inline style, no inline script")
        self.refused("<p style=\"x\"></p>", "no inline style")
        self.refused("<meta http-equiv=\"refresh\">", "no inline")
        self.refused("<meta content=\"{{x}}\">", "no value may stand in <meta>")
        self.refused("<p>{{file a.css}}</p>", "no file may stand here")
        self.refused("<a href=\"{{file a.css}}\">x</a>", "a file is the whole href or src")
        self.taken("<link href=\"{{file a.css}}\"><script src=\"{{file a.js}}\" defer></script>")

    def test_attributes(self):
        self.refused("<p class=x></p>", "stands in double quotes")
        self.refused("<p class='x'></p>", "stands in double quotes")
        self.refused("<p class={{x}}></p>", "stands in double quotes")
        self.refused("<p {{x}}></p>", "in text and in double-quoted attributes only")
        self.refused("<p{{x}}></p>", "in text and in double-quoted attributes only")
        self.refused("<p x{{x}}=\"\"></p>", "in text and in double-quoted attributes only")
        self.refused("<{{x}}></p>", "write &lt;")
        self.refused("<p class=\"a\"id=\"b\"></p>", "`i` in <p>")
        self.refused("<p {{#if x}}a{{/if}}click=\"x\"></p>", "`c` in <p>")
        for blank in "\u00a0\u3000\u0085\u000b\u000c\u001c":  # which browsers take for letters
            self.refused(f"<p{blank}class=\"{{{{x}}}}\"></p>", "in <p>")
        self.refused("<p {{#if x}}class=\"{{/if}}\"></p>", "end in different places")
        self.refused("<img srcset=\"{{x}}\">", "no value may stand in `srcset`")
        self.refused("<input type=\"{{x}}\">", "no value may stand in `type`")
        self.taken("<p class=\"a{{x}} {{y}}\" data-x=\"{{x}}\" {{#if x}}id=\"x\"{{/if}}></p>")
        self.taken("<input{{#if x}} checked{{#else}} disabled{{/if}}>")

    def test_urls(self):
        def link(url, reason):
            self.refused(f"<a href=\"{url}\">x</a>", reason)

        link("/console", "a path of this server begins with {{base}}")
        link("users", "a URL begins with")
        link("javascript:x", "a URL begins with")
        link("//evil.example", "a path of this server begins with {{base}}")
        link("data:text/html,x", "a URL begins with")
        link("HTTPS://x.example", "a URL begins with")
        link("{{x}}", "a value in a URL")
        link("{{base}}", "a path has to follow {{base}}")
        link("{{base}}x", "a path that begins with one /")
        link("{{base}}//x", "a path that begins with one /")
        link("{{base}}{{x}}", "a value in a URL is a whole part")
        link("{{base}}{{#if x}}/a{{/if}}", "a path has to follow {{base}}")
        link("{{base}}/a{{x}}", "a value in a URL is a whole part")
        link("{{base}}/{{x}}/{{y}}", "a value in a URL is a whole part")
        link("{{base}}/{{#if x}}{{/if}}/{{y}}", "a path that begins with one /")
        link("{{base}}/{{! }}/x.example", "a path that begins with one /")
        link("{{base}}/a/{{x}}b", "a value fills a whole part")
        link("{{base}}/a/{{x}}{{y}}", "a value in a URL is a whole part")
        link("{{base}}/a b", "a URL with blanks")
        link("{{base}}/\\b", "a URL with blanks")
        link("https://{{x}}", "a URL begins with")
        link("https://x.example{{x}}", "a value in a URL is a whole part")
        link("{{link x}}/a", "nothing but a # may follow")
        link("#{{link x}}", "a link is a whole URL")
        link("{{base}}{{url x}}", "a url is a whole URL")
        link("{{#if x}}{{base}}{{#else}}#b{{/if}}", "end in different places")
        link("{{base}}/a{{#if x}}?b={{x}}{{/if}}&amp;c=1", "nothing but a # may follow")
        self.refused("<form action=\"{{url x}}\"></form>", "a url is a whole URL")
        self.refused("<img src=\"https://x.example/\">", "a URL begins with")
        self.refused("<p>{{link x}}</p>", "no link may stand here")
        self.refused("<p title=\"{{url x}}\"></p>", "no url may stand in `title`")
        for url in ("#a-{{x}}", "?a={{x}}&amp;b={{y}}{{z}}", "{{base}}/", "{{base}}/a/{{x}}",
                    "{{base}}/a/{{x}}/b?c={{x}}#{{x}}", "{{base}}{{link x}}#a", "{{link x}}",
                    "{{url x}}", "https://x.example/a/{{x}}?b={{x}}", "",
                    "{{base}}/a?{{#if x}}x={{x}}&amp;{{/if}}y={{y}}",
                    "{{#if x}}{{base}}/a{{#else}}#b{{/if}}", "{{base}}/a{{#if x}}?b={{x}}{{/if}}"):
            self.taken(f"<a href=\"{url}\">x</a>")

    def test_forms(self):
        self.refused("<form method=\"post\" action=\"{{base}}/x\">\n</form>",
                     "needs {{> _csrf}}", 2)
        self.refused("<form method=\"post\">{{#if x}}{{> _csrf}}{{/if}}</form>",
                     "other elements open")
        self.refused("<form>\n<form>", "<form> inside of <form>", 2)
        for method in ("POST", "dialog", "po{{! }}st"):
            self.refused(f"<form method=\"{method}\"></form>", "is `get` or `post`")
        self.refused("<form>{{> _csrf}}</form>", "belongs into a form with method=\"post\"")
        self.taken("<form method=\"post\"><p>{{#if x}}{{> _csrf}}{{#else}}{{> _csrf}}{{/if}}"
                   "</p></form><form action=\"{{base}}/x\"></form>")

    def test_names_of_files(self):
        well, said, _ = compile_pages({"Page.html": "<p></p>"})
        self.assertFalse(well)
        self.assertIn("Page.html:1: a name has small letters", said)

    def test_inputs_are_found(self):
        _, _, needs = compile_pages({"page.html": "<p>{{> _part}}</p>"})
        for name in ("pages", "pages/page.html", "pages/_part.html", "pages/a.css", "pages/a.js"):
            self.assertRegex(needs, rf"/{name}(\s|\Z)")


if __name__ == "__main__":
    unittest.main()
