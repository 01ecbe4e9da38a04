"""Owns words made from names: headings, one record, many records; knows no table beyond its name."""

from __future__ import annotations

from functools import lru_cache

_ACRONYMS = frozenset(
    (
        *(
            "id",
            "url",
            "uri",
            "ip",
            "uuid",
            "guid",
            "isbn",
            "issn",
            "iban",
            "bic",
            "vat",
            "sku",
            "ean",
            "upc",
        ),
        *("html", "xml", "json", "csv", "pdf", "sql", "api", "gps", "dob", "ssn", "pin", "dns", "tms"),
    )
)
_SPELT = {"email": "e-mail", "emails": "e-mails"}
_PLURALS = {
    "person": "people",
    "child": "children",
    "man": "men",
    "woman": "women",
    "foot": "feet",
    "tooth": "teeth",
    "mouse": "mice",
    "shelf": "shelves",
    "leaf": "leaves",
    "wolf": "wolves",
    "half": "halves",
    "loaf": "loaves",
    "thief": "thieves",
    "knife": "knives",
    "life": "lives",
    "wife": "wives",
    "movie": "movies",
    "cookie": "cookies",
    "shoe": "shoes",
    "hero": "heroes",
    "potato": "potatoes",
    "criterion": "criteria",
    "matrix": "matrices",
    "index": "indices",
    "axis": "axes",
    "use": "uses",
    "cache": "caches",
}
_SINGULARS = {plural: singular for singular, plural in _PLURALS.items()} | {"indexes": "index"}
_UNCOUNTED = frozenset(
    (
        "series",
        "species",
        "news",
        "staff",
        "data",
        "media",
        "equipment",
        "information",
        "inventory",
        "history",
    )
)
_KEY_WORDS = ("id", "key", "code", "no", "nr")
_NUMBERED = frozenset(
    (
        *("id", "key", "code", "no", "nr", "number", "year", "zip", "postcode", "phone", "fax"),
        *("isbn", "issn", "ean", "upc", "sku", "version"),
    )
)
_KEEPS_E = (
    "house",
    "cause",
    "clause",
    "nurse",
    "course",
    "case",
    "base",
    "license",
    "expense",
    "purchase",
)
_ADDS_ES = ("s", "x", "z", "ch", "sh")


def words_of(name: str) -> list[str]:
    """``created_at``, ``CreatedAt`` and ``Created at`` to lower-case words."""
    spaced = []
    for index, letter in enumerate(name):
        before = name[index - 1] if index else ""
        after = name[index + 1] if index + 1 < len(name) else ""
        if letter.isupper() and (
            before.islower() or before.isdigit() or (before.isupper() and after.islower())
        ):
            spaced.append(" ")
        spaced.append(" " if letter in "_-." else letter)
    return "".join(spaced).lower().split()


@lru_cache(4096)
def parted(name: str, tables: tuple[str, ...]) -> str:
    """``customerid`` to ``customer id`` where one of the tables is called so: nobody wrote where it parts."""
    words = words_of(name)
    for table in tables if words else ():
        parts = singular_name(table).lower().split()
        for start in range(len(parts)):
            stem = "".join(parts[start:])
            for tail in _KEY_WORDS:
                before, found, _ = words[-1].rpartition(stem + tail)
                if found and words[-1].endswith(found) and (not before or before in _ACRONYMS):
                    return " ".join([*words[:-1], *before.split(), *parts[start:], tail])
    return name


@lru_cache(4096)
def is_numbered(name: str) -> bool:
    """Whether the numbers of such a column name something, as years and codes do, and are no amounts."""
    last = words_of(name)[-1:]
    return bool(last) and (last[0] in _NUMBERED or last[0].endswith("year"))


def heading(name: str, *, foreign_key: bool = False) -> str:
    """A name as a heading: ``created_at`` to ``Created at``; a foreign key's ``author_id`` to ``Author``."""
    words = words_of(name)
    if foreign_key and len(words) > 1 and words[-1] in ("id", "fk", "key"):
        words = words[:-1]
    text = " ".join(_cased(word) for word in words)
    return text[:1].upper() + text[1:] if text else name


def singular_name(name: str) -> str:
    """One record of a table of that name: ``Order Details`` to ``order detail``."""
    words = words_of(name)
    if len(words) > 1 and words[0] in ("tbl", "tab", "t"):
        words = words[1:]
    if not words:
        return name
    return " ".join([*(_cased(word) for word in words[:-1]), _cased(singular(words[-1]))])


def plural_name(name: str) -> str:
    """Many records of a table of that name: ``Order Details`` to ``order details``."""
    first, space, last = singular_name(name).rpartition(" ")
    return f"{first}{space}{plural(last)}"


def singular(word: str) -> str:
    """``categories`` to ``category``; a word that is no plural stays."""
    if word in _SINGULARS:
        return _SINGULARS[word]
    if word in _UNCOUNTED or len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("es") and _drops_es(word):
        return word[:-2]
    return word[:-1]


def _drops_es(word: str) -> bool:
    stem = word[:-2]
    if word[:-1].endswith(_KEEPS_E):
        return False
    return stem.endswith(("ss", "us", "x", "zz", "ch", "sh", "ias"))


def plural(word: str) -> str:
    """``category`` to ``categories``; for counts of more than one."""
    if word in _PLURALS:
        return _PLURALS[word]
    if word in _UNCOUNTED:
        return word
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(_ADDS_ES) else "s")


def _cased(word: str) -> str:
    if word in _SPELT:
        return _SPELT[word]
    return word.upper() if word in _ACRONYMS else word
