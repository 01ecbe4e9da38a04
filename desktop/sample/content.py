"""Owns the sample newsroom's rows: the same believable content every time, as plain mappings per table."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from desktop.sample import english
from desktop.sample.languages import LANGUAGES, TRANSLATED_TAGS, Language
from desktop.sample.people import ENGLISH_AUTHORS, OTHER_TAGS, READERS
from desktop.sample.showcase import SHOWCASE

Rows: TypeAlias = list[dict[str, object]]

POSTS, COMMENTS, VIEWS = 5_000, 8_000, 6_000
_NOW = datetime(2026, 11, 21, 9, 30)
_FIRST, _LAST = datetime(2024, 1, 2, 6, 30), datetime(2026, 11, 18, 22, 0)
_ENGLISH_SHARE = 0.68
_DELETED_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Content:
    """All rows, in an order that satisfies every foreign key."""

    users: Rows
    tags: Rows
    posts: Rows
    post_tags: Rows
    comments: Rows
    post_views: Rows


def make_content() -> Content:
    """The whole newsroom; equal on every call."""
    dice = random.Random(2026)  # the same content every time is the point
    users, tags = _users(dice), _tags()
    posts, post_tags = _posts(dice, users, tags)
    return Content(users, tags, posts, post_tags, _comments(dice, posts), _views(dice, posts))


def _users(dice: random.Random) -> Rows:
    bios: dict[str, tuple[str, ...]] = dict.fromkeys(ENGLISH_AUTHORS, english.BIOS)
    for language in LANGUAGES:
        bios |= dict.fromkeys(language.authors, language.bios)
    rows: Rows = []
    for number, name in enumerate(bios, start=1):
        joined = datetime(2019, 1, 7, 9) + timedelta(days=29 * number + dice.randrange(20))
        rows.append(
            {
                "id": number,
                "name": name,
                "email": _email(name, number),
                "bio": dice.choice(bios[name]) if dice.random() < 0.7 else None,
                "is_active": dice.random() < 0.9,
                "created_at": joined,
            }
        )
    return rows


_NOT_COMPOSED = str.maketrans(
    {"ł": "l", "ø": "o", "þ": "th", "ß": "ss", "œ": "oe", "ı": "i", " ": ".", "'": ""}
)


def _email(name: str, number: int) -> str:
    letters = unicodedata.normalize("NFKD", name.lower().translate(_NOT_COMPOSED))
    plain = "".join(letter for letter in letters if letter.isascii()).strip(".")
    return f"{plain or f'desk{number}'}@newsroom.example"


def _tags() -> Rows:
    names = sorted({tag for beat in english.BEATS for tag in beat.tags} | set(OTHER_TAGS))
    pairs = [(name, name.replace(" ", "-")) for name in names] + list(TRANSLATED_TAGS.items())
    return [{"id": n, "name": name, "slug": slug} for n, (name, slug) in enumerate(pairs, start=1)]


def _posts(dice: random.Random, users: Rows, tags: Rows) -> tuple[Rows, Rows]:
    by_name = {str(user["name"]): user["id"] for user in users}
    tag_ids = {str(tag["name"]): tag["id"] for tag in tags}
    drafts = list(_drafts(dice))
    posts: Rows = []
    links: Rows = []
    for number, draft in enumerate(drafts, start=1):
        posts.append(draft.row(number, by_name[draft.author], dice))
        for tag in dict.fromkeys(draft.tags):
            links.append({"post_id": number, "tag_id": tag_ids[tag]})
    return posts, links


@dataclass(frozen=True, slots=True)
class _Draft:
    author: str
    title: str
    body: str
    tags: tuple[str, ...]
    created: datetime
    status: str
    views: int | None = None

    def row(self, number: int, author_id: object, dice: random.Random) -> dict[str, object]:
        deleted = self.views is None and dice.random() < _DELETED_SHARE
        updated = _later(dice, self.created, 20_000)
        views = self.views
        if views is None:
            views = int(dice.lognormvariate(6.2, 1.6)) if self.status in ("published", "archived") else 0
        return {
            "id": number,
            "author_id": author_id,
            "title": self.title,
            "body": self.body,
            "status": self.status,
            "view_count": views,
            "created_at": self.created,
            "updated_at": updated,
            "deleted_at": updated if deleted else None,
            "deleted_by": dice.choice(ENGLISH_AUTHORS) if deleted else None,
        }


def _drafts(dice: random.Random) -> Iterator[_Draft]:
    """In order of creation; the showcase comes last, so it is first when sorted by newest."""
    taken = {title for title, *_ in SHOWCASE}
    count = POSTS - len(SHOWCASE)
    step = (_LAST - _FIRST) / count
    for number in range(count):
        created = (_FIRST + step * number).replace(microsecond=0, second=dice.randrange(60))
        status = dice.choices(("published", "archived", "review", "draft"), _weights(number / count))[0]
        if dice.random() < _ENGLISH_SHARE:
            author, title, body, tags = _english(dice, taken)
        else:
            author, title, body, tags = _foreign(dice, taken)
        taken.add(title)
        yield _Draft(author, title, body, tags, created, status)
    for title, author, status, tag_names, views, created, body in SHOWCASE:
        yield _Draft(author, title, body, tag_names, created, status, views)


def _weights(age: float) -> tuple[float, float, float, float]:
    """Old posts are archived, the newest are still being worked on."""
    return (70, 40 * (1 - age), 2 + 10 * age, 3 + 12 * age)


def _english(dice: random.Random, taken: set[str]) -> tuple[str, str, str, tuple[str, ...]]:
    beat = dice.choice(english.BEATS)
    title = _fresh(dice, beat.headlines, english.PLACES, taken)
    sentences = dice.sample(beat.sentences, dice.randrange(2, len(beat.sentences)))
    parts = [dice.choice(english.OPENERS), *sentences, dice.choice(english.CLOSERS)]
    body = " ".join(_filled(dice, part, english.PLACES) for part in parts)
    tags = tuple(dice.sample(beat.tags, dice.randrange(1, len(beat.tags) + 1)))
    extra = (dice.choice(OTHER_TAGS),) if dice.random() < 0.5 else ()
    return dice.choice(ENGLISH_AUTHORS), title, body, tags + extra


def _foreign(dice: random.Random, taken: set[str]) -> tuple[str, str, str, tuple[str, ...]]:
    index = dice.randrange(len(LANGUAGES))
    language: Language = LANGUAGES[index]
    title = _fresh(dice, language.headlines, language.places, taken)
    parts = dice.sample(language.sentences, dice.randrange(2, len(language.sentences)))
    body = language.gap.join(_filled(dice, part, language.places) for part in parts)
    own = list(TRANSLATED_TAGS)[index]
    return dice.choice(language.authors), title, body, (own, dice.choice(OTHER_TAGS))


def _fresh(
    dice: random.Random, templates: tuple[str, ...], places: tuple[str, ...], taken: set[str], tries: int = 12
) -> str:
    """A headline not used before; after some tries the series gets a further part."""
    for _ in range(tries):
        title = _filled(dice, dice.choice(templates), places)
        title = title[0].upper() + title[1:]
        if title not in taken:
            return title
    part = 2
    while f"{title} ({part})" in taken:
        part += 1
    return f"{title} ({part})"


def _filled(dice: random.Random, template: str, places: tuple[str, ...]) -> str:
    return template.format(
        place=dice.choice(places),
        who=dice.choice(english.PEOPLE),
        thing=dice.choice(english.THINGS),
        number=dice.randrange(3, 400),
        age=dice.randrange(17, 82),
        goals=dice.randrange(5),
        against=dice.randrange(4),
    )


def _later(dice: random.Random, moment: datetime, minutes: int) -> datetime:
    return min(moment + timedelta(minutes=dice.randrange(1, minutes)), _NOW)


def _comments(dice: random.Random, posts: Rows) -> Rows:
    texts = [*english.COMMENTS, *english.COMMENTS, *(c for language in LANGUAGES for c in language.comments)]
    rows: Rows = []
    for number in range(1, COMMENTS + 1):
        post = dice.choice(posts)
        body = dice.choice(texts)
        if dice.random() < 0.25:
            body = f"{body}\n{dice.choice(texts)}"
        created = post["created_at"]
        assert isinstance(created, datetime)
        rows.append(
            {
                "id": number,
                "post_id": post["id"],
                "author_name": dice.choice(READERS),
                "body": body,
                "created_at": _later(dice, created, 3_000),
            }
        )
    return rows


def _views(dice: random.Random, posts: Rows) -> Rows:
    """One row per post and address; the addresses are those reserved for documentation."""
    rows: Rows = []
    seen: set[tuple[object, str]] = set()
    while len(rows) < VIEWS:
        post = dice.choice(posts)
        host = dice.randrange(1, 255)
        network = dice.choice(("192.0.2.{}", "198.51.100.{}", "203.0.113.{}", "2001:db8::{:x}"))
        address = network.format(host)
        if (post["id"], address) in seen:
            continue
        seen.add((post["id"], address))
        created = post["created_at"]
        assert isinstance(created, datetime)
        rows.append(
            {
                "id": len(rows) + 1,
                "post_id": post["id"],
                "ip_address": address,
                "count": int(dice.lognormvariate(0.8, 0.9)) + 1,
                "last_seen": _later(dice, created, 40_000),
            }
        )
    return rows
