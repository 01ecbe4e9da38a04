"""Owns the newest posts of the sample newsroom, written one by one: what a person sees first."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

Showcase: TypeAlias = tuple[str, str, str, tuple[str, ...], int, datetime, str]
"""Title, author, status, tags, views, created, body."""

_ARCHIVE = tuple(
    (
        f"Notes from the archive, part {part}",
        ("Ada Lovelace", "Zoé Müller", "Tim Berners-Lee", "Grace Hopper")[part % 4],
        ("draft", "review", "published")[part % 3],
        ("archive", "essay") if part % 2 else ("archive",),
        (812, 15_044, 77, 0)[part % 4],
        datetime(2026, 11, 19, 23 - 2 * part, 7 * part),
        f"Box {part} holds letters, two glass plates and a key that fits nothing we know of.",
    )
    for part in range(4, 0, -1)
)
SHOWCASE: tuple[Showcase, ...] = (
    *_ARCHIVE,
    (
        "The last typesetter",
        "Grace Hopper",
        "published",
        ("work",),
        1_203,
        datetime(2026, 11, 20, 11, 33),
        "He sets the last line by hand, upside down and right to left, as he has for fifty-one years.",
    ),
    (
        "Straßenbahn, Linie 5",
        "Zoé Müller",
        "review",
        ("city", "sound"),
        58,
        datetime(2026, 11, 20, 15, 5),
        "Ein Tag zwischen Depot und Endhaltestelle, nur mit den Ohren beschrieben.",
    ),
    (
        "A very long title that does not fit in the column and is cut where it ends, not in the database",
        "Tim Berners-Lee",
        "draft",
        (),
        0,
        datetime(2026, 11, 20, 16, 48),
        "Headlines should be short. This one shows what happens when they are not.",
    ),
    (
        "Budget 2027, line by line",
        "Ada Lovelace",
        "published",
        ("money", "data"),
        27_650,
        datetime(2026, 11, 20, 17, 12),
        "We typed in all 2,114 lines so that you can sort them.",
    ),
    (
        "مدينة بلا نوافذ",
        "ليلى حداد",
        "published",
        ("city", "photo"),
        4_410,
        datetime(2026, 11, 20, 19, 30),
        "في الخامسة صباحًا لم يكن في الشارع سوى بائع الخبز. توقف المطر قبل الظهر.",
    ),
    (
        "What the harbour master saw",
        "Grace Hopper",
        "draft",
        ("sea", "long read"),
        311,
        datetime(2026, 11, 20, 22, 41),
        "At four in the morning the harbour is a ledger of lights. He reads it the way others read the news.",
    ),
    (
        "上海的早晨",
        "李 小龙",
        "draft",
        ("city",),
        0,
        datetime(2026, 11, 21, 8, 2),
        "清晨五点,早点铺的灯先亮了。江面上起了雾,船笛声很远。",
    ),
    (
        "Élection: la soirée en direct",
        "Zoé Müller",
        "published",
        ("politics", "live"),
        90_211,
        datetime(2026, 11, 21, 8, 57),
        "20 h 00 : les bureaux ferment. 20 h 04 : personne ne sait rien, et tout le monde le dit.",
    ),
    (
        "The river that learned to wait",
        "Ada Lovelace",
        "published",
        ("water", "essay"),
        18_422,
        datetime(2026, 11, 21, 9, 14),
        "For nine years the river was held behind a gate. Then somebody forgot to close it.",
    ),
)
