"""Owns the benchmark's data: the same table of orders on SQLite and PostgreSQL, built by set-wise SQL."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from desktop.connect.profile import Profile, parse_url

_CUSTOMERS = "CREATE TABLE customers (id integer PRIMARY KEY, name varchar(60) NOT NULL)"
_ORDERS = """
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id integer NOT NULL REFERENCES customers (id),
    title varchar(80) NOT NULL,
    city varchar(40),
    amount numeric(12, 2) NOT NULL,
    paid boolean NOT NULL,
    ordered_on date NOT NULL,
    note text
)
"""
_INDEX = "CREATE INDEX orders_customer ON orders (customer_id)"
_FILL_CUSTOMERS = """
INSERT INTO customers (id, name)
WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < :customers)
SELECT n, 'Customer ' || n FROM s
"""
_FILL_ORDERS = """
INSERT INTO orders (id, customer_id, title, city, amount, paid, ordered_on, note)
WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < :rows)
SELECT n, 1 + (n * CAST(7919 AS bigint)) % :customers, 'Order number ' || n,
    CASE n % 5 WHEN 0 THEN NULL WHEN 1 THEN 'Paris' WHEN 2 THEN 'Köln' WHEN 3 THEN '上海' ELSE 'Oslo' END,
    (n % 100000) / 100.0, n % 3 = 0, DAY, 'Note for ' || n
FROM s
"""
_DAY = {
    "sqlite": "date('2020-01-01', '+' || (n % 2000) || ' days')",
    "postgresql": "date '2020-01-01' + (n % 2000)",
}


def build_sqlite(folder: Path, rows: int) -> Profile:
    """A file with ``rows`` orders and a tenth as many customers."""
    path = folder / f"orders-{rows}.sqlite"
    path.touch()
    _build(sa.create_engine(f"sqlite:///{path}"), "sqlite", rows)
    return Profile(name=path.stem, backend="sqlite", path=str(path))


def build_postgres(url: str, rows: int) -> Profile:
    """A schema of the server with the same rows."""
    schema = f"bench_{rows}"
    maker = sa.create_engine(url)
    with maker.begin() as connection:
        connection.execute(sa.schema.CreateSchema(schema))
    maker.dispose()
    url = f"{url}?options=-csearch_path%3D{schema}"
    _build(sa.create_engine(url), "postgresql", rows)
    profile, _ = parse_url(url)
    return profile


def _build(engine: sa.Engine, backend: str, rows: int) -> None:
    sizes = {"rows": rows, "customers": max(rows // 10, 10)}
    with engine.begin() as connection:
        for statement in (_CUSTOMERS, _ORDERS, _INDEX):
            connection.execute(sa.text(statement))
        connection.execute(sa.text(_FILL_CUSTOMERS), sizes)
        connection.execute(sa.text(_FILL_ORDERS.replace("DAY", _DAY[backend])), sizes)
        connection.execute(sa.text("ANALYZE"))
    engine.dispose()
