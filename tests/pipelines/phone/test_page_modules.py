"""The page's modules make and read the bytes that ours do, in the browser that will run them."""

import asyncio
import json
from pathlib import Path

import pytest
from as_a_user.phone_page import phone, served

from firmware_protocols.capture2go import packages
from firmware_protocols.orp_v1 import config, control, frames
from firmware_protocols.protocol import DecodeError
from pipelines.store.journal.crc_records import frame as record

pytestmark = pytest.mark.browser
SPEC = Path(__file__).parents[3] / "firmware_protocols" / "spec" / "orp_v1_vectors.json"
VECTORS = json.loads(SPEC.read_text())
CAPTURE2GO = Path(__file__).parents[2] / "firmware_protocols" / "capture2go" / "vectors.json"
OF_CAPTURE2GO = json.loads(CAPTURE2GO.read_text())

IN_PAGE = """async ({valid, invalid, records, capture2go}) => {
  const orp = await import("./orp_v1.js"), journal = await import("./journal.js");
  const { Coverage } = await import("./coverage.js");
  const c2g = await import("./capture2go.js");
  const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (two) => parseInt(two, 16));
  const hex = (of) => [...of].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const plain = (value) => JSON.parse(JSON.stringify(value, (_, v) =>
    typeof v === "bigint" ? Number(v) : v instanceof Uint8Array ? hex(v) : v));
  const texts = (value) => JSON.parse(JSON.stringify(value, (_, v) =>
    typeof v === "bigint" ? String(v) : v instanceof Uint8Array ? hex(v) : v));
  const reads = {mode: c2g.readMode, status: c2g.readStatus, info: c2g.readInfo};
  const streamed = capture2go.stream.map(({notifications}) => {
    const assembler = new c2g.Assembler();
    return notifications.flatMap((one) => c2g.packagesOf(bytes(one), assembler))
      .map(c2g.readSamples).filter(Boolean).map((one) => String(one.t_ns));
  });
  const of_capture2go = {
    frames: capture2go.frames.map((v) => texts(c2g.readFrame(bytes(v.bytes)))),
    framed: capture2go.frames.map((v) => hex(c2g.frame(v.id, bytes(v.payload)))),
    valid: capture2go.valid.map((v) => texts(reads[v.what](bytes(v.bytes)))),
    modes: capture2go.valid.filter((v) => v.what === "mode").map((v) =>
      hex(c2g.mode(c2g.readMode(bytes(v.bytes))))),
    invalid: capture2go.invalid.map((v) => c2g.readFrame(bytes(v.bytes))),
    samples: capture2go.samples.map((v) => texts(c2g.readSamples(c2g.readFrame(bytes(v.frame))))),
    refusal: c2g.readRefusal(bytes("fb5201")),
    time: hex(c2g.time(1700000000000000000n)),
    streamed,
  };
  const readers = {frame: orp.readFrame, answer: orp.readAnswer, "START data": orp.readStarted};
  const read = (vectors) => vectors.map((v) =>
    readers[v.what] ? plain(readers[v.what](bytes(v.bytes))) : "");
  const made = records.map(([stream, flags, ns, payload]) =>
    hex(journal.record(stream, flags, BigInt(ns), bytes(payload))));
  const all = bytes("00".repeat(3) + made.join("4d53") + "4d534a31");
  const found = [...journal.records(all)].map((r) =>
    [r.stream, r.flags, String(r.hostNs), hex(r.payload)]);
  const covered = new Coverage();
  const spans = [[0, 10], [20, 5], [8, 4], [12, 8], [40, 10], [60, 1]];
  const added = spans.map(([a, n]) => covered.add(a, n));
  covered.giveUp(25, 30);
  return {
    capture2go: of_capture2go,
    valid: read(valid), invalid: read(invalid), made, found,
    config: hex(orp.config({rateHz: 200, accRangeG: 16, gyrRangeDps: 2000, latencyMs: 100})),
    command: hex(orp.command(5, 7, orp.pair(342, 380))),
    pair: orp.readPair(orp.pair(1, 4294967295)),
    covered: {added, spans: covered.spans, missing: covered.missing, gone: covered.gone,
      received: covered.received, hole: covered.hole(4), newest: covered.newest},
  };
}"""
RECORDS = [
    (0, 0, 1_795_899_380_138_700_001, b'{"kind": "lost"}'),
    (3, 2, -5, bytes(range(256))),
    (255, 6, 2**62, b""),
]


