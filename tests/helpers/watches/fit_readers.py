"""What six readers that others wrote find in a FIT file, each in one form."""

import json
import os
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

NODE = Path(__file__).with_name("fit_readers.mjs")
PACKAGES = "MIDSTANCE_NODE_MODULES"
"""Names a folder in which npm installed fit-file-parser@6.1.2 and @garmin/fitsdk@21.217.0."""


@dataclass
class Found:
    """`records` are (Unix time, native fields, our own fields) in order; absent is no key."""

    records: list
    units: dict
    counts: Counter
    session: dict


def by_fitdecode(path):
    import fitdecode

    found = Found([], {}, Counter(), {})
    with fitdecode.FitReader(
        path,
        check_crc=fitdecode.CrcCheck.RAISE,
        error_handling=fitdecode.ErrorHandling.RAISE,
    ) as file:
        for frame in file:
            if frame.frame_type != fitdecode.FIT_FRAME_DATA:
                continue
            found.counts[frame.name] += 1
            fields = [x for x in frame.fields if x.value is not None]
            if frame.name == "record":
                own = [x for x in fields if x.field_type == "devfield"]
                found.units |= {x.name: x.units or "" for x in own}
                values = {x.name: x.value for x in fields if x not in own}
                stamp = values.pop("timestamp")
                found.records.append((stamp.timestamp(), values, {x.name: x.value for x in own}))
            elif frame.name == "session":
                found.session = {x.name: x.value for x in fields}
    return found


def by_garmin(path):
    from garmin_fit_sdk import Decoder, Stream

    stream = Stream.from_file(str(path))
    assert Decoder(stream).check_integrity()
    messages, errors = Decoder(Stream.from_file(str(path))).read()
    assert errors == []
    about = {m["key"]: m for m in messages.get("field_description_mesgs", ())}
    names = {key: m["field_name"] for key, m in about.items()}

    def named(message):
        own = message.pop("developer_fields", {})
        return {names[key]: value for key, value in own.items()}

    records = []
    for message in messages["record_mesgs"]:
        own = named(message)
        records.append((message.pop("timestamp").timestamp(), message, own))
    session = (messages.get("session_mesgs") or [{}])[0]
    session |= named(session)
    counts = Counter({name.removesuffix("_mesgs"): len(all_) for name, all_ in messages.items()})
    units = {m["field_name"]: m.get("units", "") for m in about.values()}
    return Found(records, units, counts, session)


def by_fitparse(path):
    from fitparse import FitFile

    found = Found([], {}, Counter(), {})
    for message in FitFile(str(path)).get_messages():
        found.counts[message.name] += 1
        fields = [x for x in message.fields if x.value is not None]
        if message.name == "record":
            own = [x for x in fields if type(x.field).__name__ == "DevField"]
            found.units |= {x.name: x.units or "" for x in own}
            values = {x.name: x.value for x in fields if x not in own}
            stamp = values.pop("timestamp").replace(tzinfo=UTC)
            found.records.append((stamp.timestamp(), values, {x.name: x.value for x in own}))
        elif message.name == "session":
            found.session = {x.name: x.value for x in fields}
    return found


def by_fit_tool(path):
    from fit_tool.fit_file import FitFile

    found = Found([], {}, Counter(), {})
    for record in FitFile.from_file(str(path)).records:
        message = record.message
        if record.is_definition:
            continue
        found.counts[message.NAME] += 1
        native = {f.name: f.get_value(0) for f in message.fields if f.size and f.is_valid()}
        own = {f.name: f.get_value(0) for f in message.developer_fields if f.is_valid()}
        if message.NAME == "record":
            found.units |= {f.name: f.units or "" for f in message.developer_fields}
            found.records.append((native.pop("timestamp") / 1000, native, own))
        elif message.NAME == "session":
            found.session = native | own
    return found


def node_packages():
    """Return the folder of the packages from npm, None where node or they are not here."""
    folder = os.environ.get(PACKAGES)
    return folder if folder and shutil.which("node") else None


def by_node(path):
    """Return what the two readers from npm find: Garmin's, and fit-file-parser."""
    done = subprocess.run(
        ["node", NODE, Path(path).resolve()],
        cwd=node_packages(),
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(done.stdout)
    garmin = said["garmin"]
    assert garmin["errors"] == []
    units = garmin["units"]
    records = [
        (r["time_s"], {_snake(k): v for k, v in r["native"].items()}, r["own"])
        for r in garmin["records"]
    ]
    counts = Counter({_snake(k).removesuffix("_mesgs"): n for k, n in garmin["counts"].items()})
    first = Found(records, units, counts, {})
    others = [
        (
            r["time_s"],
            {k: v for k, v in r["values"].items() if k not in units},
            {k: v for k, v in r["values"].items() if k in units},
        )
        for r in said["parser"]["records"]
    ]
    described = {d["field_name"]: d.get("units", "") for d in said["parser"]["descriptions"]}
    return first, Found(others, described, Counter(), {})


def _snake(name):
    return re.sub(r"(?<=[a-z])([A-Z])", lambda m: f"_{m[1].lower()}", name)


PYTHON = {
    "fitdecode": by_fitdecode,
    "garmin-fit-sdk": by_garmin,
    "python-fitparse": by_fitparse,
    "fit-tool": by_fit_tool,
}
