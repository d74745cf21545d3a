"""A store, or a runner, that is taken away costs no other, and is looked at again."""

import os
import shutil

from services.served import client, client_of_many, roster, rows, until

from pipelines.serve.folder import THREADS
from pipelines.serve.pages import all_stores
from pipelines.store.files import people_folder, standing_path

CLUB, HOME = "/s/club-store", "/s/home-store"


def test_a_store_that_is_taken_away_says_so_in_its_place_and_comes_back(stores, monkeypatch):
    monkeypatch.setattr("pipelines.serve.roster.standings.LOOK_EVERY_S", 0.05)
    club, home = stores
    away = home.with_name("elsewhere")
    with client_of_many(stores) as browser:
        every = rows(browser.get("/").text)
        assert len(every) == 3
        home.rename(away)  # also while its rows are being made
        page = roster(browser)
        assert {store for store, *_ in rows(page)} == {"club/store"}
        assert "<b>home/store</b>: There is no store" in page
        assert str(club.parents[1]) not in page
        assert browser.get(f"{HOME}/").status_code == 404
        assert browser.get(f"{CLUB}/athletes/ana").status_code == 200
        assert not home.exists()
        home.write_text("a file")
        assert "There is no store" in browser.get("/").text
        home.unlink()
        (home / "athlete=ana").mkdir(parents=True)
        assert "midstance migrate" in browser.get("/").text
        shutil.rmtree(home)
        standings = browser.app.app.routes[1].app.app.state.served.standings
        until(lambda: roster(browser), lambda _: standings._gone or standings._failed)
        away.rename(home)
        page = until(
            lambda: browser.get("/").text,
            lambda page: "Nothing can be said" not in page and "no store" not in page,
        )
        assert rows(page) == every


def test_a_runner_who_was_away_is_looked_at_again(stores, monkeypatch):
    """Also where no verdict of her is kept, as in a store that cannot be written."""
    monkeypatch.setattr("pipelines.serve.roster.standings.LOOK_EVERY_S", 0.05)
    home = stores[1]
    away = home.parent / "away"
    away.mkdir()
    folders = [*home.glob("*/athlete=ana"), people_folder(home, "ana")]
    with client(home) as browser:
        before = roster(browser)
        for one in folders:
            one.rename(away / one.parent.name)
        until(lambda: browser.get("/").text, lambda page: 'athletes/ana"' not in page)
        (away / folders[-1].parent.name / standing_path(home, "ana").name).unlink()
        for one in folders:
            (away / one.parent.name).rename(one)
        until(lambda: browser.get("/").text, lambda page: 'athletes/ana"' in page)
        until(lambda: roster(browser), lambda page: page == before)


def test_a_store_that_does_not_answer_holds_up_no_other(stores, monkeypatch):
    """A named pipe in the place of a file waits for ever, as a network drive that is gone does."""
    monkeypatch.setattr(all_stores, "WITHIN_S", 0.5)
    monkeypatch.setattr("pipelines.serve.pages.roster.PATIENCE_S", 0.1)
    monkeypatch.setattr("pipelines.serve.turns.LONG_S", 0.1)
    home = stores[1]
    (home / "store.toml").unlink()
    os.mkfifo(home / "store.toml")
    with client_of_many(stores) as browser:
        try:
            pages = [browser.get("/").text for _ in range(2 * THREADS)]
            last = until(  # on a machine that is very busy the first ones have no rows yet
                lambda: browser.get("/").text,
                lambda page: {store for store, *_ in rows(page)} == {"club/store"},
            )
            for page in (*pages, last):
                assert "<b>home/store</b>: Store does not answer; look whether its disk" in page
            assert browser.get(f"{HOME}/").status_code == 503
            assert browser.get(f"{CLUB}/athletes/ana").status_code == 200
        finally:
            answers = os.open(home / "store.toml", os.O_RDWR)
            (home / "store.toml").unlink()
            os.close(answers)
