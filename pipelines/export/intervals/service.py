"""intervals.icu: where the runner's own key stands, and what is said of trouble."""

from base64 import b64encode
from pathlib import Path
from typing import Final

from pipelines.web_service.bounded_http import Body, Limits, Trouble
from pipelines.web_service.bounded_http import ask as ask_service
from pipelines.web_service.own_key import KeyPlace, Service

INTERVALS: Final = KeyPlace(
    name="intervals.icu",
    variable="INTERVALS_ICU_API_KEY",
    file=Path("~/.config/intervals.icu/api-key"),
    url_variable="INTERVALS_ICU_BASE_URL",
    url="https://intervals.icu",
    made="create one at the end of the settings of intervals.icu",
)
MOST_BYTES: Final = 64 << 20
TROUBLE: Final = Trouble(
    refused={
        401: f"does not accept the key; {INTERVALS.how}",
        403: (
            "does not let this account write streams (that is for supporters), or not this activity"
        ),
        404: "has no such activity; check its number",
        422: "cannot use the streams; check that the account has custom streams of these codes",
        429: "was asked too often; wait some minutes",
    },
    too_much="check the activity",
)


def ask(
    service: Service,
    path: str,
    *,
    method: str = "GET",
    body: Body | None = None,
    limits: Limits | None = None,
) -> bytes:
    """Return what the service answers on `path`; OSError with one sentence where it does not."""
    return ask_service(
        service,
        path,
        most_bytes=MOST_BYTES,
        allowed_by="Basic " + b64encode(f"API_KEY:{service.key}".encode()).decode(),
        trouble=TROUBLE,
        method=method,
        body=body,
        limits=limits,
    )
