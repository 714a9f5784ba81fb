"""The figures of a made year, computed a second time with pandas from the same rows, by other means."""

import importlib.util
import json
import random
import sys
from datetime import date, timedelta
from typing import Any

import pytest

from tests.process import ROOT
from ticketd.core.calendars import Calendar
from ticketd.core.query_shape import Query
from ticketd.core.reports.period import Period
from ticketd.core.reports.shape import Figures
from ticketd.core.sla import Policy, Sla, Target
from ticketd.report.gather import Asked, gather
from ticketd.store import stories
from ticketd.store.database import Database

pd = pytest.importorskip("pandas", reason="extra `test`")
OFFICE = Calendar("office", "UTC", (((510, 720), (780, 1050)),) * 5 + ((),) * 2, frozenset({date(2026, 4, 30)}))  # fmt: skip
FOUR_HOURS = 4 * 3600
SLA = Sla((Policy("all", {Target.FIRST_REPLY: timedelta(seconds=FOUR_HOURS)}, OFFICE),), 1)


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


def _filled(database: Database, bench: Any, count: int) -> tuple[Any, Any]:
    """Write the year; its tickets and its history as frames."""
    chance = random.Random(3)
    told = [bench.story(number, chance) for number in range(1, count + 1)]
    tickets = [ticket for ticket, _ in told]
    events = sorted((e for _, found in told for e in found), key=lambda e: (e[1], e[0], e[5]))
    with database.bare() as bare:
        if not database.is_sqlite:
            bare.run("SET LOCAL timezone TO 'UTC'")
        for statement, rows in ((bench.TICKET, tickets), (bench.EVENT, events)):
            for row in rows:
                bare.run(statement, row)
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


class _Office:
    """Its minutes, one by one, and their sum up to each of them: by no means as the desk reckons."""

    def __init__(self, first: Any, last: Any) -> None:
        minutes = pd.date_range(first, last, freq="min")
        of_day = minutes.hour * 60 + minutes.minute
        is_open = ((of_day >= 510) & (of_day < 720)) | ((of_day >= 780) & (of_day < 1050))
        is_open &= (minutes.day_of_week < 5) & (minutes.normalize() != pd.Timestamp("2026-04-30", tz="UTC"))  # fmt: skip
        self.first, self.is_open = minutes[0], pd.Series(is_open)
        self.sums = self.is_open.cumsum().shift(fill_value=0) * 60

    def worked(self, moments: Any) -> Any:
        seconds = (moments - self.first).dt.total_seconds().astype(int)
        minute = (seconds // 60).to_numpy()
        more = self.is_open.to_numpy()[minute] * (seconds % 60).to_numpy()
        return pd.Series(self.sums.to_numpy()[minute] + more, index=moments.index)

    def between(self, starts: Any, ends: Any) -> Any:
        return self.worked(ends) - self.worked(starts)

    def due(self, starts: Any, span: int) -> Any:
        """When so much has been worked since; at the end of time where it has not."""
        wanted = self.worked(starts) + span
        minute = self.sums.searchsorted(wanted.to_numpy(), side="left") - 1
        left = wanted.to_numpy() - self.sums.to_numpy()[minute]
        found = self.first + pd.to_timedelta(minute * 60 + left, unit="s")
        never = wanted.to_numpy() > self.sums.iloc[-1]
        return pd.Series(found, index=starts.index).where(
            ~never, pd.Timestamp("2100-01-01", tz="UTC")
        )


def _in_business_time(opened: Any, history: Any, end_of_all: Any, start: Any, end: Any) -> dict[str, Any]:  # fmt: skip
    office = _Office(opened.min().floor("D"), end_of_all)
    words = history[history["event"].isin(["customer_wrote", "agent_replied"])].copy()
    words["replied"] = (words["event"] == "agent_replied").astype(int)
    words["turn"] = words.groupby("ticket")["replied"].cumsum() - words["replied"]
    by_turn = words.groupby(["ticket", "turn", "replied"])["at"].min().unstack()
    turns = by_turn.dropna().rename(columns={0: "since", 1: "at"}).reset_index()
    first = turns[turns["turn"] == 0].set_index("ticket")
    first_in = first[(first["at"] >= start) & (first["at"] < end)]
    every_in = turns[(turns["at"] >= start) & (turns["at"] < end)]
    due = office.due(opened, FOUR_HOURS)
    done = first["at"].reindex(opened.index).fillna(pd.Timestamp("2100-01-01", tz="UTC"))
    done = done.where(done < end, pd.Timestamp("2100-01-01", tz="UTC"))
    kept = (done <= due) & (done >= start) & (done < end)
    missed = (done > due) & (due >= start) & (due < end)
    return {
        "first_reply_business_median": _nearest(office.between(opened.loc[first_in.index], first_in["at"]))[0],
        "every_reply_business_median": _nearest(office.between(every_in["since"], every_in["at"]))[0],
        "sla_first_reply": round(int(kept.sum()) / int(kept.sum() + missed.sum()), 4),
        "sla_missed": int(missed.sum()),
    }  # fmt: skip


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


def test_pandas_says_the_same(database: Database, request: pytest.FixtureRequest) -> None:
    bench = _bench()
    opened, history = _filled(database, bench, int(request.config.getoption("--figures")))
    end = bench.END.replace(hour=0)
    for days in (365, 90, 30):
        period = Period(end - timedelta(days=days), end, "UTC")
        with database.reading() as session:
            made = gather(session, Asked(("summary",), period, Query()), {}, bench.END, SLA)
        block = made.sections[0].blocks[0]
        assert isinstance(block, Figures)
        ours = {one.key: one.value for one in block.items}
        theirs = _by_pandas(opened, history, period)
        ends = pd.Timestamp(bench.END).ceil("D"), pd.Timestamp(period.start), pd.Timestamp(period.end)  # fmt: skip
        theirs |= _in_business_time(opened, history, *ends)
        assert {key: ours[key] for key in theirs} == theirs
