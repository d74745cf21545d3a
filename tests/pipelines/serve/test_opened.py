"""Stores on S3 as they are looked at: by a service that speaks its protocol."""

import asyncio
import errno
import shutil
from threading import Barrier, Event

import pytest
from services.s3_service import at, keeping, objects, refusing, upload
from services.served import client_of_many, roster

from pipelines.cli.reports.serve import open_
from pipelines.serve import opened as kept_open
from pipelines.serve.opened import Opened
from pipelines.serve.worker import Worker
from pipelines.store.files import STANDING, people_folder, table_folder
from pipelines.store.listing import athlete_of, athletes
from pipelines.store.s3 import opened
from pipelines.store.s3.opened import LAST, folder_of, refresh

NAME = "runs"
ADDRESS = f"s3://{NAME}/team/store"
RUN = "athletes/ana/runs/2026-03-04-run"


@pytest.fixture(scope="module")
def service():
    with keeping() as url:
        yield url


@pytest.fixture
def bucket(service, made_stores, tmp_path, monkeypatch):
    """The store at home, in a bucket, with what is not to be copied."""
    boto3 = pytest.importorskip("boto3", reason="boto3 is not installed")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    client = boto3.client("s3", endpoint_url=service)
    upload(client, made_stores[1], NAME, "team/store")
    for name in (
        "raw/athlete=ana/x.raw.parquet",
        "team/readers.toml",
        "notes.txt",
        "people/../x",
    ):
        client.put_object(Bucket=NAME, Key=f"team/store/{name}", Body=b"x")
    yield client
    for key in objects(client, NAME, "team"):
        client.delete_object(Bucket=NAME, Key=f"team/{key}")


class Here(Worker):
    """Runs what it is given at once."""

    async def run(self, function, *args, **more):
        return function(*args, **more)


def files(root):
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_a_copy_has_what_pages_need_and_follows_the_store(bucket, made_stores):
    before = objects(bucket, NAME, "team/store")
    copied, root = refresh(ADDRESS), folder_of(ADDRESS)
    wanted = {name for name in files(made_stores[1]) if not name.startswith("sessions/")}
    wanted = {name for name in wanted if STANDING not in name}
    assert files(root) == wanted | {LAST}
    assert copied == len(wanted)
    assert (root.stat().st_mode & 0o077) == 0
    assert refresh(ADDRESS) == 0
    stances = sorted(name for name in wanted if name.startswith("stances/"))
    bucket.delete_object(Bucket=NAME, Key=f"team/store/{stances[0]}")
    bucket.put_object(Bucket=NAME, Key=f"team/store/{stances[1]}", Body=b"another")
    (root / stances[2]).unlink()
    assert refresh(ADDRESS) == 3
    assert files(root) == (wanted | {LAST}) - {stances[0]}
    assert (root / stances[1]).read_bytes() == b"another"
    after = objects(bucket, NAME, "team/store")
    assert {name: data for name, data in before.items() if name not in stances[:2]} == {
        name: data for name, data in after.items() if name not in stances[:2]
    }


def test_files_are_fetched_by_several_at_once(bucket, monkeypatch):
    together, get = Barrier(2, timeout=60), opened.Bucket.get
    first = iter(range(2))

    def met(self, name):
        if next(first, None) is not None:
            together.wait()  # which one alone would never leave
        return get(self, name)

    monkeypatch.setattr(opened.Bucket, "get", met)
    assert refresh(ADDRESS) > 2
    assert refresh(ADDRESS) == 0


def test_of_one_who_is_gone_nothing_stays(bucket, made_stores, monkeypatch):
    for name in files(made_stores[0]):
        if "ben" in name and name.startswith(("stances/", "people/")):
            key = f"team/store/{name}"
            bucket.put_object(Bucket=NAME, Key=key, Body=(made_stores[0] / name).read_bytes())
    refresh(ADDRESS)
    root = folder_of(ADDRESS)
    (root / LAST).unlink()  # as by one who was ended before it was written
    people_folder(root, "ben").mkdir(parents=True, exist_ok=True)
    (people_folder(root, "ben") / STANDING).write_text("{}")
    assert table_folder(root, "stances", "ben").is_dir()
    for key in objects(bucket, NAME, "team"):
        if "ben" in key:
            bucket.delete_object(Bucket=NAME, Key=f"team/{key}")

    def cut_off(self, name):
        raise ConnectionError("s3://runs cannot be reached")

    with monkeypatch.context() as patch:
        patch.setattr(opened.Bucket, "get", cut_off)
        with pytest.raises(ConnectionError):
            refresh(ADDRESS)
    assert not [path for path in root.rglob("*") if "ben" in path.name]
    assert {athlete_of(path) for path in athletes(root).paths} == {"ana"}


