"""What the writer tells reaches every client, whatever becomes of one of them."""

import asyncio

import pytest

from ticketd.receive.door import Crowd


def test_one_that_cannot_be_told_does_not_mute_the_others(caplog: pytest.LogCaptureFixture) -> None:
    told: list[int] = []

    def fails() -> None:
        raise OSError("no file is left")

    async def play() -> None:
        crowd = Crowd(loop=asyncio.get_running_loop())
        for news in (lambda: told.append(1), fails, lambda: told.append(2)):
            crowd.tell(news)
        await asyncio.sleep(0.01)
        crowd.tell(lambda: told.append(3))
        await asyncio.sleep(0.01)

    asyncio.run(play())
    assert told == [1, 2, 3]
    assert "no file is left" in caplog.text
