"""What pods say of themselves before they are recorded: words, or one sentence of refusal."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_protocols.orp_v1.about import about
from firmware_protocols.orp_v1.config import Quantity
from firmware_protocols.orp_v1.control import Status, StatusFlag, encode_status
from firmware_protocols.orp_v1.gatt import Channel
from firmware_protocols.orp_v1.info import Info, encode_info
from firmware_protocols.protocol import About
from pipelines.protocols import PROTOCOLS

INFO = Info(
    serial="A-17",
    rates_hz={0: (104.0, 208.0)},
    ranges={Quantity.SPECIFIC_FORCE: (4, 16), Quantity.ANGULAR_RATE: (2000,)},
    ring_samples=12_480,
)
STATUS = Status(80, StatusFlag.SAMPLING, 12, 0, 21)


def answered(conversation, answers):
    """Return what a conversation ends with when each request is answered by `answers`."""
    try:
        request = next(conversation)
        while True:
            request = conversation.send(answers(request))
    except StopIteration as end:
        return end.value


def orp(info=INFO, battery=b"\x5a", status=STATUS):
    values = {
        Channel.INFO: encode_info(info),
        Channel.BATTERY: battery,
        Channel.STATUS: b"" if status is None else encode_status(status),
    }
    return answered(about(), lambda request: values[request.channel])


def test_an_orp_pod_says_all_of_itself():
    assert orp() == About(
        serial="A-17",
        firmware="ORP 1.0",
        battery_pct=90,
        rates_hz=(104.0, 208.0),
        acc_ranges_g=(4, 16),
        gyr_ranges_dps=(2000,),
        holds_s=60.0,
        doing="sampling",
    )


def test_what_an_orp_pod_lacks_is_not_made_up():
    assert orp(battery=b"", status=None).battery_pct is None
    assert orp(battery=b"").battery_pct == 80
    bare = orp(Info(serial="x"), b"", None)
    assert (bare.rates_hz, bare.holds_s, bare.acc_ranges_g, bare.doing) == ((), None, (), "")


def test_an_orp_pod_of_another_version_is_refused_with_both_versions():
    with pytest.raises(ValueError, match=r"speaks ORP 2\.1, and this midstance ORP 1; update"):
        orp(Info(serial="x", version=(2, 1)))


@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS)
@settings(max_examples=150)
@given(data=st.data())
def test_any_answers_are_words_or_one_sentence(protocol, data):
    for ask in (protocol.about, protocol.identify):
        if ask is None:
            continue
        conversation = ask()
        with suppress(StopIteration, ValueError, TimeoutError):
            next(conversation)
            for _ in range(200):
                if data.draw(st.booleans()):
                    conversation.send(data.draw(st.binary(max_size=260)))
                else:
                    conversation.throw(TimeoutError())
            pytest.fail("a conversation without end")
