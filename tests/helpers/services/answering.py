"""What made-up servers do whatever they serve: run, and send whole answers."""

import threading
from contextlib import contextmanager


@contextmanager
def serving(server):
    """Let `server` answer, in a thread of its own, at its `url`."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    server.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Answering:
    """Beside `BaseHTTPRequestHandler`: sends whole answers, and prints nothing of them."""

    def send(self, content, status=200, **headers):
        self.send_response(status)
        for name, value in {"Content-Length": len(content), **headers}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass
