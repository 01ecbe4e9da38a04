"""Owns the one Select a view compiles to, in the shapes the readers need; it holds no connection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.browse import shown
from desktop.browse.conditions import deleted_clause, named_key, view_conditions
from desktop.browse.decode import Decoder
from desktop.browse.order import Clause, Term, make_term
from desktop.browse.row_layout import RowLayout
from desktop.browse.view import Deleted, View
from desktop.schema.database import Database
from desktop.schema.describe import Column, ForeignKey, Kind, Table
from desktop.schema.labels import label_expression
from desktop.values.locale import PLAIN, Locale

_MOST_KNOWN = 100
"""Views of a database that are kept compiled."""


@dataclass(frozen=True, eq=False)
class Naming:
    """The record a foreign key points to, ready to be joined for its name."""

    key: ForeignKey
    target: sa.FromClause
    label: sa.ColumnElement[str]

    def on(self, columns: Sequence[sa.ColumnElement[Any]]) -> Clause:
        """The named record is the one these values of the foreign key point to."""
        met = [self.target.c[n] == c for n, c in zip(self.key.target_columns, columns, strict=True)]
        return sa.and_(*met)


@dataclass(frozen=True, eq=False)
class CompiledView:
    """A view bound to one database; its parts can be combined into any statement about it."""

    database: Database
    view: View
    table: Table
    base: sa.Table
    columns: tuple[Column, ...]
    """The columns shown."""
    names: dict[str, Naming] = field(repr=False)
    """By column: the foreign keys shown by a name or sorted by one."""
    sorted_by_name: tuple[str, ...]
    """Columns whose name the order needs, so that it must be joined before the page is cut."""
    where: tuple[Clause, ...]
    terms: tuple[Term, ...]
    steps: dict[object, Any] = field(default_factory=dict, repr=False)
    """The statements that were put together already; see ``ranges``."""

    @property
    def source(self) -> sa.FromClause:
        """The table with what the order needs."""
        return self._joined(self.sorted_by_name)

    @property
    def order(self) -> list[sa.ColumnElement[Any]]:
        return [term.ordered for term in self.terms]

    def page(
        self, where: Sequence[Clause], limit: int | sa.BindParameter[int] | None
    ) -> tuple[sa.Select[Any], Decoder]:
        """Rows with previews in the view's order, as many as ``limit``; names are joined to these only."""
        plan = _Plan(self, full=False)
        inner = sa.select(*plan.selected, *plan.needed).select_from(self.source)
        inner = inner.where(*self.where, *where).order_by(*self.order).limit(limit)
        if not plan.named:
            return inner, plan.decoder
        page = inner.subquery("page")
        outer_from: sa.FromClause = page
        for column in plan.named:
            naming = self.names[column]
            points = [page.c[point] for point in plan.points(column)]
            outer_from = outer_from.outerjoin(naming.target, naming.on(points))
        outer = sa.select(*(page.c[c.name] for c in plan.selected), *plan.labels).select_from(outer_from)
        orders = [page.c[f"o{i}"] for i in range(len(self.terms))]
        return outer.order_by(
            *(o.desc() if t.descending else o.asc() for o, t in zip(orders, self.terms, strict=True))
        ), plan.decoder

    def all_rows(
        self, where: Sequence[Clause], *, full: bool, names: bool = True
    ) -> tuple[sa.Select[Any], Decoder]:
        """Every row in the view's order in one flat statement, for a cursor.

        ``full``: no previews. Without ``names`` no record is joined only for its name.
        """
        plan = _Plan(self, full=full, names=names)
        source = self._joined(tuple(dict.fromkeys([*self.sorted_by_name, *plan.named])))
        statement = sa.select(*plan.selected, *plan.labels).select_from(source)
        return statement.where(*self.where, *where).order_by(*self.order), plan.decoder

    def written(
        self, cells: Sequence[sa.ColumnElement[Any]], named: Sequence[str], where: Sequence[Clause]
    ) -> sa.Select[Any]:
        """These expressions for every row, in the view's order; the records named in ``named`` are joined."""
        source = self._joined(tuple(dict.fromkeys([*self.sorted_by_name, *named])))
        return sa.select(*cells).select_from(source).where(*self.where, *where).order_by(*self.order)

    def keys(self) -> sa.Select[Any]:
        """The keys of the records, in the view's order."""
        key = [self.base.c[name] for name in self.table.key]
        return sa.select(*key).select_from(self.source).where(*self.where).order_by(*self.order)

    def chosen(self, where: Clause) -> tuple[sa.Select[Any], Decoder]:
        """The rows that meet the condition, with previews and names; neither filtered nor in any order."""
        plan = _Plan(self, full=False)
        source = self._joined(tuple(plan.named))
        return sa.select(*plan.selected, *plan.labels).select_from(source).where(where), plan.decoder

    def order_values(self) -> sa.Select[Any]:
        """The order terms of the records, one column each; not sorted."""
        return sa.select(*self._terms()).select_from(self.source).where(*self.where)

    def numbered(self, step: int) -> sa.Select[Any]:
        """The order values of every ``step``-th record and of the last, each with its number from 1."""
        number = sa.func.row_number().over(order_by=self.order)
        following = sa.func.lead(sa.literal_column("1")).over(order_by=self.order)
        inner = (
            sa.select(*self._terms(), number.label("n"), following.label("following"))
            .select_from(self.source)
            .where(*self.where)
            .subquery("numbered")
        )
        values = [inner.c[f"o{i}"] for i in range(len(self.terms))]
        first = (inner.c.n - 1) % step == 0
        return (
            sa.select(inner.c.n, *values)
            .where(sa.or_(first, inner.c.following.is_(None)))
            .order_by(inner.c.n)
        )

    def first(self, most: int) -> sa.Subquery:
        """Some of the records, at most so many, only to be counted."""
        statement: sa.Select[Any] = (
            sa.select(sa.literal_column("1").label("one")).select_from(self.base).where(*self.where)
        )
        return statement.limit(most).subquery("first")

    def count(self, where: Sequence[Clause] = ()) -> sa.Select[Any]:
        """How many records; nothing is joined that the conditions do not need."""
        source = self.source if where else self.base
        return sa.select(sa.func.count()).select_from(source).where(*self.where, *where)

    def _terms(self) -> Iterator[sa.ColumnElement[Any]]:
        for i, term in enumerate(self.terms):
            yield term.expression.label(f"o{i}")

    def _joined(self, columns: Sequence[str]) -> sa.FromClause:
        source: sa.FromClause = self.base
        for column in columns:
            naming = self.names[column]
            pointing = [self.base.c[name] for name in naming.key.columns]
            source = source.outerjoin(naming.target, naming.on(pointing))
        return source


