"""Objects below an address ``s3://bucket/prefix``: listed, fetched, put whole.

Credentials and region are found as Amazon's own tools find them; ``AWS_ENDPOINT_URL`` names another
service. An object is only ever put from bytes that are complete: an upload that is cut leaves what
was there before, or nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

S3: Final = "s3://"
ENDPOINTS: Final = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
CONNECT_S: Final = 10
ANSWER_S: Final = 30
ATTEMPTS: Final = 3
CREDENTIALS: Final = (
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
REFUSED: Final = ("ACCESS_DENIED", "INVALID_ACCESS_KEY_ID", "SIGNATURE_DOES_NOT_MATCH", "FORBIDDEN")
GO_ON: Final = "then run the same command again, what was finished is kept"


def is_on_s3(store: str | Path) -> bool:
    """Say whether a store is named by an address on S3."""
    return str(store).startswith(S3)


@dataclass(frozen=True)
class Bucket:
    """What lies below an address; `name` in its methods is a path below it, ``raw/…``.

    All of them raise OSError with one sentence: FileNotFoundError for an object or a bucket that is
    not there, PermissionError where the service refuses, TimeoutError where it does not answer.
    """

    address: str

    @property
    def base(self) -> str:
        """Bucket and prefix, without the protocol."""
        return self.address.removeprefix(S3).strip("/")

    def sizes(self, below: str = "") -> dict[str, int]:
        """Return the size of every object below a folder, by name, in order."""
        return {name: size for name, (size, _) in self.states(below).items()}

    def states(self, below: str = "") -> dict[str, list[int]]:
        """Return size and time, in ns, of every object below a folder, by name, in order."""
        from pyarrow import fs

        folder = "/".join(filter(None, (self.base, below.strip("/"))))
        with self._in_a_sentence(below):
            try:
                every = _service().get_file_info(fs.FileSelector(folder, recursive=True))
            except FileNotFoundError:  # of a folder; a bucket that is not there is another error
                return {}
        start = len(self.base) + 1
        return dict(
            sorted((one.path[start:], [one.size, one.mtime_ns]) for one in every if one.is_file)
        )

    def there(self, names: Iterable[str]) -> list[str]:
        """Return those of some names that are objects."""
        wanted = list(names)
        with self._in_a_sentence(wanted[0] if wanted else ""):
            found = _service().get_file_info([self._path(name) for name in wanted])
        return [name for name, one in zip(wanted, found, strict=True) if one.is_file]

    def get(self, name: str) -> bytes:
        """Return an object."""
        with self._in_a_sentence(name), _service().open_input_file(self._path(name)) as file:
            return bytes(file.read())

    def get_end(self, name: str, count: int) -> tuple[bytes, int]:
        """Return the last `count` bytes of an object, and how many it has."""
        with self._in_a_sentence(name), _service().open_input_file(self._path(name)) as file:
            size = file.size()
            file.seek(max(0, size - count))
            return bytes(file.read()), size

    def put(self, name: str, data: bytes) -> None:
        """Put an object, in place of one of this name that is there."""
        with self._in_a_sentence(name):
            # Not as a context, which would complete the object when something went wrong in it.
            file = _service().open_output_stream(self._path(name))
            file.write(data)
            file.close()

    def _path(self, name: str) -> str:
        return f"{self.base}/{name}"

    @contextmanager
    def _in_a_sentence(self, name: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise _sentence(f"{S3}{self._path(name)}".rstrip("/"), self.base, error) from None


@cache
def _service() -> Any:
    from pyarrow import fs

    named = [os.environ[key] for key in ENDPOINTS if os.environ.get(key)]
    return fs.S3FileSystem(
        endpoint_override=named[0] if named else None,
        region=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION"),
        connect_timeout=CONNECT_S,
        request_timeout=ANSWER_S,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=ATTEMPTS),
        allow_delayed_open=True,  # one request for what is small, and no object before it is whole
    )


def _sentence(what: str, base: str, error: OSError) -> OSError:
    """Return what an error of the service means for a person."""
    words, bucket = str(error), base.partition("/")[0]
    if "NO_SUCH_BUCKET" in words:
        return FileNotFoundError(f"there is no bucket {bucket}; create it, or check the address")
    if isinstance(error, FileNotFoundError) or "NO_SUCH_KEY" in words:
        return FileNotFoundError(f"there is no object {what}; check its name")
    if any(word in words for word in REFUSED):
        return PermissionError(f"{what} is refused: {_mend()}, {GO_ON}")
    if "Timeout" in words or "Operation too slow" in words:
        return TimeoutError(f"{what}: the service did not answer in {ANSWER_S} s; wait, {GO_ON}")
    if "NETWORK_CONNECTION" in words:
        return ConnectionError(f"{what} cannot be reached; check network and address, {GO_ON}")
    return OSError(f"{what}: {words.splitlines()[0].partition(' (Request ID')[0]}; {GO_ON}")


def _mend() -> str:
    named = any(os.environ.get(key) for key in CREDENTIALS)
    if named or (Path.home() / ".aws").exists():
        return "let these credentials list, read and write it"
    return (
        "no credentials are given; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write "
        "~/.aws/credentials"
    )
