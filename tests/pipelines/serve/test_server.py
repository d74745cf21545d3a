"""The server itself: on a socket, with clients that do not keep to time, and its worker."""

import asyncio
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn

from pipelines.cli.reports.serve import serve
from pipelines.serve.app import application
from pipelines.serve.computed.jobs import athlete_page
from pipelines.serve.door import punctual
from pipelines.serve.door.address import Address
from pipelines.serve.server import listening
from pipelines.serve.worker import Worker

SOON_S = 0.2
ASKED = b"GET /static/pages.css HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n"


@asynccontextmanager
async def running(root, most=None):
    """Run the server in this thread; yields its port."""
    taken = listening("127.0.0.1", 0)
    port = taken.getsockname()[1]
    with ThreadPoolExecutor(1) as executor:
        app = application(root, Address("127.0.0.1", port), executor=executor)
        config = uvicorn.Config(
            app, http=punctual.Punctual, log_level="error", ws="none", limit_concurrency=most
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve([taken]))
        while not server.started:
            await asyncio.sleep(0.01)
        yield port
        server.should_exit = True
        await serving
    taken.close()


@pytest.mark.parametrize("begun", [b"", b"GET /", b"GET / HTTP/1.1\r\nHost: x\r\nX: "])
def test_a_question_that_never_ends_is_hung_up_on(tmp_path, monkeypatch, begun):
    monkeypatch.setattr(punctual, "HEADER_S", SOON_S)

    async def asked():
        async with running(tmp_path) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(begun)
            assert await reader.read() == b""
            writer.close()

    asyncio.run(asked())


def test_who_asks_in_time_is_answered_again_and_again(tmp_path, monkeypatch):
    monkeypatch.setattr(punctual, "HEADER_S", SOON_S)

    async def asked():
        async with running(tmp_path) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for _ in range(3):
                writer.write(ASKED % port)
                head = await reader.readuntil(b"\r\n\r\n")
                assert b" 200 OK" in head
                length = int(head.lower().partition(b"content-length: ")[2].split()[0])
                await reader.readexactly(length)
                await asyncio.sleep(1.5 * SOON_S)
            writer.write(b"GET /")
            assert await reader.read() == b""
            writer.close()

    asyncio.run(asked())


def test_who_does_not_take_an_answer_is_hung_up_on(tmp_path, monkeypatch):
    """More is asked for, all at once, than any buffer of the system holds."""
    monkeypatch.setattr(punctual, "TAKEN_S", SOON_S)

    async def asked():
        async with running(tmp_path) as port:
            _unread, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)

            async def ask_for_ever():
                while True:
                    writer.write(ASKED % port)
                    await writer.drain()

            with pytest.raises(ConnectionError):
                await asyncio.wait_for(ask_for_ever(), 60)
            writer.close()

    asyncio.run(asked())


@pytest.mark.parametrize("name", ["starlette", "uvicorn"])
def test_what_is_not_installed_is_said_before_an_address_is(monkeypatch, capsys, name):
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ValueError, match=rf'need {name}.*pip install "midstance\[serve\]"'):
        serve([Path()])
    assert capsys.readouterr().err == ""


def test_a_port_that_is_taken_is_said_in_a_sentence():
    taken = listening("127.0.0.1", 0)
    port = taken.getsockname()[1]
    with pytest.raises(OSError, match=f"port {port}: .*; name another --port"):
        listening("127.0.0.1", port)
    taken.close()


def test_a_worker_that_is_killed_is_begun_anew():
    async def used():
        worker = Worker()
        first = await worker.run(os.getpid)
        assert first != os.getpid()
        with pytest.raises(OSError, match="load the page again"):
            await worker.run(os.kill, first, signal.SIGKILL)
        second = await worker.run(os.getpid)
        assert second != first
        worker.close()

    asyncio.run(used())


def test_what_the_server_answers_by_itself_has_our_headers(tmp_path):
    async def asked():
        async with running(tmp_path, most=1) as port:
            answers = []
            for words in (b"no question\r\n\r\n", ASKED % port):
                _, idle = await asyncio.open_connection("127.0.0.1", port)
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(words)
                answers.append(await reader.readuntil(b"\r\n\r\n"))
                writer.close()
                idle.close()
            return answers

    bad, full = asyncio.run(asked())
    assert b" 400 " in bad
    assert b" 503 " in full
    for answer in (bad, full):
        assert b"default-src 'none'" in answer
        assert b"nosniff" in answer


def test_all_who_ask_for_the_same_at_once_wait_for_one_job(made_pair):
    asked = []

    class Counting(Worker):
        async def run(self, function, *args, **more):
            asked.append(function)
            await asyncio.sleep(SOON_S)
            return "said"

    async def all_at_once():
        of = application(made_pair, Address("127.0.0.1", 1)).app.app.state.served
        of.worker = Counting()
        await asyncio.gather(*(of.computed(athlete_page, "ana") for _ in range(5)))
        assert of.jobs == {}
        assert of.standings._asked.is_set()  # so that the worker rests a minute later

    asyncio.run(all_at_once())
    assert asked == [athlete_page]


def test_an_address_that_is_not_of_this_machine_is_said():
    with pytest.raises(OSError, match="name another --host"):
        listening("192.0.2.1", 0)
