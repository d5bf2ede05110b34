# SPDX-License-Identifier: Apache-2.0
"""Where in a page of HTML one stands, piece by piece: which values may stand there, and how each is
to be escaped. Strict: what a browser would mend is refused."""
import re
from dataclasses import dataclass, replace

VOID = set("area br col hr img input link meta wbr".split())
PLAIN_TEXT = {"title", "textarea"}  # whose tags are text
AS_TYPED = {"pre", "textarea"}      # whose blanks count
ELEMENTS = VOID | PLAIN_TEXT | AS_TYPED | set(
    "a abbr address article aside b bdi bdo blockquote body button caption cite code colgroup data"
    " datalist dd del details dfn div dl dt em fieldset figcaption figure footer form h1 h2 h3 h4"
    " h5 h6 head header hgroup html i ins kbd label legend li main mark menu meter nav ol optgroup"
    " option output p progress q s samp script search section select small span strong sub summary"
    " sup table tbody td tfoot th thead time tr u ul var".split())
URLS = set("action formaction href src".split())
# Attributes that take values, besides URLS, aria-* and data-*.
VALUES = set(
    "abbr alt class cols colspan datetime for form headers id label lang list max maxlength min"
    " minlength name optimum pattern placeholder rows rowspan start step title value".split())
BLANKS = " \t\n"  # to Python, more are; to browsers, those are part of a name
NO_VALUES = {"meta", "link", "script"}  # elements without any

TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
DOCTYPE = "<!DOCTYPE html>"
ATTRIBUTE = re.compile(r"([a-z][a-z0-9-]*)(=\"?)?")
FOREIGN = re.compile(r"https?://[a-z0-9.-]+(?=[/?#]|\Z)")
BEFORE = {"base": "", "root": "/"}  # what of a path stands before it
DONE = {"root", "part", "word", "whole", "query", "closed"}  # where a URL may end
IMAGES = re.compile(r"data:image/(png;base64|svg\+xml),")


class Refused(Exception):
    pass


def refuse(message):
    raise Refused(message)


@dataclass(frozen=True)
class Open:
    """An element that is open."""
    tag: str
    post: bool = False   # a form that changes something
    guarded: bool = False  # and has its token


@dataclass(frozen=True)
class Place:
    """AT is one of
    text: between tags          tag: inside of a tag, an attribute may begin
    glued: behind a name or a value, where a blank has to come first
    value: inside of an attribute's quotes; URL then says how far its URL has come:
      start, base (behind {{base}}), root (the / behind it: another one would make the name of a
      server of what follows), part (of a path, empty), word (a part with text),
      whole (a part that is a value), query (or fragment), closed (whole already)."""
    at: str = "text"
    stack: tuple = ()
    tag: str = ""
    attribute: str = ""
    url: str = ""
    post: bool = False
    source: bool = False  # a script that has its file

    @property
    def top(self):
        return self.stack[-1].tag if self.stack else ""

    @property
    def as_typed(self):
        return self.at == "text" and any(element.tag in AS_TYPED for element in self.stack)


def join(one, other):
    """Where one stands behind two ways that meet."""
    if {one.at, other.at} == {"tag", "glued"}:
        one, other = replace(one, at="glued"), replace(other, at="glued")
    if one.url != other.url and {one.url, other.url} <= DONE:
        one, other = replace(one, url="closed"), replace(other, url="closed")
    if one.stack != other.stack:
        shown = [" ".join(element.tag for element in place.stack[-3:]) for place in (one, other)]
        refuse(f"the ways that meet here have other elements open: {shown[0]} and {shown[1]}")
    if one != other:
        refuse("the ways that meet here end in different places of a tag or URL")
    return one


def literal(place, text):
    """Where one stands behind TEXT."""
    at = 0
    while at < len(text):
        at, place = STEPS[place.at](place, text, at)
    return place


def step_text(place, text, at):
    end = text.find("<", at)
    end = len(text) if end < 0 else end
    if place.top == "script" and text[at:end].strip():
        refuse("a script has its file and no text")
    if end == len(text) or end > at:
        return end, place
    if text.startswith(DOCTYPE, at):
        return at + len(DOCTYPE), place
    match = TAG.match(text, at)
    if not match:
        refuse("write &lt; for text, {{! for comments")
    closing, tag = match[1] == "/", match[2]
    if tag not in ELEMENTS:
        refuse(f"<{tag}> has no place in a page")
    if place.top in PLAIN_TEXT | {"script"} and not (closing and tag == place.top):
        refuse(f"<{tag}> inside of <{place.top}>")
    if closing:
        return match.end(), close(place, tag, text[match.end():match.end() + 1])
    return match.end(), replace(place, at="glued", tag=tag, attribute="", post=False, source=False)


def close(place, tag, behind):
    if place.top != tag:
        refuse(f"</{tag}>, where {f'<{place.top}>' if place.top else 'nothing'} is open")
    if behind != ">":
        refuse(f"write </{tag}>")
    if place.stack[-1].post and not place.stack[-1].guarded:
        refuse("a form with method=\"post\" needs {{> _csrf}}")
    return replace(place, at="closing", stack=place.stack[:-1])


def step_closing(place, _text, at):
    return at + 1, replace(place, at="text")


