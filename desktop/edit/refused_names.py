"""Owns looking up what refused records are called; where that fails they stay without a name, and refused."""

from __future__ import annotations

from contextlib import suppress

from desktop.base.cancel import CancelledError, CancelToken
from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.base.refusal import Reason, RefusedError
from desktop.browse.lookups import labels_of
from desktop.edit.session import FAULTS
from desktop.schema.database import Database

_MOST = 200
"""Of more nobody reads the names."""


def name_refused(database: Database, error: RefusedError, token: CancelToken) -> None:
    """Put the names of the records that are stored into the error."""
    if error.refusal.reason is Reason.CONNECTION:  # nobody would answer
        return
    keys: dict[TableName, list[Key]] = {}
    for refusal in error.refusals[:_MOST]:
        ref = refusal.record
        if ref is not None and not isinstance(ref.key, NewKey):
            keys.setdefault(ref.table, []).append(ref.key)
    with suppress(*FAULTS, RefusedError, CancelledError):
        for table, some in keys.items():
            names = labels_of(database, table, some, token=token)
            error.names |= {RecordRef(table, key): name for key, name in names.items()}
