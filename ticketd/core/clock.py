"""The one place that reads the system clock."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The present moment, aware and in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the one place
