# SPDX-License-Identifier: Apache-2.0
"""Whether SQL means the same to SQLite and to PostgreSQL 15. What is allowed is listed, so that
what nobody has thought of is refused. schema/store/README.md."""
import re

# Written in capitals; names are not.
KEYWORDS = set("""
    ADD ALL ALTER AND AS ASC BIGINT BY CASCADE CASE CHECK COLUMN CONFLICT CREATE CROSS DEFAULT
    DELETE DESC DISTINCT DO DROP ELSE END EXCEPT EXISTS FOREIGN FROM GROUP HAVING IN INDEX INNER
    INSERT INTERSECT INTO IS JOIN KEY LEFT LIMIT NOT NOTHING NULL OFFSET ON OR ORDER PRIMARY
    RECURSIVE REFERENCES RENAME RETURNING SELECT SET TABLE TEXT THEN TO UNION UNIQUE UPDATE USING
    VALUES WHEN WHERE WITH""".split())
FUNCTIONS = {"coalesce", "count", "length", "lower", "max", "min", "sum"}
TYPES = {"TEXT", "BIGINT"}

TOKEN = re.compile(r"""
    (?P<space>\s+) | (?P<text>'(?:[^']|'')*') | (?P<quoted>"[^"]*") | (?P<number>\d+\b) |
    (?P<parameter>:[a-z]\w*|\?\d+) | (?P<word>[A-Za-z_]\w*) |
    (?P<operator><>|<=|>=|\|\||-(?!>)|<(?!<)|>(?!>)|[+*/%=(),.;]) | (?P<other>.)""",
    re.VERBOSE | re.DOTALL)
PARENTHESES = re.compile(r"(?:\b([A-Za-z_]\w*) )?\( ([^()]*?) ?\)")

# What stands where a table is named, and the alias that may follow it.
ALIAS = re.compile(r"(?:\b(?:FROM|JOIN|UPDATE|INTO|,) [a-z]\w*|\)) (?:AS )?([a-z]\w*)"
                   r"|\bAS ([a-z]\w*)|\bWITH (?:RECURSIVE )?([a-z]\w*)")
# In one of the levels below.
VALUE = r"(?:(?:[a-z]\w* \. )?[a-z]\w*|X|:\w+|\?\d+|\d+)"
JOINED = r"JOIN (?:[a-z]\w*|#) (?:AS )?(?:[a-z]\w* )?"
WRONG = [(re.compile(pattern), why) for pattern, why in (
    (r"= =", "= is written once"),
    (r"\bIS (?!NULL\b|NOT NULL\b)", "IS is for NULL; other values are compared by = and <>"),
    (r"\b(?:INSERT|UPDATE) OR\b", "OR at INSERT and UPDATE: use ON CONFLICT"),
    (r"\bCONFLICT DO UPDATE\b", "DO UPDATE needs the columns of the conflict"),
    (r"\bDO UPDATE SET\b[^;]*?(?<!\. )\b[a-z]\w*\b(?! [.=])",
     "a value of DO UPDATE needs the name of its table, or excluded"),
    (r"\b(?:max|min) \( [^()]*,", "max and min take one argument: use CASE"),
    (r"\b(?:max|min|sum) \( (?:(?!CASE\b)[^()])*[=<>]", "a condition is no number: use CASE"),
    (r"\bLIMIT \S+ ,", "LIMIT takes one number: use OFFSET"),
    (r"\bLIMIT -", "LIMIT is not negative"),
    (r"\b(?:DELETE FROM|(?<!DO )UPDATE)\b[^;]*\b(?:LIMIT|ORDER)\b",
     "DELETE and UPDATE have no LIMIT: use IN and a query"),
    (r'(?<!\bAS )"', "a quoted name is for AS; a text has single quotes"),
    (r"(?:\bAS|''|\b[a-z]\w*|[X#]) ''", "a text is no name"),
    (r"\d \.", "numbers are whole"),
    (r"(?<!'' )\|\| (?!'')", "|| needs a text in quotes on one side: numbers have no ||"),
    (r"\bIN \( \)", "IN needs a value"),
    (r"\bKEY (?:\( [^()]*\b)?(?:ASC|DESC)\b", "a key has no order"),
    (rf"(?<!CROSS ){JOINED}(?!ON\b|USING\b|AS\b|[a-z])", "JOIN needs ON: use CROSS JOIN"),
    (rf"\bCROSS {JOINED}ON\b", "CROSS JOIN takes no ON"),
    (r"\b(?:FROM|JOIN) #(?! (?:AS )?[a-z])", "a query in FROM needs a name"),
    (rf"\b(?:WHERE|AND|OR|NOT|WHEN|HAVING|ON|CHECK) {VALUE}"
     r"(?= (?:[),;]|(?!(?:IN|IS|NOT)\b)[A-Z]))", "a number is no condition: compare it"),
)]


def words_of(sql):
    """The tokens of SQL with a space in between, of texts and quoted names only a sign; or what is
    wrong."""
    words = []
    for match in TOKEN.finditer(sql):
        if match["other"]:
            return None, f"`{match[0]}` is not SQL of both"
        if not match["space"]:
            words.append("''" if match["text"] else '"' if match["quoted"] else match[0])
    return " ".join(words), None


def levels(text):
    """What is in each pair of parentheses, with the word before them, inner ones first; then what
    is outside of all. There a lone value has lost its parentheses, a call is X, the rest is #."""
    while match := PARENTHESES.search(text):
        yield match[0]
        word, inside = match.groups(default="")
        value = inside if re.fullmatch(VALUE, inside) else "#"
        short = "X" if word in FUNCTIONS else f"{word} {value}"
        text = text[:match.start()] + short.lstrip() + text[match.end():]
    yield text


def problem(sql, names):
    """What is wrong with SQL, or None. NAMES are those of tables, columns and indexes."""
    text, wrong = words_of(sql)
    if wrong:
        return wrong
    text = text.replace(" WITHOUT ROWID", "") + " ;"
    known = {name for alias in ALIAS.findall(text) for name in alias} | names | {"excluded"}
    for match in re.finditer(r"(?<![:\w])([A-Za-z_]\w*)( \()?", text):
        word = match[1]
        if word not in KEYWORDS and word not in known and not (match[2] and word in FUNCTIONS):
            return f"`{word}` is no word of both"
    return next((why for level in levels(text) for pattern, why in WRONG if pattern.search(level)),
                None)


def names_of(database):
    """The tables, columns and indexes of a database of SQLite."""
    names = {name for name, in database.execute("SELECT name FROM sqlite_schema")}
    for table, in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"):
        names |= {row[1] for row in database.execute(f"PRAGMA table_info({table})")}
    return names


def untyped_column(database):
    """The first column that has another type than those allowed, or None."""
    for table, in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"):
        for row in database.execute(f"PRAGMA table_info({table})"):
            if row[2] not in TYPES:
                return f"`{table}.{row[1]}` must be TEXT or BIGINT"
    return None
