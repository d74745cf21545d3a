"""Those who may look and change nothing: their tokens, forged ones, and what is written down."""

import json

import pytest
from services.served import PORT, TOKEN, client

from pipelines.serve.door.guesses import MOST_WRONG
from pipelines.store.files import STANDING
from pipelines.store.stated.readers import (
    access_path,
    add_reader,
    digest_of,
    read_readers,
    readers_path,
    remove_reader,
)

RUN = "/athletes/ana/runs/2026-04-09-run"
LOOKED_AT = ["/", "/athletes/ana", "/live", RUN, f"{RUN}/report", f"{RUN}/download/csv"]
FORMS = [f"{RUN}/{what}" for what in ("note", "exclude", "swap", "process")]


def bearer(token):
    return {"authorization": f"Bearer {token}"}


def contents(root):
    """All files of a store but what it computes anew by itself and the log of looks."""
    files = [path for path in root.rglob("*") if path.is_file()]
    made = {access_path(root), *(root / "sessions").rglob("*"), *(root / "dictionary").rglob("*")}
    made.update(root.rglob(f"*{STANDING}*"))  # by the server itself, whoever looks
    return {path: path.read_bytes() for path in files if path not in made}


def looks(root):
    return [json.loads(line) for line in access_path(root).read_text().splitlines()]


def test_a_token_is_kept_as_its_digest_only(tmp_path):
    token = add_reader(tmp_path, "coach")
    text = readers_path(tmp_path).read_text(encoding="utf-8")
    assert len(token) >= 32
    assert token not in text
    assert digest_of(token) in text
    assert add_reader(tmp_path, "physio") != token
    assert [*read_readers(tmp_path)] == ["coach", "physio"]


@pytest.mark.parametrize("name", ["", "Coach", "a b", "../x", "x\ny", '"', "a" * 40])
def test_a_name_that_cannot_be_one_is_refused(tmp_path, name):
    with pytest.raises(ValueError, match="cannot be the name of a reader"):
        add_reader(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


def test_a_name_has_one_token_and_only_who_is_known_is_taken_away(tmp_path):
    add_reader(tmp_path, "coach")
    with pytest.raises(ValueError, match="--revoke coach"):
        add_reader(tmp_path, "coach")
    with pytest.raises(ValueError, match="nobody is called physio; known are coach"):
        remove_reader(tmp_path, "physio")


def test_a_reader_sees_all_pages_changes_nothing_and_each_look_is_written_down(pair):
    token = add_reader(pair, "coach")
    with client(pair, token=TOKEN) as browser:
        assert browser.get("/athletes/ana", headers=bearer(TOKEN)).status_code == 200
        before = contents(pair)
        for path in LOOKED_AT:
            answer = browser.get(path, headers=bearer(token))
            assert answer.status_code == 200, path
            assert "<button>Store" not in answer.text
        for path in [*FORMS, "/athletes/ana/reference"]:
            given = {"notes": "x", "reason": "x", "seen": "{}", "how": "rule"}
            assert browser.post(path, data=given, headers=bearer(token)).status_code == 403
        assert contents(pair) == before
    asked = [(one["reader"], one["method"], one["path"]) for one in looks(pair)]
    assert asked[: len(LOOKED_AT)] == [("coach", "GET", path) for path in LOOKED_AT]
    assert {one[1] for one in asked[len(LOOKED_AT) :]} == {"POST"}


def test_a_browser_enters_as_a_reader_and_is_out_once_taken_away(pair):
    token = add_reader(pair, "coach")
    with client(pair, token=TOKEN) as browser:
        entered = browser.post("/enter", data={"token": token}, follow_redirects=False)
        cookie = entered.headers["set-cookie"]
        assert token not in cookie
        assert digest_of(token) not in cookie
        page = browser.get(RUN)
        assert page.status_code == 200
        assert "<button>Store" not in page.text
        assert browser.post(f"{RUN}/note", data={"notes": "x"}).status_code == 403
        remove_reader(pair, "coach")
        assert browser.get(RUN).status_code == 401
        again = browser.get(RUN, headers=bearer(token))
        assert again.status_code == 401


def test_a_new_token_of_the_same_name_opens_and_the_old_cookie_does_not(pair):
    old = add_reader(pair, "coach")
    with client(pair, token=TOKEN) as browser:
        browser.post("/enter", data={"token": old})
        remove_reader(pair, "coach")
        new = add_reader(pair, "coach")
        assert browser.get(RUN).status_code == 401
        assert browser.get(RUN, headers=bearer(new)).status_code == 200


def test_forged_cookies_and_digests_open_nothing(made_pair, tmp_path):
    token = add_reader(tmp_path, "coach")
    forged = [
        "coach.",
        f"coach.{digest_of(token)}",
        f"coach.{'0' * 64}",
        digest_of(token),
        token,
        "owner.x",
    ]
    with client(tmp_path, token=TOKEN) as browser:
        for value in forged:
            browser.cookies.clear()
            cookie = {"cookie": f"midstance-{PORT}={value}"}
            assert browser.get("/", headers=cookie).status_code == 401, value
        for value in (digest_of(token), token[:-1], "coach", ""):
            assert browser.get("/", headers=bearer(value)).status_code == 401, value
    assert not access_path(tmp_path).exists()


def test_a_file_of_readers_that_is_broken_lets_nobody_in_and_is_said(tmp_path):
    token = add_reader(tmp_path, "coach")
    text = readers_path(tmp_path).read_text(encoding="utf-8")
    for broken in (text + "[", text.replace("sha256", "sha1"), text.replace("[coach]", "[Coach]")):
        readers_path(tmp_path).write_text(broken, encoding="utf-8")
        with client(tmp_path, token=TOKEN) as browser:
            assert browser.get("/", headers=bearer(token)).status_code == 401
        with pytest.raises(ValueError, match="correct or delete it"):
            read_readers(tmp_path)


def test_where_a_look_cannot_be_written_down_nothing_is_shown(tmp_path):
    token = add_reader(tmp_path, "coach")
    access_path(tmp_path).mkdir()
    with client(tmp_path, token=TOKEN) as browser:
        assert browser.get("/", headers=bearer(token)).status_code == 503
        assert browser.get("/", headers=bearer(TOKEN)).status_code == 200


def test_who_guesses_has_to_wait_also_with_the_right_token(tmp_path):
    with client(tmp_path, token=TOKEN) as browser:
        for number in range(MOST_WRONG):
            assert browser.get("/", headers=bearer(f"guess {number}")).status_code == 401
        assert browser.get("/", headers=bearer(TOKEN)).status_code == 429
        assert browser.post("/enter", data={"token": TOKEN}).status_code == 429
        assert browser.get("/enter").status_code == 200
