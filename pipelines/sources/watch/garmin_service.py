"""The Garmin Connect Personal API: where the runner's own key stands, and what is said of trouble.

Key and address stand where Garmin's own client looks for them, so that one key serves both.
"""

from pathlib import Path
from typing import Final

from pipelines.web_service.bounded_http import Trouble
from pipelines.web_service.own_key import KeyPlace

GARMIN: Final = KeyPlace(
    name="Garmin Connect",
    variable="GARMIN_PERSONAL_API_KEY",
    file=Path("~/.config/garmin/connect-personal-api-key"),
    url_variable="GARMIN_PERSONAL_API_BASE_URL",
    url="https://personal.connectapi.garmin.com",
    made="create one in the settings of Garmin Connect (Personal API)",
)
INSTEAD: Final = "export the file and name it"
_NO_KEY: Final = f"does not accept the key (it may have expired); {GARMIN.how}"
TROUBLE: Final = Trouble(
    refused={
        401: _NO_KEY,
        403: _NO_KEY,
        404: f"has nothing of that number; check it, or {INSTEAD}",
        429: f"was asked too often; wait some minutes, or {INSTEAD}",
    },
    too_much=INSTEAD,
    instead=INSTEAD,
)
