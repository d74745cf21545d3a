import asyncio
import time

import pytest

from pipelines.radio.virtual.time import loop_clock_ns, run_virtual


def test_hours_pass_without_waiting():
    async def sleep() -> float:
        await asyncio.sleep(3 * 3600)
        return asyncio.get_running_loop().time()

    began_s = time.monotonic()
    assert run_virtual(sleep()) == pytest.approx(3 * 3600)
    assert time.monotonic() - began_s < 3600


def test_timers_fire_in_order_at_their_times():
    async def main() -> list[tuple[str, int]]:
        seen = []

        async def at(delay_s: float, name: str) -> None:
            await asyncio.sleep(delay_s)
            seen.append((name, loop_clock_ns()))

        await asyncio.gather(at(2, "c"), at(0.5, "a"), at(1.25, "b"))
        return seen

    assert run_virtual(main()) == [("a", 500_000_000), ("b", 1_250_000_000), ("c", 2_000_000_000)]


def test_time_limits_are_in_virtual_time():
    async def main() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(60):
                await asyncio.Event().wait()
        return asyncio.get_running_loop().time()

    assert run_virtual(main()) == pytest.approx(60)


def test_a_thread_can_still_be_waited_for():
    async def main() -> str:
        return await asyncio.to_thread(lambda: "done")

    assert run_virtual(main()) == "done"


def test_errors_come_out():
    async def main() -> None:
        raise OSError("no")

    with pytest.raises(OSError, match="no"):
        run_virtual(main())


def test_the_time_stands_still_while_a_thread_is_at_work():
    async def main() -> tuple[float, list[str]]:
        seen: list[str] = []
        loop = asyncio.get_running_loop()
        loop.call_later(5, seen.append, "timer")
        await asyncio.to_thread(time.sleep, 0.05)
        return loop.time(), seen

    assert run_virtual(main()) == (0.0, [])


def test_a_thread_that_rests_lets_the_time_pass_and_the_loop_go_on():
    async def main() -> tuple[float, list[float]]:
        seen: list[float] = []
        loop = asyncio.get_running_loop()
        for at_s in (0.5, 1.5, 9.0):
            loop.call_later(at_s, lambda: seen.append(loop.time()))
        await asyncio.to_thread(loop.rest, 2.0)
        return loop.time(), seen

    assert run_virtual(main()) == (2.0, [0.5, 1.5])


def test_resting_on_the_loop_itself_makes_every_timer_late():
    async def main() -> float:
        loop = asyncio.get_running_loop()
        timer = asyncio.create_task(asyncio.sleep(0.5))
        await asyncio.sleep(0)
        loop.rest(2.0)
        await timer
        return loop.time()

    assert run_virtual(main()) == 2.0
