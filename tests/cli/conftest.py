"""The command knows nothing of the database: once is enough. What it asks runs on both in the conversations."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "ticketd.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"
