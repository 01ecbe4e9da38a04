"""Owns the sentences of refusals; pure: it is told what is so and asks nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from desktop.schema.describe import Column, Kind, Table
from desktop.schema.labels import column_heading, record_word, records_word
from desktop.values.choice import choice_text

Verb: TypeAlias = Literal["insert", "update", "delete", "bulk update", "import"]

NOTHING: dict[Verb, str] = {
    "insert": "Nothing was saved.",
    "update": "Nothing was saved.",
    "delete": "Nothing was deleted.",
    "bulk update": "Nothing was changed.",
    "import": "Nothing was imported.",
}

_FIELD_WORDS = {
    "id": "number",
    "email": "e-mail address",
    "e_mail": "e-mail address",
    "mail": "e-mail address",
    "email_address": "e-mail address",
    "ip": "IP address",
    "ip_address": "IP address",
    "url": "web address",
}
_MOST_CHOICES = 8
_LONGEST_VALUE = 60


def field_word(table: Table, name: str) -> str:
    """A column within a sentence: ``e-mail address``, ``author``, ``ISBN``."""
    known = _FIELD_WORDS.get(name.casefold())
    if known:
        return known
    title = column_heading(table, name)
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def field_title(table: Table, name: str) -> str:
    """A column at the start of a sentence."""
    word = field_word(table, name)
    return word[:1].upper() + word[1:]


def listed(words: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def field_words(table: Table, names: Sequence[str]) -> str:
    """Several columns within a sentence."""
    return listed([field_word(table, name) for name in names])


def article(word: str) -> str:
    """``an author``, ``a post``."""
    return f"{'an' if word[:1].casefold() in 'aeiou' else 'a'} {word}"


def record_of(table: Table) -> str:
    """``post``, within a sentence."""
    return record_word(table)


def records_of(table: Table) -> str:
    """``posts``, within a sentence."""
    return records_word(table, 2)


def this_record(table: Table) -> str:
    """``this post``."""
    return f"this {record_word(table)}"


def counted(table: Table, count: int, *, more: bool = False) -> str:
    """``1 post``, ``3 posts``, ``more than 1,000 posts``."""
    return f"{'more than ' if more else ''}{count:,} {records_word(table, count)}"


def duplicate(table: Table, columns: Sequence[str]) -> str:
    """Someone else holds the value already."""
    another = f"Another {record_word(table)} already has"
    if not columns:
        return f"{another} this value, which may occur only once."
    if len(columns) == 1:
        return f"{another} this {field_word(table, columns[0])}."
    return f"{another} this combination of {field_words(table, columns)}."


def only_one(table: Table, columns: Sequence[str]) -> str:
    """The same value for many records at once."""
    what = f"the same {field_words(table, columns)}" if columns else "the same value"
    return f"No two {records_word(table, 2)} may have {what}."


def overlap(table: Table, columns: Sequence[str]) -> str:
    """An exclusion constraint."""
    what = f" ({field_words(table, columns)})" if columns else ""
    return f"This {record_word(table)} collides with another one{what}."


def missing_parent(table: Table, columns: Sequence[str], target: Table, value: object) -> str:
    """A foreign key that points nowhere."""
    word = field_word(table, columns[0]) if len(columns) == 1 else record_word(target)
    if isinstance(value, int):
        return f"There is no {word} with the number {value}."
    if isinstance(value, str) and value:
        return f"There is no {word} “{shortened(value)}”."
    return f"The {word} chosen does not exist any more."


def still_needed(parent: Table, children: Sequence[str], *, one: bool, certain: bool) -> str:
    """The delete side of a foreign key; ``children`` as :func:`counted` gives them."""
    whom = f"this {record_word(parent)}" if certain else f"some of these {records_word(parent, 2)}"
    who = listed(children)
    who = who[:1].upper() + who[1:]
    what = "it" if certain else "they"
    return f"{who} still {'belongs' if one else 'belong'} to {whom}, so {what} cannot be deleted."


def required(table: Table, names: Sequence[str]) -> str:
    """NOT NULL."""
    return f"{_title(table, names)} must be filled in."


def rule_broken(table: Table, columns: Sequence[Column], rule: str) -> str:
    """A CHECK; lists the choices where they are known."""
    if len(columns) == 1 and columns[0].choices:
        return one_of(table, columns[0])
    quoted = f"the rule “{shortened(rule)}”" if rule else "a rule of the database"
    names = [column.name for column in columns]
    if not names:
        return f"This {record_word(table)} breaks {quoted}."
    together = " together" if len(names) > 1 else ""
    return f"{_title(table, names)}{together} must satisfy {quoted}."


def one_of(table: Table, column: Column) -> str:
    """The choices of an enum or a simple CHECK."""
    names = [choice_text(choice) for choice in column.choices[:_MOST_CHOICES]]
    more = " …" if len(column.choices) > _MOST_CHOICES else ""
    return f"{field_title(table, column.name)} must be one of {', '.join(names)}{more}."


def too_long(table: Table, column: Column, value: object) -> str:
    """Length and limit, where both are known."""
    title = field_title(table, column.name)
    if isinstance(value, str) and column.length:
        return f"{title} has {len(value):,} characters; at most {column.length:,} are allowed."
    return f"{title} is too long."


def out_of_range(table: Table, column: Column) -> str:
    """Too large, too small or too precise."""
    title = field_title(table, column.name)
    if column.minimum is not None and column.maximum is not None:
        return f"{title} must lie between {column.minimum:,} and {column.maximum:,}."
    if column.precision is not None:
        scale = column.scale or 0
        digits = f"{column.precision - scale} digits before the decimal point and {scale} after"
        return f"{title} may have at most {digits}."
    return f"{title} is out of range."


def unfit(table: Table, column: Column, value: object) -> str:
    """A value that is none of its type."""
    title = field_title(table, column.name)
    if column.choices:
        return one_of(table, column)
    if isinstance(value, str) and "\0" in value:
        return f"{title} contains a NUL character, which cannot be stored."
    if isinstance(value, str) and any("\ud800" <= letter <= "\udfff" for letter in value):
        return f"{title} contains a character that cannot be stored."
    what = column.type_name or "value" if column.kind is Kind.OTHER else column.kind.value
    return f"{title} is not a valid {what}."


def own_words(message: str) -> str:
    """What a trigger said, as a sentence."""
    text = message.strip()
    if not text:
        return "The database refused this without saying why."
    text = text[:1].upper() + text[1:]
    return text if text[-1] in ".!?…。" else f"{text}."


def shortened(value: object) -> str:
    """One line of it."""
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def _title(table: Table, names: Sequence[str]) -> str:
    words = field_words(table, names)
    return words[:1].upper() + words[1:]
