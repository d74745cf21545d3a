import pytest

from firmware_protocols.advertised import uuid16
from pipelines.radio.virtual.gatt import Advertisement

FULL = "7a1e0001-2c5b-4f0e-9d3a-6b8f14c0e275"
FLAGS = "020106"


def test_short_and_full_services_maker_and_name_have_their_published_form():
    said, response = Advertisement("AB", (uuid16(0xFDF3),), {0x0886: b"\x01\x02"}).packets()
    assert said.hex() == FLAGS + "0303f3fd" + "05ff86080102" + "03094142"
    assert response == b""
    said, _ = Advertisement("AB", (FULL,)).packets()
    assert said.hex() == FLAGS + "1107" + "75e2c0148f6b3a9d0e4f5b2c01001e7a" + "03094142"


def test_a_name_without_room_is_shortened_or_comes_in_the_response():
    said, _ = Advertisement("IMU_1234ab", (FULL,)).packets()
    assert (len(said), said[-10:]) == (31, b"\x09\x08IMU_1234")
    said, response = Advertisement("IMU_1234ab", (FULL,), name_in_response=True).packets()
    assert (len(said), response) == (21, b"\x0b\x09IMU_1234ab")


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="advertise fewer services"):
        Advertisement("AB", (FULL, FULL.replace("7a1e", "7a1f"))).packets()
