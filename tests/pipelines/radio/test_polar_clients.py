"""Independent clients of Polar sensors stream, unmodified, from virtual ones.

The pod keeps to the maker's rules; where a client departs from them, its test says so. A client
that is not installed skips its test.
"""

import asyncio

import numpy as np
import pytest

pytest.importorskip("bumble")

import bleak
from pods.foreign_client import with_client
from pods.virtual_pods import polar_pods

from firmware_protocols.polar_pmd import PROTOCOL
from firmware_protocols.polar_pmd.gatt import Channel
from firmware_protocols.protocol import Packet
from imu.frames import GRAVITY_MPS2
from imu.recording.samples import acceleration, angular_rate
from pipelines.radio.virtual.time import loop_clock_ns

SCAN_S = 3.0


def client(name, version):
    return pytest.importorskip(
        name.replace("-", "_"),
        reason=f"this client is not installed; pip install {name}=={version}",
    )


async def found(pod):
    (device,) = [one for one in await bleak.BleakScanner.discover(SCAN_S) if one.name == pod.name]
    return device


def position_of(pod, decoded, *, step=4):
    """Return which of the pod's samples are those decoded, of every `step`-th."""
    taken = pod.samples["acc_lsb"][::step] * pod.scale.acc_mps2
    first = acceleration(decoded.samples, decoded.scale)[0]
    return step * int(np.argmin(np.abs(taken - first).sum(axis=1)))


def test_polar_python_streams_compressed_acceleration_and_angular_rate(monkeypatch):
    """It has no SDK mode, so it streams at the usual 52 Hz and ±8 g."""
    polar_python = client("polar-python", "1.1.1")
    (pod, *_) = polar_pods(40)
    acc, gyr, packets = [], [], []

    async def work():
        async with polar_python.PolarDevice(await found(pod)) as device:
            received = device._handle_pmd_data
            control = device._handle_pmd_control
            for uuid, channel, handle in (
                (PROTOCOL.channels[1], Channel.DATA, received),
                (PROTOCOL.channels[0], Channel.CONTROL, control),
            ):
                await device._client.stop_notify(uuid)
                await device._client.start_notify(uuid, noting(packets, channel, handle))
            kinds = [kind.name for kind in await device.get_available_features()]
            assert kinds == ["ACC", "GYRO"]
            offered = await device.request_stream_settings(type_of("ACC"))
            assert {one.type.name: one.values for one in offered.settings} == {
                "SAMPLE_RATE": [52],
                "RESOLUTION": [16],
                "RANGE": [8],
                "CHANNELS": [3],
            }
            await device.start_acc_stream(acc.append, 52, 16, 8, 3)
            await device.start_gyro_stream(gyr.append, 52, 16, 2000, 3)
            await asyncio.sleep(20)

    with_client([pod], monkeypatch, work)
    ours = PROTOCOL.decode(packets)
    assert (ours.lost, ours.rate_hz, dict(ours.trouble)) == (0, 52.0, {})
    mg = np.concatenate([one.data for one in acc])
    dps = np.concatenate([one.data for one in gyr])
    mine = acceleration(ours.samples, ours.scale) / GRAVITY_MPS2 * 1000
    # The client cuts the fraction of a mg off; ours begins where both streams do.
    at = int(np.argmin(np.abs(mg[:200] - mine[0]).sum(axis=1)))
    np.testing.assert_allclose(mg[at : at + len(mine)], np.trunc(mine), atol=1)
    rates = np.degrees(angular_rate(ours.samples, ours.scale))
    at = int(np.argmin(np.abs(dps[:200] - rates[0]).sum(axis=1)))
    np.testing.assert_allclose(dps[at : at + len(rates)], rates, atol=1e-3)
    assert len(mine) > 15 * 52


def type_of(name):
    from polar_python.constants import PmdMeasurementType

    return PmdMeasurementType[name]


def noting(packets, channel, handle):
    """Return a callback that keeps what the client is given, too."""

    def received(characteristic, data):
        packets.append(Packet(loop_clock_ns(), channel, bytes(data)))
        return handle(characteristic, data)

    return received


def test_polar_python_takes_a_refusal_for_a_start_and_the_pod_streams_nothing(monkeypatch):
    """By the rules the answer's status says no; the client does not look at it."""
    polar_python = client("polar-python", "1.1.1")
    (pod, *_) = polar_pods(40)
    acc = []

    async def work():
        async with polar_python.PolarDevice(await found(pod)) as device:
            await device.start_acc_stream(acc.append, 208, 16, 16, 3)  # which wants SDK mode
            await asyncio.sleep(5)

    with_client([pod], monkeypatch, work)
    assert acc == []


