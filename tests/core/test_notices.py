"""Who is told of what: a table, and two laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketd.core import events
from ticketd.core.notices import Audience, Cause, Notice, owed

HERE = Audience("ann", ("fay",), {"support": ("ann", "bob"), "sales": ("lan",)})
FREE = Audience("", ("fay",), {"support": ("ann", "bob"), "sales": ("lan",)})
STORM = Audience("", (), {"support": ("ann", "bob")}, is_below_storm=True)
OPENED = events.Opened("support", "x")
WROTE = events.CustomerWrote(7, "customer", "eve@x.example")


@pytest.mark.parametrize(
    ("event", "by", "audience", "notice", "agents"),
    [
        (OPENED, "customer", FREE, Notice.NEW, "ann bob lan"),
        (OPENED, "bob", FREE, Notice.NEW, "ann lan"),
        (OPENED, "customer", STORM, None, ""),
        (WROTE, "customer", HERE, Notice.CUSTOMER_WROTE, "ann fay"),
        (WROTE, "customer", FREE, Notice.CUSTOMER_WROTE, "ann bob fay lan"),
        (events.CustomerWrote(7, "automatic", "eve@x.example"), "customer", HERE, None, ""),
        (events.Assigned("bob", ""), "ann", HERE, Notice.ASSIGNED, "bob"),
        (events.Assigned("bob", ""), "bob", HERE, None, ""),
        (events.Assigned("bob", "lan"), "ann", HERE, Notice.ASSIGNED, "bob lan"),
        (events.Assigned("", "lan"), "ann", HERE, Notice.PROGRESS, "lan"),
        (events.AgentReplied(7), "bob", HERE, Notice.PROGRESS, "ann fay"),
        (events.AgentReplied(7), "ann", HERE, Notice.PROGRESS, "fay"),
        (events.Noted(7), "fay", HERE, Notice.PROGRESS, "ann"),
        (events.StatusChanged("open", "closed"), "bob", HERE, Notice.PROGRESS, "ann fay"),
        (events.StatusChanged("closed", "open"), "customer", HERE, None, ""),
        (events.StatusChanged("pending", "open"), "system", HERE, Notice.PROGRESS, "ann fay"),
        (events.DeliveryFailed("eve@x.example", "5.1.1"), "system", HERE, Notice.DELIVERY_FAILED, "ann fay"),
        (events.DeliveryFailed("eve@x.example", "5.1.1"), "system", FREE, Notice.DELIVERY_FAILED, "ann bob fay lan"),
        (events.DepartmentAdded("sales"), "ann", HERE, Notice.NEW, "lan"),
        (events.LastResort("crashed"), "system", FREE, Notice.LAST_RESORT, "ann bob lan"),
        (events.StormBegan("eve@x.example", 20), "system", FREE, Notice.PROGRESS, "ann bob lan"),
        (events.Tagged(("hw",), ()), "bob", HERE, None, ""),
        (events.Changed("priority", "normal", "high"), "bob", HERE, None, ""),
    ],
)  # fmt: skip
def test_who_is_told(
    event: events.Event, by: str, audience: Audience, notice: Notice | None, agents: str
) -> None:
    found = owed([Cause(event, by)], audience)
    assert sorted(one.agent for one in found) == agents.split()
    if notice is Notice.ASSIGNED and len(found) == 2:
        assert {one.agent: one.notice for one in found} == {
            "bob": Notice.ASSIGNED,
            "lan": Notice.PROGRESS,
        }
    else:
        assert {one.notice for one in found} <= {notice}


def test_an_act_with_many_events_is_one_mail_about_the_most_important() -> None:
    happened = [Cause(OPENED, "customer"), Cause(WROTE, "customer")]
    assert [(o.agent, o.notice) for o in owed(happened, HERE) if o.agent == "ann"] == [
        ("ann", Notice.NEW)
    ]
    happened = [
        Cause(events.Assigned("ann"), "bob"),
        Cause(events.AgentReplied(7, closing=True), "bob"),
        Cause(events.StatusChanged("open", "closed"), "bob"),
    ]
    assert {o.agent: o.notice for o in owed(happened, HERE)} == {
        "ann": Notice.ASSIGNED,
        "fay": Notice.PROGRESS,
    }


_people = st.sampled_from(["ann", "bob", "lan", "fay"])
_events = st.sampled_from(
    [OPENED, WROTE, events.Noted(1), events.AgentReplied(1), events.Assigned("ann", "bob"), events.DepartmentAdded("sales")]
)  # fmt: skip


@given(st.lists(st.tuples(_events, _people), max_size=6))
def test_never_twice_and_never_to_the_one_who_acted_alone(
    happened: list[tuple[events.Event, str]],
) -> None:
    found = owed([Cause(event, by) for event, by in happened], HERE)
    assert len({one.agent for one in found}) == len(found)
    assert all(one.cause.by != one.agent for one in found)
