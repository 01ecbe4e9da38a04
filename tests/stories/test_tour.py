"""The tour is true: it ends well over a sound program, and badly over one that is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ui.tour.steps import STEPS

ROOT = Path(__file__).resolve().parents[2]
SABOTAGE = """
import sys
from pathlib import Path
from desktop.sample.witness import Witness
Witness.living_posts = lambda self, status=None: 1
from ui.tour.run import run_tour
sys.exit(run_tour(Path(sys.argv[1])))
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The program in a process of its own."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=110, check=False
    )


def test_the_tour_ends_well_and_leaves_its_pictures_and_files(tmp_path: Path) -> None:
    done = run("main.py", "tour", "--out", str(tmp_path / "tour"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert done.stdout.count("ok    ") == len(STEPS)
    left = sorted(file.name for file in (tmp_path / "tour").iterdir())
    pictures = [name for name in left if name.endswith(".png")]
    assert [name[:2] for name in pictures] == [f"{number:02}" for number in range(1, len(pictures) + 1)]
    assert len(pictures) >= len(STEPS)
    assert all((tmp_path / "tour" / name).stat().st_size > 10_000 for name in pictures)
    assert {"posts.csv", "posts.json", "posts.xlsx"} <= set(left)
    assert (tmp_path / "tour" / pictures[0]).read_bytes().startswith(b"\x89PNG")


def test_a_step_that_is_not_as_it_should_be_is_told(tmp_path: Path) -> None:
    done = run("-c", SABOTAGE, str(tmp_path))
    assert done.returncode == 1
    assert "FAIL  open: " in done.stdout
    assert any(file.name.endswith("failed.png") for file in tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = run("main.py", "tour", "--out", str(tmp_path / "file"))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1 and "cannot be kept" in done.stderr
