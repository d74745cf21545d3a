"""A local server that speaks the shape of the Garmin Connect Personal API, and misbehaves if asked.

The paths, headers and forms of answers are those of Garmin's own client
(garmin-connect-personal-api-python 1.0.0).
"""

import io
import json
import time
import zipfile
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from services.answering import Answering, serving

KEY = "gcpa_0123456789abcdef"
TOKEN = "eyJhbGciOiJub25lIn0.eyJleHAiOjE3OTU4NTI4MDB9.c2ln"


def zipped(content, name="20123456789_ACTIVITY.fit"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(name, content)
    return out.getvalue()


class Handler(Answering, BaseHTTPRequestHandler):
    """What it answers stands in `server.answers`: by path, bytes or a function of the handler."""

    def do_POST(self):
        self._answer(self.headers["Authorization"] == f"ApiKey {KEY}")

    def do_GET(self):
        self._answer(self.headers["Authorization"] == f"Bearer {TOKEN}")

    def _answer(self, allowed):
        parts = urlsplit(self.path)
        self.server.asked.append((self.command, parts.path, parse_qs(parts.query)))
        content = self.server.answers.get(parts.path)
        if callable(content):
            content(self)
        elif not allowed:
            self.send(b'{"message":"HTTP 401 Unauthorized"}', status=401)
        elif content is None:
            self.send(b"{}", status=404)
        else:
            self.send(content)


TOKEN_PATH = "/personalapitoken-service/personal-api/personal-api-key/token"
LIST_PATH = "/activitylist-service/activities/search/activities"
FILE_PATH = "/download-service/files/activity/"


def activity(number, start_gmt, elapsed_s):
    """An entry of the list, with some of the many fields that are of no use to us."""
    return {
        "activityId": number,
        "activityName": "Morning run",
        "startTimeLocal": "2026-11-22 09:30:00",
        "startTimeGMT": start_gmt,
        "activityType": {"typeId": 1, "typeKey": "running", "parentTypeId": 17},
        "duration": elapsed_s - 1.0,
        "elapsedDuration": elapsed_s,
        "averageHR": 151.0,
    }


@contextmanager
def garmin_server(activities=(), files=None, **answers):
    """Serve activities and their files by number; `answers` by path replace what would be said."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.asked = []
    server.answers = {
        TOKEN_PATH: TOKEN.encode(),
        LIST_PATH: json.dumps(list(activities)).encode(),
        **{f"{FILE_PATH}{number}": content for number, content in (files or {}).items()},
        **answers.pop("by_path", {}),
    }
    with serving(server):
        yield server


def silent(seconds):
    """Answer nothing for so long."""

    def answer(handler):
        time.sleep(seconds)
        handler.close_connection = True

    return answer


def dripping(handler):
    """Send one byte every 20 ms, for two seconds."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    for _ in range(100):
        try:
            handler.wfile.write(b"x")
        except OSError:
            return
        time.sleep(0.02)


def elsewhere(url):
    """Send the one who asks to another address."""
    return lambda handler: handler.send(b"", status=302, Location=url)


def status(number):
    return lambda handler: handler.send(b"{}", status=number)
