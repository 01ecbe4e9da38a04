"""Owns where the person's copy of the sample database lies; makes none."""

from __future__ import annotations

from pathlib import Path

from desktop.base.folders import data_folder

FILE_NAME = "newsroom.sqlite"


def sample_file() -> Path:
    """The copy's place, whether it has been made yet or not."""
    return data_folder() / FILE_NAME