class _Plan:
    """Which expressions a statement selects for the rows of a view, and where they stand."""

    def __init__(self, compiled: CompiledView, *, full: bool, names: bool = True) -> None:
        self._compiled = compiled
        self._full = full
        self.selected: list[sa.Label[Any]] = []
        self.named = [c.name for c in compiled.columns if names and c.name in compiled.names]
        self.labels = [compiled.names[c].label.label(f"n{i}") for i, c in enumerate(self.named)]
        for i, column in enumerate(compiled.columns):
            self._add(f"v{i}", self._shown(column))
        self._previews = [] if full else list(self._add_sizes())
        self._key = [self._key_place(i, name) for i, name in enumerate(compiled.table.key)]
        self._deleted = self._add_deleted()
        places = {column: len(self.selected) + i for i, column in enumerate(self.named)}
        self._name_places = [places.get(column.name) for column in compiled.columns]

    @property
    def needed(self) -> list[sa.Label[Any]]:
        """What a page must also hold to be sorted again and joined to the names."""
        if not self.named:
            return []
        base, terms = self._compiled.base, self._compiled.terms
        orders = [term.expression.label(f"o{i}") for i, term in enumerate(terms)]
        names = self._compiled.names
        pointing = [
            base.c[own].label(point)
            for column in self.named
            for own, point in zip(names[column].key.columns, self.points(column), strict=True)
        ]
        return orders + pointing

    def points(self, column: str) -> list[str]:
        """The page's names for the columns that point to the record named in ``column``."""
        number = self.named.index(column)
        return [f"p{number}_{i}" for i in range(len(self._compiled.names[column].key.columns))]

    @property
    def decoder(self) -> Decoder:
        """What makes Rows of the fetched tuples; links are added later."""
        types = [label.type for label in (*self.selected, *self.labels)]
        layout = RowLayout(
            self._compiled.columns,
            tuple(self._previews),
            tuple(self._key),
            self._deleted,
            tuple(self._name_places),
        )
        return Decoder(layout, types)

    def _shown(self, column: Column) -> sa.ColumnElement[Any]:
        expression = self._compiled.base.c[column.name]
        return expression if self._full else shown.preview(column, expression)

    def _add_sizes(self) -> Iterator[tuple[int, int | None]]:
        """The places of values that come as previews, each with the place of its whole size."""
        for place, column in enumerate(self._compiled.columns):
            size = shown.whole_size(column, self._compiled.base.c[column.name])
            if size is not None:
                yield place, self._add(f"s{place}", size)
            elif column.kind is Kind.BYTES:
                yield place, None

    def _key_place(self, number: int, name: str) -> int:
        """Where the key column stands; the values hold it already, where it is shown whole."""
        for place, column in enumerate(self._compiled.columns):
            if column.name == name and (self._full or shown.is_whole(column)):
                return place
        return self._add(f"k{number}", self._compiled.base.c[name])

    def _add(self, name: str, expression: sa.ColumnElement[Any]) -> int:
        self.selected.append(expression.label(name))
        return len(self.selected) - 1

    def _add_deleted(self) -> int | None:
        if self._compiled.view.deleted is Deleted.HIDDEN:
            return None
        gone = deleted_clause(self._compiled.database, self._compiled.table)
        return None if gone is None else self._add("d", gone)


