"""These tests are of Linux, need a D-Bus daemon, and take real time."""

import shutil
import sys

import pytest

collect_ignore_glob = [] if sys.platform == "linux" else ["test_*.py"]


@pytest.fixture(autouse=True)
def _needs_a_bus():
    pytest.importorskip("bumble")
    if shutil.which("dbus-daemon") is None:
        pytest.skip("dbus-daemon is not installed; install it (Debian: dbus) for these tests")
