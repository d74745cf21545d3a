"""Let a client by others stream from virtual pods: it uses bleak, unmodified."""

import bleak

from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import run_virtual


def with_client(pods, monkeypatch, work):
    """Run `work()` where the client finds the virtual pods instead of this machine's Bluetooth."""

    async def main():
        async with virtual_radio(pods) as virtual:
            for kind in ("scanner", "client"):
                backend = getattr(virtual.radio, f"{kind}_backend"), "virtual"
                name = f"get_platform_{kind}_backend_type"
                monkeypatch.setattr(bleak, name, lambda backend=backend: backend)
            return await work()

    return run_virtual(main())