def compile_view(database: Database, view: View, locale: Locale = PLAIN) -> CompiledView:
    """The view bound to the database; BadFilter or RefusedError where it asks for what is not there."""
    if view.is_filtered:  # "today" is another day tomorrow
        return _compile(database, view, locale)
    known = database.known.get((view, locale))
    if isinstance(known, CompiledView):
        return known
    if len(database.known) >= _MOST_KNOWN:
        database.known.clear()
    compiled = database.known[view, locale] = _compile(database, view, locale)
    return compiled


def _compile(database: Database, view: View, locale: Locale) -> CompiledView:
    table = database.table(view.table)
    base = database.sa(view.table)
    columns = tuple(_column(table, name) for name in view.columns)
    sorted_by = tuple(dict.fromkeys(sort.column for sort in view.sort))
    wanted = dict.fromkeys([*view.columns, *(_column(table, name).name for name in sorted_by)])
    names = {name: naming for name in wanted if (naming := _naming(database, table, name)) is not None}
    by_name = tuple(name for name in sorted_by if name in names and not _is_key_label(database, names[name]))
    return CompiledView(
        database,
        view,
        table,
        base,
        columns,
        names,
        by_name,
        view_conditions(database, view, locale),
        _terms(database, view, table, base, {name: names[name].label for name in by_name}),
    )


def _terms(
    database: Database,
    view: View,
    table: Table,
    base: sa.Table,
    labels: Mapping[str, sa.ColumnElement[str]],
) -> tuple[Term, ...]:
    """The sort of the view, then what is missing of the key: so no two records have the same place.

    The key goes the way of the last sort term, because an index that serves the one then serves the other.
    """
    terms: list[Term] = []
    placed: set[str] = set()

    def add(name: str, descending: bool, *, label: bool) -> None:
        expression, nullable = _term_expression(table, base, name)
        if label:
            expression, nullable = labels[name], True
        terms.append(
            make_term(
                expression,
                descending=descending,
                nullable=nullable,
                nulls_first_ascending=database.capabilities.nulls_first_ascending,
            )
        )

    for sort in view.sort:
        if sort.column in placed or (table.key and placed.issuperset(table.key)):
            continue
        if sort.column in labels:
            add(sort.column, sort.descending, label=True)
        else:
            add(sort.column, sort.descending, label=False)
            placed.add(sort.column)
    last = view.sort[-1].descending if view.sort else False
    for name in table.key:
        if name not in placed:
            add(name, last, label=False)
    return tuple(terms)


def _term_expression(table: Table, base: sa.Table, name: str) -> tuple[sa.ColumnElement[Any], bool]:
    """What to sort by, and whether it may be NULL; bytes outside the key by their size, as they are shown."""
    column = next((c for c in table.columns if c.name == name), None)
    if column is None:  # the rowid of a table without a key
        return base.c[name], False
    nullable = column.nullable and not column.identity
    if column.kind is Kind.BYTES and name not in table.key:
        return sa.func.length(base.c[name], type_=sa.BigInteger()), nullable
    return base.c[name], nullable


def _naming(database: Database, table: Table, column: str) -> Naming | None:
    key = named_key(database, table, column)
    if key is None:
        return None
    target = database.sa(key.target).alias()
    return Naming(key, target, label_expression(database, key.target, target))


def _is_key_label(database: Database, naming: Naming) -> bool:
    """Whether the name is nothing but the key: then the column's own order is the natural one."""
    target = database.table(naming.key.target)
    parts = target.label.parts
    return not parts or (parts == target.key and not any(map(target.foreign_key_on, target.key)))


def _column(table: Table, name: str) -> Column:
    try:
        return table.column(name)
    except KeyError:
        raise RefusedError(
            Refusal(Reason.OTHER, f"There is no field named {name}.", table=table.name, fields=(name,))
        ) from None