def test_a_copy_is_looked_at_and_not_changed_and_is_closed_with_its_store(bucket, made_stores):
    refresh(ADDRESS)
    root = folder_of(ADDRESS)
    copies = {root: ADDRESS}
    with client_of_many([made_stores[0], root], opened=copies) as browser:
        page = roster(browser)
        at_home = "/s/team-store"
        assert f'href="{at_home}/athletes/ana"' in page
        assert ">team/store</span>" in page
        assert str(root.parent.name) not in page
        assert "Store</button>" not in browser.get(f"{at_home}/{RUN}").text
        answer = browser.post(f"{at_home}/{RUN}/note", data={"notes": "x"})
        assert (answer.status_code, "copy to look at" in answer.text) == (403, True)
        copy = browser.app.app.routes[1].app.app.state.served.opened
        with refusing() as url, at(url):
            asyncio.run(copy.fetch())
        assert "is refused" in copy.closed
        assert browser.get(f"{at_home}/athletes/ana").status_code == 503
        page = browser.get("/").text
        assert f"{at_home}/athletes/ana" not in page
        assert "is refused" in page
        asyncio.run(copy.fetch())
        assert copy.closed == ""
        assert "is shown may be old" not in browser.get(f"{at_home}/").text
        copy.trouble = "what is shown may be old: s3://runs cannot be reached"
        for address in ("/", f"{at_home}/"):
            assert "is shown may be old" in browser.get(address).text
        assert browser.get(f"{at_home}/athletes/ana").status_code == 200


def copies_of(browser):
    """Return the copies that are served, None in the place of another store."""
    return [mount.app.app.state.served.opened for mount in browser.app.app.routes[:-1]]


def test_of_several_copies_the_open_ones_are_shown(made_stores):
    addresses = {made_stores[0]: "s3://a/club", made_stores[1]: "s3://a/home"}
    with client_of_many(made_stores, opened=addresses) as browser:
        club, home = copies_of(browser)
        home.closed = "s3://a/home is refused"
        page = browser.get("/")
        assert (page.status_code, "s3://a/home is refused" in page.text) == (200, True)
        assert 'href="/s/club/athletes/ben"' in page.text
        assert "/s/home/" not in page.text
        assert browser.get("/live").status_code == 200
        assert browser.get("/s/club/athletes/ana").status_code == 200
        assert browser.get("/s/home/athletes/ana").status_code == 503
        club.closed = "there is no bucket a"
        page = browser.get("/")
        assert (page.status_code, "no bucket a" in page.text) == (200, True)
        for address in ("/live", "/live/events"):
            page = browser.get(address)
            assert (page.status_code, "no bucket a" in page.text) == (503, True)


def test_who_asks_for_a_closed_copy_opens_it_again(bucket, monkeypatch):
    refresh(ADDRESS)
    root, fetch, done = folder_of(ADDRESS), Opened.fetch, Event()

    async def and_say(*of):
        await fetch(*of)
        done.set()

    monkeypatch.setattr(kept_open, "EVERY_S", 0.05)
    monkeypatch.setattr(Opened, "fetch", and_say)
    with client_of_many([root], opened={root: ADDRESS}) as browser:
        copies_of(browser)[0].closed = "s3://runs is refused"
        assert browser.get("/").status_code == 503
        assert done.wait(60)
        assert browser.get("/").status_code == 200


