"""One step or nothing: what is left of the old and the new file."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from desktop.base.cancel import CancelledError
from desktop.base.refusal import Reason, RefusedError
from desktop.transfer.atomic import replacing


def write(target: Path, data: bytes = b"new") -> None:
    with replacing(target) as file:
        file.write(data)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_new_file(tmp_path: Path) -> None:
    write(tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == b"new"
    assert names(tmp_path) == ["out.csv"]


def test_old_file_is_replaced_and_its_mode_kept(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("old")
    target.chmod(0o640)
    write(target)
    assert (target.read_text(), stat.S_IMODE(target.stat().st_mode)) == ("new", 0o640)


@pytest.mark.parametrize("error", [CancelledError(), KeyboardInterrupt(), ValueError("x")])
def test_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path, error: BaseException) -> None:
    target = tmp_path / "out.csv"
    target.write_text("old")
    with pytest.raises(type(error)), replacing(target) as file:
        file.write(b"half")
        assert target.read_text() == "old"
        raise error
    assert (target.read_text(), names(tmp_path)) == ("old", ["out.csv"])


def test_full_disk_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"There is no room left for “out\.csv”") as caught:  # noqa: SIM117
        with replacing(tmp_path / "out.csv"):
            raise OSError(errno.ENOSPC, "No space left on device")
    assert caught.value.refusal.reason is Reason.STORAGE
    assert names(tmp_path) == []


def test_symbolic_link_is_replaced_not_followed(tmp_path: Path) -> None:
    precious, target = tmp_path / "precious", tmp_path / "out.csv"
    precious.write_text("precious")
    target.symlink_to(precious)
    write(target)
    assert (precious.read_text(), target.read_text(), target.is_symlink()) == ("precious", "new", False)


def test_what_is_written_is_on_the_disk_before_it_takes_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    fsync, replace = os.fsync, os.replace

    def note_fsync(handle: int) -> None:
        done.append(
            "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else f"{os.fstat(handle).st_size} bytes"
        )
        fsync(handle)

    def note_replace(made: Path, target: Path) -> None:
        done.append("replace")
        replace(made, target)

    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(os, "replace", note_replace)
    write(tmp_path / "out.csv")
    assert done == ["3 bytes", "replace", "folder"]


def test_link_to_nowhere_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.symlink_to(tmp_path / "nowhere")
    write(target)
    assert names(tmp_path) == ["out.csv"]


def test_link_to_a_device_is_refused_and_stays(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.symlink_to("/dev/null")
    with pytest.raises(RefusedError, match="is not an ordinary file"):
        write(target)
    assert target.is_symlink() and names(tmp_path) == ["out.csv"]


def test_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="is a folder; give the name of a file"):
        write(tmp_path)


def test_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="There is no folder"):
        write(tmp_path / "missing" / "out.csv")


def test_device_is_refused_and_stays() -> None:
    with pytest.raises(RefusedError, match="not an ordinary file"):
        write(Path(os.devnull))
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.EACCES, "You may not write in the folder"),
        (errno.EROFS, "You may not write in the folder"),
        (errno.ENAMETOOLONG, "The name of the file is too long"),
        (errno.EIO, "“out.csv” could not be written: Input/output error"),
    ],
)
def test_unwritable_folder_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, sentence: str
) -> None:
    real_open = os.open

    def refuse(path: str | Path, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_CREAT and str(path).endswith(".part"):
            raise OSError(code, os.strerror(code))
        return real_open(path, flags, mode)

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(RefusedError, match=sentence):
        write(tmp_path / "out.csv")
    assert names(tmp_path) == []


def test_protected_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out.csv"
    target.write_text("old")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(RefusedError, match=r"You may not change the file “out\.csv”"):
        write(target)
    assert target.read_text() == "old"
