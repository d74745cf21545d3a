import pytest

pytest.importorskip("bumble")


from pipelines.radio.virtual.firmwares import FIRMWARES
from pipelines.radio.virtual.movella_dot.firmware import MovellaDot


@pytest.fixture
def firmware(monkeypatch):
    """The firmware of every pod that is switched on, to look into."""
    made = []

    class Seen(MovellaDot):
        def __init__(self, *about, **more):
            super().__init__(*about, **more)
            made.append(self)

    monkeypatch.setitem(FIRMWARES, "movella_dot", Seen)
    return made
