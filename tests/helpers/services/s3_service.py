"""Services that speak S3's protocol on the loopback: one that keeps objects, ones that do not."""

import socket
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from as_a_user.many_processes import started

from pipelines.store.s3 import bucket

DENIED = b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


@contextmanager
def at(url, **more):
    """Let an address on S3 mean this service, for this process and those that it starts."""
    with pytest.MonkeyPatch.context() as patch:
        for key in (*KEYS, "AWS_PROFILE"):
            patch.delenv(key, raising=False)
        known = {"AWS_ENDPOINT_URL": url, "AWS_DEFAULT_REGION": "us-east-1", **KEYS}
        for key, word in {**known, "AWS_EC2_METADATA_DISABLED": "true", **more}.items():
            patch.setenv(key, word) if word else patch.delenv(key, raising=False)
        bucket._service.cache_clear()
        yield
    bucket._service.cache_clear()


@contextmanager
def keeping():
    """A service that keeps what it is given."""
    pytest.importorskip("moto.server", reason="moto is not installed")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    # In a process of its own: pyarrow waits for answers while it keeps Python's lock.
    process = started("moto.server", "-H", "127.0.0.1", "-p", port)
    try:
        while not _listens(port):
            assert process.poll() is None
            time.sleep(0.05)
        with at(f"http://127.0.0.1:{port}"):
            yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _listens(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def refusing():
    """A service that lets nobody do anything."""

    class Refuses(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(403)
            self.send_header("Content-Type", "application/xml")
            self.send_header("Content-Length", str(len(DENIED)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(DENIED)

        do_HEAD = do_PUT = do_POST = do_GET  # noqa: N815  (so the server looks for them)

        def log_message(self, *words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Refuses)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def silent():
    """A service that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def upload(client, root, name, prefix):
    """Put all files of a folder into a bucket that is made for them."""
    client.create_bucket(Bucket=name)
    for path in sorted(root.rglob("*")):
        if path.is_file():
            key = f"{prefix}/{path.relative_to(root).as_posix()}"
            client.put_object(Bucket=name, Key=key, Body=path.read_bytes())


def objects(client, name, prefix):
    """Return all objects below a prefix, by name."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=name, Prefix=f"{prefix}/")
    keys = [one["Key"] for page in pages for one in page.get("Contents", [])]
    return {
        key.removeprefix(f"{prefix}/"): client.get_object(Bucket=name, Key=key)["Body"].read()
        for key in keys
    }
