"""Several stores behind one door: one roster, rights of each store, and one that falls away."""

import asyncio
import json
import os
import re
from pathlib import Path

import pytest
from services.served import PORT, TOKEN, client, client_of_many, roster, rows, value_of

from pipelines.cli.reports.serve import serve
from pipelines.serve.door.address import Address
from pipelines.serve.door.guesses import MOST_WRONG
from pipelines.serve.door.keys import Keys
from pipelines.serve.door.readers import Readers
from pipelines.serve.folder import Folder
from pipelines.serve.store_names import named
from pipelines.store.files import session_files
from pipelines.store.stated.context_file import read_context
from pipelines.store.stated.readers import access_path, add_reader, readers_path, remove_reader

RUN = "athletes/ana/runs/2026-04-09-run"
CLUB, HOME = "/s/club-store", "/s/home-store"


@pytest.fixture(scope="module")
def reader(made_stores):
    with client_of_many(made_stores) as opened:
        yield opened


def looks(root):
    return [json.loads(line) for line in access_path(root).read_text().splitlines()]


def bearer(token):
    return {"authorization": f"Bearer {token}"}


def test_the_runners_of_all_stores_stand_together_each_with_her_store(reader):
    page = roster(reader)
    club = [("club/store", who, CLUB) for who in ("ana", "ben")]
    assert rows(page) == [*club, ("home/store", "ana", HOME)]
    changed, building = (page.partition(f"<h2>{one} ")[2] for one in ("Changed", "No baseline yet"))
    assert rows(changed.partition("<h2>")[0]) == [("club/store", "ana", CLUB)]
    assert rows(building) == [("club/store", "ben", CLUB), ("home/store", "ana", HOME)]


def test_every_link_leads_to_a_page_and_a_store_s_to_none_of_another(reader):
    seen, todo = set(), ["/"]
    while todo:
        address = todo.pop()
        answer = reader.get(address)
        assert answer.status_code == 200, address
        found = re.findall(r'(?:href|action|src)="(/[^"#]*)"', answer.text)
        if address.startswith("/s/"):
            base = "/".join(address.split("/")[:3])
            others = {one for one in found if not one.startswith((f"{base}/", "/static/"))}
            assert others <= {"/"}, address
        plain = {one.partition("?")[0] for one in found}
        wanted = {one for one in plain if not re.search(r"report|download|note|exclude|swap", one)}
        new = {one for one in wanted if not re.search(r"process|reference|compare", one)} - seen
        runs = [one for one in new if "/runs/" in one and not one.endswith(RUN)]
        seen |= new
        todo += new - set(runs)
    assert {f"{CLUB}/{RUN}", f"{CLUB}/explore", f"{HOME}/live", f"{HOME}/athletes/ana"} <= seen


def test_a_store_s_pages_are_those_it_has_alone(reader, made_stores):
    with client(made_stores[0]) as alone:
        for address in ("/athletes/ana", f"/{RUN}", "/athletes/nobody"):
            of_one, of_many = alone.get(address), reader.get(f"{CLUB}{address}")
            assert of_one.status_code == of_many.status_code
            there = of_many.text.replace(CLUB, "").replace(", club/store, mid", ", mid")
            there = re.sub(r' ?<a( class="button")? href="/">club/store</a>', "", there)
            assert there.replace("> <", "><") == of_one.text.replace("> <", "><")


