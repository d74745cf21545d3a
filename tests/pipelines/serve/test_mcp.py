"""What an assistant is handed, asked by a real client over the command's input and output."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

pytest.importorskip("mcp")

import mcp

from pipelines.report.verdict.stands import stands
from pipelines.serve.mcp_tools import _tools

ROOT = Path(__file__).resolve().parents[3]
DROP = "pelvic_drop_deg"


def tools(root):
    return {tool.__name__: tool for tool in _tools(root)}


def test_a_client_is_handed_the_verdict_of_the_report_and_series_with_units(made_pair):
    words = ["-m", "pipelines.cli", "mcp", str(made_pair)]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = mcp.StdioServerParameters(command=sys.executable, args=words, env=env)

    async def asked():
        async with mcp.Client(command) as client:
            listed = (await client.list_tools()).tools
            said = await client.call_tool("standing", {"athlete": "ana"})
            series = await client.call_tool("series", {"athlete": "ana", "metric": DROP})
            wrong = await client.call_tool("series", {"athlete": "../x", "metric": DROP})
            return listed, said, series, wrong

    listed, said, series, wrong = asyncio.run(asked())
    assert [one.name for one in listed] == [*tools(made_pair)]
    assert all(one.annotations.read_only_hint for one in listed)
    standing = json.loads(said.content[0].text)
    assert standing["headline"] == stands(made_pair, "ana").headline
    assert (standing["kind"], standing["legs"]) == ("changed", "left leg")
    found = json.loads(series.content[0].text)
    assert (found["unit"], len(found["runs"])) == ("°", 14)
    assert found["runs"][-1]["session"] == "2026-04-09-run"
    assert wrong.is_error
    assert "cannot be an athlete id" in wrong.content[0].text


def test_what_is_not_known_is_null_and_what_is_wrong_is_said(made_pair):
    tool = tools(made_pair)
    assert tool["runners"]() == ["ana", "ben"]
    run = tool["series"]("ana", "hip_adduction_estimate_deg")["runs"][0]
    assert run["left"] is None or isinstance(run["left"], float)
    json.dumps(tool["series"]("ben", DROP), allow_nan=False)
    (meaning,) = [one for one in tool["definition"](DROP) if one["table"] == "stances"]
    assert meaning["unit"]
    assert meaning["definition"]
    assert tool["over_weeks"]("ana")["changes"]
    for name, given, words in (
        ("standing", ("nobody",), "no runner nobody"),
        ("series", ("ana", "pace"), "no series of 'pace'"),
        ("definition", ("pace",), "no column 'pace'"),
    ):
        with pytest.raises(ValueError, match=words):
            tool[name](*given)


def test_without_the_extra_a_sentence_says_what_to_install(made_pair, monkeypatch):
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    from pipelines.serve.mcp_tools import server

    with pytest.raises(ValueError, match=r"midstance\[mcp\]"):
        server(made_pair)
