"""When intake lets the doors go first."""

from ticketd.receive.pressure import CROWD, PATIENCE, Pressure


class Watch:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_mail_that_waits_for_its_commit_goes_first() -> None:
    watch = Watch()
    pressure = Pressure(watch)
    assert not pressure.is_high()
    pressure.waits()
    assert pressure.is_high()
    pressure.stored(1)
    assert pressure.is_high(), "another one waits already"
    watch.now += CROWD
    pressure.stored(0)
    assert not pressure.is_high()


def test_a_crowd_goes_first_until_it_has_had_time_to_come_again() -> None:
    watch = Watch()
    pressure = Pressure(watch)
    pressure.stored(0)
    assert not pressure.is_high(), "one alone is no crowd"
    watch.now += CROWD / 2
    pressure.stored(0)
    assert pressure.is_high()
    watch.now += CROWD
    assert not pressure.is_high()


def test_intake_never_stands_still() -> None:
    pressure = Pressure()
    pressure.waits()
    pressure.let_pass()
    assert pressure.is_high(), "it went on all the same"
    assert PATIENCE < 0.1
