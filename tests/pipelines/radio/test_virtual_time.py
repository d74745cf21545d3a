import asyncio
import time

import pytest

from pipelines.radio.virtual_time import loop_clock_ns, run_virtual


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