@pytest.fixture(scope="module")
def in_page(tmp_path_factory):
    """Return what the modules make of the vectors."""
    given = {
        "valid": [{**v, "bytes": v["bytes"].replace(" ", "")} for v in VECTORS["valid"]],
        "invalid": [{**v, "bytes": v["bytes"].replace(" ", "")} for v in VECTORS["invalid"]],
        "records": [(s, f, str(ns), payload.hex()) for s, f, ns, payload in RECORDS],
        "capture2go": OF_CAPTURE2GO,
    }

    async def ask():
        with served() as url:
            async with phone(url, tmp_path_factory.mktemp("profile")) as opened:
                return await opened.page.evaluate(IN_PAGE, given)

    return asyncio.run(ask())


def test_valid_vectors_mean_what_they_say(in_page):
    read = zip(VECTORS["valid"], in_page["valid"], strict=True)
    seen = [vector["what"] for vector, value in read if value != ""]
    assert {"frame", "answer", "START data"} == set(seen)
    for vector, value in zip(VECTORS["valid"], in_page["valid"], strict=True):
        payload = bytes.fromhex(vector["bytes"])
        if vector["what"] == "frame":
            of = frames.decode_frame(payload)
            names = ("kind", "flags", "sequence", "index", "t0_us", "config")
            assert value == {name: getattr(of, name) for name in names} | {"n": len(of.counts)}
        elif vector["what"] == "answer":
            of = control.decode_answer(payload)
            of = {"op": of.op, "requestId": of.request_id, "result": of.result}
            assert value == of | {"data": control.decode_answer(payload).data.hex()}
        elif vector["what"] == "START data":
            of = control.decode_started(payload)
            assert value == {"nextIndex": of.next_index, "tStartUs": of.t_start_us}


def test_invalid_frames_are_refused(in_page):
    refused = [
        value
        for vector, value in zip(VECTORS["invalid"], in_page["invalid"], strict=True)
        if vector["what"] == "frame"
    ]
    assert refused == [None] * 5


def test_commands_are_those_of_the_codec(in_page):
    wanted = config.Config(0, 200.0, {1: 16, 2: 2000}, 100)
    assert in_page["config"] == config.encode_config(wanted).hex()
    asked = control.Command(control.Op.BACKFILL, 7, control.encode_pair(342, 380))
    assert in_page["command"] == control.encode_command(asked).hex()
    assert in_page["pair"] == [1, 2**32 - 1]


def test_bytes_of_capture2go_are_read_and_made_as_our_codec_does(in_page):
    seen = in_page["capture2go"]
    frames_ = OF_CAPTURE2GO["frames"]
    assert seen["frames"] == [{"id": v["id"], "payload": v["payload"]} for v in frames_]
    assert seen["framed"] == [v["bytes"] for v in frames_]
    assert seen["samples"] == [v["means"] for v in OF_CAPTURE2GO["samples"]]
    assert seen["streamed"] == [v["samples_ns"] for v in OF_CAPTURE2GO["stream"]]
    assert seen["invalid"] == [None] * len(OF_CAPTURE2GO["invalid"])
    assert seen["refusal"] == {"code": packages.Code.WRONG_STATE, "command": 0x0152}
    assert seen["time"] == packages.encode_time(1_700_000_000 * 10**9).hex()
    valid = OF_CAPTURE2GO["valid"]
    for vector, value in zip(valid, seen["valid"], strict=True):
        assert value == {key: vector["means"][key] for key in value}
        assert len(value) >= len(vector["means"]) - 1, "only the bias is of no use to a page"
    assert seen["modes"] == [v["bytes"] for v in valid if v["what"] == "mode"]


def test_records_are_those_of_our_journal(in_page):
    assert in_page["made"] == [record(s, ns, p, f).hex() for s, f, ns, p in RECORDS]
    assert in_page["found"] == [[s, f, str(ns), p.hex()] for s, f, ns, p in RECORDS]


def test_what_is_missing_is_known_by_index(in_page):
    covered = in_page["covered"]
    assert covered["added"] == [10, 5, 2, 8, 10, 1]
    assert covered["spans"] == [[0, 30], [40, 50], [60, 61]]
    assert (covered["missing"], covered["gone"], covered["received"]) == (20, 5, 36)
    assert covered["hole"] == {"first": 30, "stop": 34}
    assert covered["newest"] == 61


def test_the_codec_refuses_what_ours_refuses():
    for vector in VECTORS["invalid"]:
        if vector["what"] == "frame":
            with pytest.raises(DecodeError):
                frames.decode_frame(bytes.fromhex(vector["bytes"]))
