"""A D-Bus daemon with a socket and a policy of its own, for the time of a test."""

import asyncio
import shutil
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path

OPEN = """
    <allow user="*"/>
    <allow own="*"/>
    <allow send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
"""
NO_BLUETOOTH_FOR_USERS = OPEN + '<deny send_destination="org.bluez"/>'
"""As distributions do that let only a group of users send to org.bluez."""
NO_USERS = OPEN + '<deny user="*"/>'

_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">{policy}</policy>
</busconfig>
"""


def daemon() -> str | None:
    """Return where dbus-daemon is, if it is installed."""
    return shutil.which("dbus-daemon")


@asynccontextmanager
async def private_bus(policy=OPEN):
    """Yield the address of a bus of its own; its daemon ends with the block.

    The socket lies in a folder of a short name: a path of a socket has at most 107 bytes.
    """
    with tempfile.TemporaryDirectory(prefix="bus") as folder:
        socket, config = Path(folder, "socket"), Path(folder, "bus.conf")
        config.write_text(_CONFIG.format(socket=socket, policy=policy), encoding="utf-8")
        process = await asyncio.create_subprocess_exec(
            daemon(),
            f"--config-file={config}",
            "--nofork",
            "--nopidfile",
            "--print-address",
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            if not await process.stdout.readline():  # the address, said once it listens
                raise OSError((await process.stderr.read()).decode())
            yield f"unix:path={socket}"
        finally:
            if process.returncode is None:
                process.terminate()
            await process.communicate()
