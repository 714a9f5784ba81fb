"""The figures of a made year, computed a second time with pandas from the same rows, by other means."""

import importlib.util
import json
import random
import sys
from datetime import timedelta
from typing import Any

import pytest

from tests.process import ROOT
from ticketd.core.query import Query
from ticketd.core.reports.period import Period
from ticketd.core.reports.shape import Figures
from ticketd.report.gather import Asked, gather
from ticketd.store import stories
from ticketd.store.database import Database

pd = pytest.importorskip("pandas", reason="extra `test`")
TICKETS = 1000


def _bench() -> Any:
    """The year that the benchmark measures."""
    sys.path.insert(0, str(ROOT / "bench"))
    try:
        spec = importlib.util.spec_from_file_location(
            "bench_reports", ROOT / "bench" / "reports.py"
        )
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.pop(0)
    return module


def _filled(database: Database, bench: Any) -> tuple[Any, Any]:
    """Write the year; its tickets and its history as frames."""
    chance = random.Random(3)
    told = [bench.story(number, chance) for number in range(1, TICKETS + 1)]
    tickets = [ticket for ticket, _ in told]
    events = sorted((e for _, found in told for e in found), key=lambda e: (e[1], e[0], e[5]))
    with database.bare() as bare:
        if not database.is_sqlite:
            bare.run("SET LOCAL timezone TO 'UTC'")
        bare.many(bench.TICKET, tickets)
        bare.many(bench.EVENT, events)
    with database.transaction() as session:
        stories.mend(session)
    history = pd.DataFrame(events, columns=["ticket", "at", "by", "event", "data", "act"])
    history["at"] = pd.to_datetime(history["at"], utc=True).dt.floor("s")
    history["new"] = [json.loads(text).get("new", "") for text in history["data"]]
    history["score"] = [json.loads(text).get("score") for text in history["data"]]
    opened = pd.Series({t[0]: pd.Timestamp(t[6], tz="UTC").floor("s") for t in tickets})
    return opened, history


def _nearest(values: Any) -> tuple[int, int]:
    """Median (rounded down) and the 90th percentile by nearest rank."""
    ordered = values.sort_values()
    return int(values.median()), int(ordered.iloc[-(-9 * len(ordered) // 10) - 1])


def _by_pandas(opened: Any, history: Any, period: Period) -> dict[str, Any]:
    start, end = pd.Timestamp(period.start), pd.Timestamp(period.end)

    def inside(frame: Any) -> Any:
        return frame[(frame["at"] >= start) & (frame["at"] < end)]

    replies = history[history["event"] == "agent_replied"]
    first = replies.groupby("ticket")["at"].min()
    first_in = first[(first >= start) & (first < end)]
    moves = history[history["event"] == "status_changed"]
    closed = inside(moves[moves["new"] == "closed"]).groupby("ticket")["at"].max()
    state = (
        moves[moves["at"] < end].groupby("ticket")["new"].last().reindex(opened.index).fillna("new")
    )
    scores = inside(history[history["event"] == "rated"])["score"]
    waits = (first_in - opened.loc[first_in.index]).dt.total_seconds()
    solved = (closed - opened.loc[closed.index]).dt.total_seconds()
    new = opened[(opened >= start) & (opened < end)]
    return {
        "opened": len(new),
        "closed": len(closed),
        "backlog": int((state[opened[opened < end].index] != "closed").sum()),
        "answered": int((first.reindex(new.index) < end).sum()),
        "first_reply_median": _nearest(waits)[0],
        "first_reply_p90": _nearest(waits)[1],
        "resolution_median": _nearest(solved)[0],
        "resolution_p90": _nearest(solved)[1],
        "rating": round(float(scores.mean()), 2),
        "ratings": len(scores),
    }


def test_pandas_says_the_same(database: Database) -> None:
    bench = _bench()
    opened, history = _filled(database, bench)
    end = bench.END.replace(hour=0)
    for days in (365, 90, 30):
        period = Period(end - timedelta(days=days), end, "UTC")
        with database.reading() as session:
            made = gather(session, Asked(("summary",), period, Query()), {}, bench.END)
        block = made.sections[0].blocks[0]
        assert isinstance(block, Figures)
        ours = {one.key: one.value for one in block.items}
        theirs = _by_pandas(opened, history, period)
        assert {key: ours[key] for key in theirs} == theirs