def test_pages_do_not_wait_for_what_is_fetched(made_stores, monkeypatch):
    begun, answered = Event(), Event()
    in_time = []

    def slow(address):
        begun.set()
        in_time.append(answered.wait(60))
        return ""

    monkeypatch.setattr(kept_open, "EVERY_S", 0.0)
    monkeypatch.setattr(kept_open, "followed", slow)
    with client_of_many(made_stores, opened={made_stores[0]: ADDRESS}) as browser:
        browser.get("/")
        assert begun.wait(60)
        assert browser.get("/s/team-store/athletes/ana").status_code == 200
        monkeypatch.setattr(kept_open, "EVERY_S", 60.0)
        answered.set()
    assert in_time[0]


def test_one_file_closes_no_store(bucket, monkeypatch):
    refresh(ADDRESS)
    root, states = folder_of(ADDRESS), opened.Bucket.states
    one, other = sorted(name for name in files(root) if name.startswith("stances/"))[:2]
    copy = Opened(ADDRESS, root, worker=Here())

    def then_gone(self):
        found = states(self)
        bucket.delete_object(Bucket=NAME, Key=f"team/store/{one}")
        return found

    bucket.put_object(Bucket=NAME, Key=f"team/store/{one}", Body=b"another")
    with monkeypatch.context() as patch:
        patch.setattr(opened.Bucket, "states", then_gone)
        asyncio.run(copy.fetch())
    assert (copy.closed, copy.trouble, one in files(root)) == ("", "", False)

    def cannot(path, data, *, replace):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    bucket.put_object(Bucket=NAME, Key=f"team/store/{other}", Body=b"another")
    copy.closed = "s3://runs is refused"
    with monkeypatch.context() as patch:
        patch.setattr(opened, "publish_bytes", cannot)
        asyncio.run(copy.fetch())
    assert copy.closed == ""
    assert "permission denied; make it readable and writable" in copy.trouble
    asyncio.run(copy.fetch())
    assert (copy.closed, copy.trouble) == ("", "")
    assert (root / other).read_bytes() == b"another"


def test_what_cannot_be_opened_is_said(bucket, tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no run to look at in s3://runs/other"):
        refresh("s3://runs/other")
    for wrong in ("s3://", "s3:///x", "s3://a//b"):
        with pytest.raises(ValueError, match="is not the address of a store; write s3://BUCKET/"):
            folder_of(wrong)
    with pytest.raises(ValueError, match="is not on S3; midstance serve store shows it"):
        open_(["store"])
    assert folder_of("s3://runs/../..").is_relative_to(tmp_path / "cache" / "midstance" / "opened")
    assert folder_of("s3://a/b/c").name == "c"
    assert len({folder_of(one) for one in ("s3://a/b/c", "s3://a/b-c", "s3://a%2Fb/c")}) == 3


def test_a_copy_that_was_stopped_goes_on(bucket, monkeypatch):
    monkeypatch.setattr(opened, "KEPT_EVERY", 1)
    get, count = opened.Bucket.get, []

    def twice(self, name):
        count.append(name)
        if len(count) > 2:
            raise ConnectionError("s3://runs cannot be reached")
        return get(self, name)

    with monkeypatch.context() as patch:
        patch.setattr(opened.Bucket, "get", twice)
        with pytest.raises(ConnectionError):
            refresh(ADDRESS)
    root = folder_of(ADDRESS)
    there = len(files(root) - {LAST})
    assert there == 2
    assert refresh(ADDRESS) == len(files(root)) - 1 - there
    shutil.rmtree(root)
    assert refresh(ADDRESS) == len(files(root)) - 1
    assert Opened(ADDRESS, root).closed == ""


def test_a_copy_is_shown_where_the_service_cannot_be_reached(bucket, monkeypatch, capsys):
    refresh(ADDRESS)
    shown = []
    monkeypatch.setattr("pipelines.serve.server.serve", lambda *given: shown.append(given))

    def cannot(address):
        raise ConnectionError(f"{address} cannot be reached; check network and address")

    monkeypatch.setattr("pipelines.serve.opened.fetch", cannot)
    open_([ADDRESS], port=0)
    root = folder_of(ADDRESS).resolve()
    assert shown[0][0] == [root]
    assert shown[0][3] == {root: ADDRESS}
    assert "what was copied before is shown" in capsys.readouterr().err
    with pytest.raises(ConnectionError):
        open_(["s3://runs/never-copied"], port=0)
    shown[0][2].close()