def test_what_is_stated_of_a_run_is_stated_in_its_store(stores):
    with client_of_many(stores) as browser:
        run = "2026-03-04-run"
        page = browser.get(f"{HOME}/athletes/ana/runs/{run}").text
        given = {"shoes": "blue", "seen": value_of(page, "seen")}
        at = f"{HOME}/athletes/ana/runs/{run}"
        answer = browser.post(f"{at}/note", data=given, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{at}?stored")
        assert browser.get(f"{HOME}/athletes/ana?x").status_code == 200
    noted = [read_context(session_files(root, "ana", run)).shoes for root in stores]
    assert noted == [None, "blue"] or noted == ["", "blue"]


def test_a_reader_sees_the_stores_whose_token_she_has(stores):
    club, home = stores
    token = add_reader(club, "coach")
    with client_of_many(stores, token=TOKEN) as browser:
        page = browser.get("/", headers=bearer(token)).text
        assert {store for store, *_ in rows(page)} == {"club/store"}
        assert "home" not in page
        assert "club-store:coach" in page
        assert browser.get(f"{CLUB}/{RUN}", headers=bearer(token)).status_code == 200
        assert "Mend it" not in browser.get(f"{CLUB}/{RUN}", headers=bearer(token)).text
        for there in (f"{HOME}/", f"{HOME}/athletes/ana", "/s/no-store/", f"{HOME}/explore"):
            assert browser.get(there, headers=bearer(token)).status_code == 401, there
        for there in (f"{CLUB}/{RUN}/note", f"{HOME}/athletes/ana/reference", "/s/no-store/"):
            answer = browser.post(there, data={"notes": "x"}, headers=bearer(token))
            assert answer.status_code == 403, there
        assert browser.get(CLUB, headers=bearer(token)).url.path == f"{CLUB}/"
        assert browser.get(HOME, headers=bearer(token)).status_code == 401
        remove_reader(club, "coach")
        assert browser.get("/", headers=bearer(token)).status_code == 401
        assert {store for store, *_ in rows(browser.get("/", headers=bearer(TOKEN)).text)} == {
            "club/store",
            "home/store",
        }
        assert browser.get("/s/no-store/", headers=bearer(TOKEN)).status_code == 404
    asked = [(one["reader"], one["path"]) for one in looks(club)]
    assert asked[:3] == [("coach", "/"), ("coach", f"/{RUN}"), ("coach", f"/{RUN}")]
    assert not access_path(home).exists()


def test_tokens_of_two_stores_add_up_in_one_cookie_and_the_owner_s_stands_alone(stores):
    tokens = [add_reader(root, "coach") for root in stores]
    html = {"accept": "text/html"}
    with client_of_many(stores, token=TOKEN) as browser:
        for number, token in enumerate(tokens, 1):
            assert browser.post("/enter", data={"token": token}).status_code == 200
            page = browser.get("/", headers=html).text
            assert len({store for store, *_ in rows(page)}) == number
        proof = browser.cookies[f"midstance-{PORT}"].strip('"')
        assert "club-store:coach, home-store:coach" in page
        remove_reader(stores[0], "coach")
        assert {store for store, *_ in rows(browser.get("/").text)} == {"home/store"}
        browser.post("/enter", data={"token": TOKEN})
        assert browser.get(f"{CLUB}/{RUN}").text.count("Mend it") == 1
        browser.post("/enter", data={"token": tokens[1]})
        assert browser.get(f"{CLUB}/{RUN}").status_code == 401
    assert sorted(part.partition(".")[0] for part in proof.split("|")) == [
        "club-store:coach",
        "home-store:coach",
    ]


def test_of_a_store_that_is_silent_no_token_is_wrong_and_no_cookie_lost(tmp_path, monkeypatch):
    """A named pipe in the place of a file waits for ever, as a network drive that is gone does."""
    monkeypatch.setattr("pipelines.serve.door.readers.WITHIN_S", 0.05)
    roots = [tmp_path / "club", tmp_path / "home"]
    for root in roots:
        root.mkdir()
    tokens = [add_reader(root, "coach") for root in roots]
    keys = Keys(Address("::1", PORT, TOKEN), {one.name: Readers(Folder(one)) for one in roots})
    file = readers_path(roots[1])
    known = file.read_bytes()

    async def given(token, before=""):
        headers = {"cookie": before.partition(";")[0]}
        return await keys.cookie_of(await keys.opened_by(token), headers)

    async def asked():
        cookie = await given(tokens[1])
        file.unlink()
        os.mkfifo(file)
        for _ in range(MOST_WRONG):
            assert await keys.visitors(bearer(tokens[1])) == {}
            keys.wrong("::1")
        assert not keys.guesses.too_many("::1")
        cookie = await given(tokens[0], cookie)
        answers = os.open(file, os.O_RDWR)
        file.unlink()
        os.close(answers)
        file.write_bytes(known)
        return await keys.visitors({"cookie": cookie.partition(";")[0]})

    assert asyncio.run(asked()).keys() == {"club", "home"}
    for _ in range(MOST_WRONG):
        keys.wrong("::1")
    assert keys.guesses.too_many("::1")


def test_what_opens_one_store_opens_no_other_also_where_the_server_has_no_token(stores):
    token = add_reader(stores[0], "coach")
    readers_path(stores[1]).parent.mkdir()
    other = add_reader(stores[1], "coach")
    with client_of_many(stores, token=TOKEN) as browser:
        browser.post("/enter", data={"token": token})
        proof = browser.cookies[f"midstance-{PORT}"].strip('"').partition(":")[2]
        browser.cookies.clear()
        for value in (f"home-store:{proof}", proof, f":{proof}", f"|{proof}", f"x:{proof}|{proof}"):
            cookie = {"cookie": f"midstance-{PORT}={value}"}
            assert browser.get("/", headers=cookie).status_code == 401, value
            assert browser.get(f"{HOME}/", headers=cookie).status_code == 401, value
    with client_of_many(stores) as browser:
        assert browser.get(f"{HOME}/{RUN}", headers=bearer(token)).status_code == 401
        assert browser.get(f"{HOME}/athletes/ana", headers=bearer(other)).status_code == 200
        page = browser.get("/", headers=bearer(token)).text
        assert {store for store, *_ in rows(page)} == {"club/store"}
        assert len(rows(browser.get("/").text)) == 3


def test_a_look_that_cannot_be_written_down_in_one_store_is_one_at_the_others(stores):
    tokens = [add_reader(root, "coach") for root in stores]
    with client_of_many(stores, token=TOKEN) as browser:
        for token in tokens:
            browser.post("/enter", data={"token": token})
        access_path(stores[1]).unlink()
        access_path(stores[1]).mkdir()
        page = browser.get("/").text
        assert {store for store, *_ in rows(page)} == {"club/store"}
        assert "<b>home/store</b>: It cannot be written down who looks here" in page
        assert browser.get(f"{HOME}/").status_code == 503
        assert "home" not in browser.get("/live").text
    assert [one["path"] for one in looks(stores[0])].count("/live") == 1


def test_a_folder_that_cannot_be_listed_is_said_and_is_no_empty_store(tmp_path):
    roots = [tmp_path / "club", tmp_path / "home"]
    for root in roots:
        root.mkdir()
    (roots[1] / "stances").symlink_to("stances")
    with client_of_many(roots) as browser:
        assert "home: stances cannot be opened" in roster(browser)
        assert "Nobody has run yet" in browser.get("/s/club/").text
        page = browser.get("/s/home/").text
        assert "Stances cannot be opened" in page.replace("stances", "Stances")
        assert "Nobody has run yet" not in page
        assert str(tmp_path) not in page


def test_stores_are_called_as_their_folders_and_no_two_alike(tmp_path):
    paths = [
        "club",
        "anna/store",
        "ben/store",
        "Läufe é/store",
        "CLUB 2",
        "x/日本",
        "y/日本",
        "<b>",
    ]
    assert [(one.label, one.name) for one in named([tmp_path / path for path in paths])] == [
        ("club", "club"),
        ("anna/store", "anna-store"),
        ("ben/store", "ben-store"),
        ("Läufe é/store", "laufe-e-store"),
        ("CLUB 2", "club-2"),
        ("x/日本", "x"),
        ("y/日本", "y"),
        ("<b>", "b"),
    ]
    alike = named([Path("/a/club"), Path("/b/Club"), Path("/c/club!")])
    assert [one.name for one in alike] == ["club", "club-2", "club-3"]


def test_a_store_is_named_once_and_each_must_be_there(stores, tmp_path):
    again = stores[0].parent / "again"
    again.symlink_to(stores[0])
    with pytest.raises(ValueError, match="is named twice; name each store once"):
        serve([*stores, again])
    with pytest.raises(FileNotFoundError, match=r"there is no store in .*nowhere"):
        serve([*stores, tmp_path / "nowhere"])
