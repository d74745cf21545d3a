"""A local server of the shape of intervals.icu, for one runner's key; it misbehaves if asked.

Addresses, the key as the password of API_KEY, the form with one file and what it does to streams
are those of the service's own description of its API and of its CSV of streams.
"""

import csv
import io
import json
from base64 import b64decode
from contextlib import contextmanager
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from services.answering import Answering, serving

KEY = "6dzmsans11bsyifjxchr87oum"
BUILT_IN = {"time", "velocity_smooth", "cadence", "heartrate"}


class Handler(Answering, BaseHTTPRequestHandler):
    def do_GET(self):
        self._answer()

    def do_PUT(self):
        self._answer()

    def _answer(self):
        server, parts = self.server, urlsplit(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        server.asked.append((self.command, parts.path))
        if instead := server.instead.get((self.command, parts.path)):
            instead(self)
            return
        kind, _, word = (self.headers["Authorization"] or "").partition(" ")
        if kind != "Basic" or b64decode(word).decode() != f"API_KEY:{KEY}":
            self.send(b"{}", status=401)
            return
        _, _, _, _, number, *rest = parts.path.split("/")
        if parts.path.split("/")[:4] != ["", "api", "v1", "activity"] or (
            number not in server.activities
        ):
            self.send(b"{}", status=404)
            return
        activity = server.activities[number]
        if self.command == "PUT" and rest == ["streams.csv"]:
            _take(activity, _file(self.headers["Content-Type"], body), server.codes)
            self.send(b"[]")
        elif self.command == "GET" and rest == ["streams.json"]:
            wanted = parse_qs(parts.query).get("types", list(activity["streams"]))
            known = activity["streams"]
            self.say([{"type": n, "data": known[n]} for n in wanted if n in known])
        elif self.command == "GET" and not rest:
            self.say({"id": number, "start_date": activity["start_date"], "type": "Run"})
        else:
            self.send(b"{}", status=404)

    def say(self, content):
        self.send(json.dumps(content).encode())


def _file(kind, body):
    """Return the one file of a form, as another's parser of forms finds it."""
    form = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    [part] = form.get_payload()
    assert part.get_param("name", header="content-disposition") == "file"
    return part.get_payload(decode=True).decode()


def _take(activity, text, codes):
    """Update the streams; with another number of rows the table replaces all of them."""
    rows = list(csv.DictReader(io.StringIO(text)))
    streams = activity["streams"]
    if len(rows) != len(streams["time"]):
        streams.clear()
    for name in rows[0]:
        values = [float(row[name]) if row[name] else None for row in rows]
        if name in BUILT_IN | codes and any(value is not None for value in values):
            streams[name] = values


@contextmanager
def intervals_server(activities, codes=(), instead=None):
    """Serve `activities` by number; the account has custom streams of these `codes`.

    `instead` maps (method, path) to a function of the handler that answers instead.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.asked, server.activities = [], activities
    server.codes, server.instead = set(codes), instead or {}
    with serving(server):
        yield server
