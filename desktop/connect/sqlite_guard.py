"""Owns what a connection to an SQLite file may do at all: a file may come from anybody; must not open one."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable

MOST_BYTES = 256 * 1024 * 1024
"""Of one value or record; a schema can ask for any size without holding a byte of it."""
STEPS_BETWEEN_LOOKS = 200_000
"""Steps of SQLite's machine after which a statement asks whether anybody still wants it."""

_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: MOST_BYTES,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 8_000_000,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 1_000,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 500,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 25_000_000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    # Foreign keys that cascade count as triggers: a tree may well be a few hundred levels deep.
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1_000,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}

_NEVER = frozenset({"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit"})
"""Functions that reach out of the database, wherever they are called from."""

_FOR_SCHEMA = frozenset(
    """
    abs changes char coalesce concat concat_ws format glob hex iif if ifnull instr last_insert_rowid length
    like likelihood likely lower ltrim max min nullif octet_length printf quote random randomblob replace
    round rtrim sign soundex string_agg substr substring total_changes trim typeof unhex unicode unistr
    unistr_quote unlikely upper zeroblob avg count group_concat median percentile sum total cume_dist
    dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number date datetime
    julianday strftime time timediff unixepoch current_date current_time current_timestamp acos acosh asin
    asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log log10 log2 mod pi pow power
    radians sin sinh sqrt tan tanh trunc json json_array json_array_insert json_array_length json_each
    json_error_position json_extract json_group_array json_group_object json_insert json_object json_patch
    json_pretty json_quote json_remove json_replace json_set json_tree json_type json_valid jsonb
    jsonb_array jsonb_extract jsonb_group_array jsonb_group_object jsonb_insert jsonb_object jsonb_patch
    jsonb_remove jsonb_replace jsonb_set -> ->> bm25 highlight match matchinfo offsets optimize snippet
    regexp
    """.split()  # noqa: SIM905 - a wall of quotes says less
)
"""What views and triggers of a file may call: functions that only compute."""

_MAY_TAKE_AN_ARGUMENT = frozenset(
    """
    busy_timeout defer_foreign_keys foreign_key_check foreign_key_list index_info index_list index_xinfo
    table_info table_list table_xinfo
    """.split()  # noqa: SIM905 - a wall of quotes says less
)
"""Settings that Rowkeeper's own statements ask about or change later; all others can only be read."""

_CLOSED = frozenset({sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH})


def confine(connection: sqlite3.Connection) -> None:
    """Limits, and a look at every statement when it is prepared; reading costs nothing more."""
    for limit, most in _LIMITS.items():
        connection.setlimit(limit, min(most, connection.getlimit(limit)))
    if sys.version_info >= (3, 12):
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, False)
    connection.set_authorizer(_allow)


def watch(connection: sqlite3.Connection, unwanted: Callable[[], bool]) -> None:
    """Let long statements ask ``unwanted``, and end where it says so.

    SQLite's own interrupt is forgotten where it falls between two statements; this is not.
    """
    connection.set_progress_handler(unwanted, STEPS_BETWEEN_LOOKS)


def _allow(action: int, first: str | None, second: str | None, _database: str | None, by: str | None) -> int:
    """``by`` is the view or trigger that asks, None for Rowkeeper's own statements."""
    if action in _CLOSED:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_PRAGMA:
        allowed = second is None or (first or "").lower() in _MAY_TAKE_AN_ARGUMENT
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_FUNCTION:
        name = (second or "").lower()
        closed = name in _NEVER or (by is not None and name not in _FOR_SCHEMA)
        return sqlite3.SQLITE_DENY if closed else sqlite3.SQLITE_OK
    return sqlite3.SQLITE_OK
