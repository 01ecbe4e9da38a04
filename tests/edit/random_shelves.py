"""Owns saves made up at random over tables of every awkward kind: what a campaign takes back one by one."""

from __future__ import annotations

import random
from collections.abc import Callable

from desktop.base.keys import RecordRef, TableName
from desktop.base.refusal import RefusedError
from desktop.browse.fetch import read_records
from desktop.browse.selection import ChosenKeys
from desktop.edit.bulk import SetValue, delete_selected, set_field
from desktop.edit.counter import add_to_field
from desktop.edit.load import OnConflict, load_rows
from desktop.edit.save_log import Recorder
from desktop.edit.soft import restore, soft_delete
from desktop.edit.unit import Unit
from desktop.edit.upsert import SetMode
from desktop.schema.database import Database
from tests.edit.random_saves import keys

NODE, PART, FITTED, TICKET, REMARK = (
    TableName(None, name) for name in ("node", "part", "fitted", "ticket", "remark")
)
_ALWAYS = {"postgresql": "INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "sqlite": "INTEGER PRIMARY KEY"}


def statements(dialect: str) -> tuple[str, ...]:
    """Self references, composite keys, links with columns of their own, generated columns, numbers that the
    database insists on, soft deletes."""
    return (
        "CREATE TABLE node (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL,"
        " parent INTEGER REFERENCES node (id) ON DELETE CASCADE,"
        " friend INTEGER REFERENCES node (id) ON DELETE SET NULL, deleted_at TIMESTAMP)",
        "CREATE TABLE part (place INTEGER, code VARCHAR(9), amount INTEGER NOT NULL DEFAULT 0,"
        " twice INTEGER GENERATED ALWAYS AS (amount * 2) STORED, PRIMARY KEY (place, code))",
        "CREATE TABLE fitted (node INTEGER REFERENCES node (id) ON DELETE CASCADE, place INTEGER,"
        " code VARCHAR(9), size NUMERIC(8, 2), PRIMARY KEY (node, place, code),"
        " FOREIGN KEY (place, code) REFERENCES part (place, code) ON DELETE CASCADE)",
        f"CREATE TABLE ticket (id {_ALWAYS[dialect]}, name VARCHAR(40),"
        " length INTEGER GENERATED ALWAYS AS (length(name)) STORED,"
        " node INTEGER REFERENCES node (id) ON DELETE SET NULL)",
        f"CREATE TABLE remark (id {_ALWAYS[dialect]}, text VARCHAR(40),"
        " ticket INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE)",
        "INSERT INTO node VALUES (1, 'root', NULL, NULL, NULL), (2, 'branch', 1, 1, NULL),"
        " (3, 'leaf', 2, 3, NULL), (4, 'other', NULL, 2, NULL)",
        "INSERT INTO part (place, code, amount) VALUES (1, 'a', 5), (1, 'b', 7), (2, 'a', 1)",
        "INSERT INTO fitted VALUES (1, 1, 'a', 1.50), (2, 1, 'b', 2.25), (3, 2, 'a', NULL)",
        "INSERT INTO ticket (name, node) VALUES ('one', 1), ('two', 3), ('three', NULL)",
        "INSERT INTO remark (text, ticket) VALUES ('r1', 1), ('r2', 1), ('r3', 2)",
    )


class RandomShelves:
    """One save after the other, the same for the same seed."""

    def __init__(self, database: Database, seed: int) -> None:
        self._database = database
        self._chance = random.Random(seed)  # made up, not secret
        self._number = 100
        self.done: dict[str, int] = {}
        """How often each kind of save was made."""

    def save(self, recorder: Recorder | None = None) -> None:
        """Some random save; tried again with another where it is refused or has nothing to do."""
        while True:
            kind = self._chance.choice((
                self._unit, self._unit, self._unit, self._import, self._add_amounts, self._increment,
                self._mark, self._delete_many, self._set_many,
            ))  # fmt: skip
            try:
                if kind(recorder):
                    name = kind.__name__.strip("_")
                    self.done[name] = self.done.get(name, 0) + 1
                    return
            except RefusedError:
                continue

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _some(self, table: TableName, most: int = 3) -> list[tuple[object, ...]]:
        there = keys(self._database, table)
        return self._chance.sample(there, min(len(there), self._chance.randint(1, most)))

    def _unit(self, recorder: Recorder | None) -> bool:
        unit = Unit(self._database, recorder=recorder)
        for _ in range(self._chance.randint(1, 4)):
            steps: tuple[Callable[[Unit], None], ...] = (self._grow, self._fit, self._ticket, self._rename,
                                                         self._move, self._fell)  # fmt: skip
            self._chance.choice(steps)(unit)
        if not unit.dirty:
            return False
        unit.save()
        return True

    def _grow(self, unit: Unit) -> None:
        number, there = self._next(), self._some(NODE, 1)
        parent = there[0][0] if there else None
        new = unit.stage_insert(NODE, {"id": number, "name": f"n{number}", "parent": parent})
        unit.stage_insert(NODE, {"id": self._next(), "name": "child", "parent": new.key, "friend": new.key})

    def _fit(self, unit: Unit) -> None:
        nodes, parts = self._some(NODE, 1), self._some(PART, 1)
        if nodes and parts and (*nodes[0], *parts[0]) not in keys(self._database, FITTED):
            (node,), (place, code) = nodes[0], parts[0]
            unit.stage_insert(FITTED, {"node": node, "place": place, "code": code, "size": None})

    def _ticket(self, unit: Unit) -> None:
        new = unit.stage_insert(TICKET, {"name": f"t{self._next()}"})
        unit.stage_insert(REMARK, {"text": "of it", "ticket": new.key})

    def _rename(self, unit: Unit) -> None:
        table, column = self._chance.choice(((NODE, "name"), (TICKET, "name"), (REMARK, "text")))
        for key in self._some(table, 2):
            self._stage(unit, RecordRef(table, key), column, f"renamed {self._next()}")

    def _move(self, unit: Unit) -> None:
        for key in self._some(PART, 1):
            self._stage(unit, RecordRef(PART, key), "amount", self._next())
        here, there = self._some(NODE, 1), self._some(NODE, 1)
        if here and there:
            self._stage(unit, RecordRef(NODE, here[0]), "friend", there[0][0])

    def _fell(self, unit: Unit) -> None:
        table = self._chance.choice((NODE, PART, FITTED, TICKET, REMARK))
        for key in self._some(table, 2):
            unit.stage_delete(RecordRef(table, key))

    def _stage(self, unit: Unit, ref: RecordRef, column: str, value: object) -> None:
        if unit.changes.get(ref) is None:
            assert isinstance(ref.key, tuple)
            (record,) = read_records(self._database, ref.table, [ref.key])
            unit.stage(ref, column, record.values[column], value)

    # whole selections

    def _import(self, recorder: Recorder | None) -> bool:
        rows = [{"id": key[0], "name": f"imported {self._next()}"} for key in self._some(NODE)]
        rows += [{"id": self._next(), "name": "added"} for _ in range(self._chance.randint(0, 3))]
        load_rows(self._database, NODE, ["id", "name"], rows, OnConflict.UPDATE, ["id"], recorder=recorder)
        return bool(rows)

    def _add_amounts(self, recorder: Recorder | None) -> bool:
        rows = [{"place": place, "code": code, "amount": 3} for place, code in self._some(PART)]
        rows.append({"place": self._next(), "code": "z", "amount": 1})
        load_rows(self._database, PART, ["place", "code", "amount"], rows, OnConflict.UPDATE,
                  set_modes={"amount": SetMode.ADD}, recorder=recorder)  # fmt: skip
        return True

    def _increment(self, recorder: Recorder | None) -> bool:
        chosen = self._some(PART)
        if chosen:
            add_to_field(
                self._database, ChosenKeys(PART, tuple(chosen)), "amount", 5, len(chosen), recorder=recorder
            )
        return bool(chosen)

    def _mark(self, recorder: Recorder | None) -> bool:
        chosen = self._some(NODE)
        marking = self._chance.choice((soft_delete, restore))
        if chosen:
            marking(self._database, ChosenKeys(NODE, tuple(chosen)), len(chosen), recorder=recorder)
        return bool(chosen)

    def _delete_many(self, recorder: Recorder | None) -> bool:
        table = self._chance.choice((NODE, TICKET, FITTED))
        chosen = self._some(table)
        if chosen:
            delete_selected(self._database, ChosenKeys(table, tuple(chosen)), len(chosen), recorder=recorder)
        return bool(chosen)

    def _set_many(self, recorder: Recorder | None) -> bool:
        chosen = self._some(TICKET)
        if chosen:
            set_field(self._database, ChosenKeys(TICKET, tuple(chosen)), "name", SetValue(f"s{self._next()}"),
                      len(chosen), recorder=recorder)  # fmt: skip
        return bool(chosen)