def test_bleakheart_streams_the_acceleration_of_a_chest_strap(monkeypatch):
    """It reads raw frames; it shifts their stamps to the host's clock, and says they are of ACC."""
    bleakheart = client("bleakheart", "0.2.0")
    (pod, *_) = polar_pods(40, model="Polar H10", rate_hz=200.0)
    queue = asyncio.Queue()

    async def work():
        async with bleak.BleakClient(await found(pod)) as link:
            pmd = bleakheart.PolarMeasurementData(link, acc_queue=queue)
            assert await pmd.available_measurements() == ["ACC"]
            offered = await pmd.available_settings("ACC")
            assert offered["SAMPLE_RATE"] == [25, 50, 100, 200]
            code, words, _ = await pmd.start_streaming("ACC", SAMPLE_RATE=200, RANGE=8)
            assert code == 0, words
            await asyncio.sleep(10)
            assert (await pmd.stop_streaming("ACC"))[0] == 0
            assert (await pmd.start_streaming("ACC", SAMPLE_RATE=77))[0] == 8  # no such rate

    with_client([pod], monkeypatch, work)
    said = [queue.get_nowait() for _ in range(queue.qsize())]
    mg = np.concatenate([samples for _, _, samples in said])
    assert len(mg) == pytest.approx(10 * 200, abs=60)
    taken = np.rint(pod.samples["acc_lsb"] * pod.scale.acc_mps2 / GRAVITY_MPS2 * 1000)
    at = int(np.argmin(np.abs(taken - mg[0]).sum(axis=1)))
    np.testing.assert_allclose(mg, taken[at : at + len(mg)], atol=1)
    stamps_ns = np.array([t_ns for _, t_ns, _ in said])
    samples = [len(samples) for _, _, samples in said]
    np.testing.assert_allclose(np.diff(stamps_ns), np.array(samples[1:]) * 5e6, rtol=1e-4)


def test_bleakheart_leaves_compressed_frames_as_they_are_and_we_read_them(monkeypatch):
    """It knows SDK mode by a start of that name; its own settings have no gyroscope."""
    bleakheart = client("bleakheart", "0.2.0")
    (pod, *_) = polar_pods(40)
    queue = asyncio.Queue()
    packets = []

    async def work():
        async with bleak.BleakClient(await found(pod)) as link:
            pmd = bleakheart.PolarMeasurementData(link, raw_queue=queue)
            for name, settings in (
                ("SDK", {}),
                ("ACC", {"SAMPLE_RATE": 208, "RANGE": 16}),
                ("GYRO", {"SAMPLE_RATE": 208, "RESOLUTION": 16, "RANGE": 2000, "CHANNELS": 3}),
            ):
                code, words, answer = await pmd.start_streaming(name, **settings)
                assert code == 0, words
                packets.append(Packet(loop_clock_ns(), Channel.CONTROL, bytes(answer)))
            await asyncio.sleep(10)

    with_client([pod], monkeypatch, work)
    raw = [queue.get_nowait()[2] for _ in range(queue.qsize())]
    packets += [Packet(k, Channel.DATA, bytes(one)) for k, one in enumerate(raw)]
    ours = PROTOCOL.decode(packets)
    assert (ours.lost, ours.rate_hz) == (0, 208.0)
    at = position_of(pod, ours, step=1)
    taken = pod.samples[at : at + len(ours.samples)]
    np.testing.assert_array_equal(ours.samples["acc_lsb"], taken["acc_lsb"])
    np.testing.assert_array_equal(ours.samples["gyr_lsb"], taken["gyr_lsb"])
    assert len(taken) > 8 * 208


def test_polar_ble_sdk_streams_what_the_sensor_offers_first(monkeypatch):
    """It drives polar-python, without SDK mode: 52 Hz is all that is offered."""
    client("polar-python", "1.1.1")
    client("polar-ble-sdk", "1.0.0")
    from polar_ble_sdk.connector.stream.verity_sense import PolarVeritySense

    (pod, *_) = polar_pods(60)
    acc, gyr = [], []

    async def work():
        device = PolarVeritySense(
            await found(pod), acc_callback=acc.append, gyro_callback=gyr.append
        )
        streaming = asyncio.ensure_future(device.start_notify())
        await asyncio.sleep(25)
        await device.stop_notify()
        streaming.cancel()

    with_client([pod], monkeypatch, work)
    mg = np.concatenate([samples for _, samples in acc])
    taken = pod.samples["acc_lsb"][::4] * pod.scale.acc_mps2 / GRAVITY_MPS2 * 1000
    at = int(np.argmin(np.abs(taken - mg[0]).sum(axis=1)))
    np.testing.assert_allclose(mg, taken[at : at + len(mg)], atol=1.3)
    assert len(mg) > 10 * 52
    assert sum(len(samples) for _, samples in gyr) > 10 * 52
