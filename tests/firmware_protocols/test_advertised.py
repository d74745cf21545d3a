import pytest

from firmware_protocols.advertised import Advertised, Signature, uuid16
from pipelines.protocols import PROTOCOLS

FULL = "12345678-1234-1234-1234-1234567890ab"
BY_SERVICE = Signature(services=(FULL, uuid16(0xFDF3)))
BY_NAME = Signature(names=("Polar Sense", "WT"))
BY_MAKER = Signature(services=(FULL,), manufacturers=(0x0886,))


@pytest.mark.parametrize(
    ("signature", "said", "fits"),
    [
        (BY_SERVICE, Advertised("any", frozenset({uuid16(0xFDF3)})), True),
        (BY_SERVICE, Advertised("any", frozenset({uuid16(0x180D)})), False),
        (BY_SERVICE, Advertised(), False),
        (BY_NAME, Advertised("Polar Sense 1234"), True),
        (BY_NAME, Advertised("Polar H10"), False),
        (BY_NAME, Advertised(""), False),
        (BY_MAKER, Advertised("", frozenset(), {0x0886: b"\1"}), True),
        (BY_MAKER, Advertised("", frozenset({FULL})), True),
        (BY_MAKER, Advertised("", frozenset(), {0x0059: b"\1"}), False),
    ],
)
def test_a_pod_is_recognised_by_any_of_what_its_firmware_says(signature, said, fits):
    assert signature.fits(said) is fits


def test_only_services_alone_may_filter_what_is_received():
    assert BY_SERVICE.filter == (FULL, uuid16(0xFDF3))
    assert (BY_NAME.filter, BY_MAKER.filter) == ((), ())


def test_no_pod_is_taken_for_one_of_another_firmware():
    for one in PROTOCOLS.values():
        for uuid in one.signature.services:
            said = Advertised(services=frozenset({uuid}))
            assert [p for p in PROTOCOLS.values() if p.signature.fits(said)] == [one]
