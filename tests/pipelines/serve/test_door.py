"""What may come in: harmless inputs of every attack that is known on a page of this machine."""

import pytest
from services.served import HERE, PORT, TOKEN, client

from pipelines.serve.door.address import Address, address
from pipelines.serve.door.guard import LARGEST_BODY

NOTE = "/athletes/ana/runs/2026-04-09-run/note"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        f"evil.example:{PORT}",
        f"127.0.0.1.evil.example:{PORT}",
        "127.0.0.1",
        "127.0.0.1:1",
        f"192.168.0.7:{PORT}",
        f"[::1]{PORT}",
        "",
        f"localhost:{PORT}@evil.example",
    ],
)
def test_a_name_that_is_not_ours_is_refused(reader, host):
    answer = reader.get("/", headers={"host": host})
    assert answer.status_code == 403
    assert "Runners" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "LOCALHOST", "[::1]"])
def test_this_machine_is_ours_by_each_of_its_names(reader, host):
    headers = {"host": f"{host}:{PORT}", "origin": f"http://{host}:{PORT}"}
    assert reader.get("/", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", f"https://127.0.0.1:{PORT}", "http://127.0.0.1", f"{HERE}/"],
)
def test_a_form_of_another_page_is_refused(reader, made_pair, origin):
    answer = reader.post(NOTE, data={"notes": "x"}, headers={"origin": origin})
    assert answer.status_code == 403
    assert list(made_pair.rglob("*.context.toml")) == []


def test_a_form_without_an_origin_is_refused_and_a_link_is_not(reader):
    origin = reader.headers.pop("origin")
    try:
        assert reader.post(NOTE, data={"notes": "x"}).status_code == 403
        assert reader.get("/").status_code == 200
    finally:
        reader.headers["origin"] = origin


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_other_methods_are_refused(reader, method):
    assert reader.request(method, "/").status_code == 405


def test_a_body_that_says_it_is_large_is_refused_unread(reader):
    answer = reader.post(NOTE, content=b"", headers={"content-length": str(1 << 30)})
    assert answer.status_code == 413


def test_a_body_that_turns_out_large_is_refused(reader):
    parts = (b"x" * 4096 for _ in range(LARGEST_BODY // 4096 + 2))
    assert reader.post(NOTE, content=parts).status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/athletes/%2e%2e",
        "/athletes/..%2f..%2fetc",
        "/athletes/ana/runs/..%2f..%2f..%2fetc%2fpasswd",
        "/athletes/ana/runs/2026-04-09-run%00",
        "/static/..%2fapp.py",
        "/static/pages.css.map",
        "/athletes/ana/runs/2026-04-09-run/download/..%2fraw",
        "/athletes/<script>alert(1)</script>",
        "/athletes/" + "a" * 5000,
    ],
)
def test_no_path_leaves_the_store(reader, path):
    answer = reader.get(path)
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text


def test_a_link_that_leads_out_of_the_store_is_not_followed(browser, pair, tmp_path):
    there = pair / "stances" / "athlete=ana" / "2026-04-09-run.stances.parquet"
    outside = tmp_path / "outside.parquet"
    there.replace(outside)
    there.symlink_to(outside)
    answer = browser.get("/athletes/ana/runs/2026-04-09-run/download/parquet")
    assert answer.status_code == 500
    assert "leads out of its store" in answer.text
    assert str(tmp_path) not in answer.text


@pytest.mark.parametrize("path", ["/", "/athletes/ana", "/athletes/nobody", "/static/pages.css"])
def test_every_answer_keeps_browsers_strict(reader, path):
    headers = reader.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers
    assert "set-cookie" not in headers


def test_the_report_brings_its_own_styles_and_no_others(reader):
    answer = reader.get("/athletes/ana/runs/2026-04-09-run/report")
    policy = answer.headers["content-security-policy"]
    assert "unsafe-inline" not in policy
    assert "script-src" not in policy
    assert policy.count("'sha256-") == len(set(policy.split("'sha256-"))) - 1


def test_others_are_let_in_with_a_token_only(made_pair):
    with client(made_pair, token=TOKEN) as browser:
        asked = browser.get("/", headers={"accept": "text/html"}, follow_redirects=False)
        assert (asked.status_code, asked.headers["location"]) == (303, "/enter")
        assert browser.get("/athletes/ana").status_code == 401
        assert browser.post(NOTE, data={"notes": "x"}).status_code == 401
        wrong = browser.post("/enter", data={"token": "not the token"})
        assert wrong.status_code == 401
        assert "set-cookie" not in wrong.headers
        entered = browser.post("/enter", data={"token": TOKEN}, follow_redirects=False)
        cookie = entered.headers["set-cookie"]
        assert "SameSite=Strict" in cookie
        assert "HttpOnly" in cookie
        assert TOKEN not in cookie
        assert browser.get("/athletes/ana").status_code == 200


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("authorization", "Bearer wrong"),
        ("authorization", TOKEN),
        ("cookie", f"midstance-{PORT}={TOKEN}"),
        ("cookie", f"midstance-{PORT}="),
        ("x-forwarded-for", "127.0.0.1"),
    ],
)
def test_what_is_not_the_token_does_not_open(made_pair, header, value):
    with client(made_pair, token=TOKEN) as browser:
        assert browser.get("/", headers={header: value}).status_code == 401


def test_a_program_gives_the_token_as_a_header(made_pair):
    with client(made_pair, token=TOKEN) as browser:
        given = {"authorization": f"Bearer {TOKEN}"}
        assert browser.get("/athletes/ana", headers=given).status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.0.7", "::", "runner.example"])
def test_an_address_that_others_reach_takes_a_token(host):
    with pytest.raises(ValueError, match="give a --token"):
        address(host, PORT, "")
    assert address(host, PORT, TOKEN).token == TOKEN


def test_a_short_token_is_refused():
    with pytest.raises(ValueError, match="at least 16"):
        address("127.0.0.1", PORT, "secret")


def test_everywhere_means_numbers_and_this_machine_and_no_other_name():
    at = Address("0.0.0.0", PORT, TOKEN)
    assert at.is_ours(f"192.168.0.7:{PORT}")
    assert not at.is_ours(f"evil.example:{PORT}")
    assert at.url == f"http://127.0.0.1:{PORT}/"