def step_tag(place, text, at):
    """In a tag, or behind a name or a value in it."""
    char = text[at]
    if char in BLANKS:
        return at + 1, replace(place, at="tag")
    if char == ">":
        return at + 1, end_tag(place)
    match = ATTRIBUTE.match(text, at)
    if not match or place.at == "glued":
        refuse(f"`{char}` in <{place.tag}>")
    name = match[1]
    if name in ("style", "srcdoc", "http-equiv") or name.startswith("on"):
        refuse(f"`{name}`: no inline style, no inline script")
    if match[2] == "=":
        refuse(f"the value of `{name}` stands in double quotes")
    if not match[2]:
        return match.end(), replace(place, at="glued")
    return match.end(), replace(place, at="value", attribute=name,
                                url="start" if name in URLS else "")


def end_tag(place):
    if place.tag == "script" and not place.source:
        refuse("a script has its file: src=\"{{file NAME}}\"")
    stack = place.stack
    if place.tag == "form" and any(element.tag == "form" for element in stack):
        refuse("<form> inside of <form>")
    if place.tag not in VOID:
        stack += (Open(place.tag, place.post),)
    return replace(place, at="text", stack=stack, tag="", attribute="", post=False, source=False)


def step_value(place, text, at):
    end = text.find('"', at)
    piece = text[at:] if end < 0 else text[at:end]
    if place.url and piece:
        place = replace(place, url=url_literal(place, piece))
    if place.tag == "form" and place.attribute == "method" and piece:
        if piece not in ("get", "post"):
            refuse("a form's method is `get` or `post`")
        place = replace(place, post=piece == "post")
    if end < 0:
        return len(text), place
    if place.url == "base":
        refuse("a path has to follow {{base}}")
    return end + 1, replace(place, at="glued", attribute="", url="")


STEPS = {"text": step_text, "closing": step_closing, "tag": step_tag, "glued": step_tag,
         "value": step_value}


def url_literal(place, piece):
    """How far a URL has come behind PIECE."""
    url = place.url
    if url == "start":
        url, piece = url_start(place, piece)
    elif url in BEFORE and not re.match("/(?!/)", BEFORE[url] + piece):
        refuse("a path that begins with one / has to follow {{base}}")
    elif url == "whole" and piece[0] not in "/?#":
        refuse("a value fills a whole part of a path")
    elif url == "closed" and piece[0] != "#":
        refuse("nothing but a # may follow a whole URL")
    if re.search(r"[\s\\<>']", piece):
        refuse("a URL with blanks, backslashes, quotes or tags")
    if url == "query" or re.search(r"[?#]", piece):
        return "query"
    if url == "base" and piece == "/":
        return "root"
    return url if not piece else "part" if piece[-1] == "/" else "word"


def url_start(place, piece):
    """The kind of URL that PIECE begins, and what follows."""
    if piece[0] in "#?":
        return "query", piece
    image = IMAGES.match(piece)
    if image and (place.tag, place.attribute) in (("img", "src"), ("link", "href")):
        return "query", piece
    foreign = FOREIGN.match(piece)
    if foreign and place.attribute == "href":
        return "word", piece[foreign.end():]
    if piece[0] == "/":
        refuse("a path of this server begins with {{base}}")
    return refuse("a URL begins with {{base}}, #, ?, {{link NAME}}, {{url NAME}} or https://")


def value(place, kind, name):
    """(how the value is escaped, where one stands behind it). KIND: "", link, url or file."""
    if place.at == "text":
        if kind or place.top == "script" or not place.stack:
            refuse(f"no {kind or 'value'} may stand here")
        return "TEXT", place
    if place.at != "value":
        refuse("a value may stand in text and in double-quoted attributes only")
    if kind == "file":
        if place.url != "start" or place.tag not in ("link", "script"):
            refuse("a file is the whole href or src of a link or script")
        return "FILE", replace(place, url="closed", source=place.tag == "script")
    if place.tag in NO_VALUES:
        refuse(f"no value may stand in <{place.tag}>")
    if place.url:
        return url_value(place, kind, name)
    if kind or not (place.attribute in VALUES or place.attribute.startswith(("aria-", "data-"))):
        refuse(f"no {kind or 'value'} may stand in `{place.attribute}`")
    return "TEXT", place


def url_value(place, kind, name):
    if kind == "link" and place.url in ("start", "base"):
        return "LINK", replace(place, url="closed")
    if kind == "url" and place.url == "start" and place.attribute == "href":
        return "URL", replace(place, url="closed")
    if not kind and name == "base" and place.url == "start":
        return "BASE", replace(place, url="base")
    if kind:
        refuse(f"a {kind} is a whole URL")
    if place.url == "query":
        return "PART", place
    if place.url == "part":
        return "PART", replace(place, url="whole")
    return refuse("a value in a URL is a whole part of its path, or stands in its query")


def guard(place):
    """Behind {{> _csrf}}: the innermost form has its token."""
    for at in range(len(place.stack) - 1, -1, -1):
        if place.stack[at].tag == "form":
            if not place.stack[at].post:
                break
            done = replace(place.stack[at], guarded=True)
            return replace(place, stack=place.stack[:at] + (done,) + place.stack[at + 1:])
    return refuse("{{> _csrf}} belongs into a form with method=\"post\"")
