"""The maker's own client streams, unmodified, from virtual pods; it is the judge of both codecs.

It is deaf for good after one lost notification, so it judges only where nothing is lost.
"""

import asyncio
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("bumble")
pytest.importorskip(
    "capture2go", reason="the maker's client is not installed; pip install capture2go==1.0.1"
)

import capture2go
from pods.foreign_client import with_client
from pods.virtual_pods import capture2go_pods

from firmware_protocols.capture2go import PROTOCOL
from firmware_protocols.capture2go.gatt import Channel
from firmware_protocols.protocol import Packet
from pipelines.radio.virtual.time import loop_clock_ns

SECONDS = 60
pkg = capture2go.pkg


def mode(sync):
    return pkg.CmdSetMeasurementMode(
        fullPackedMode=pkg.SamplingMode.MODE_200HZ,
        statusMode=1,
        syncMode=sync,
        syncId=4711,
        disableMagData=True,
    )


async def connected(pods):
    """Three pods connected at once and set up as the maker's example does."""
    imus = await capture2go.connect([pod.name for pod in pods])
    for number, imu in enumerate(imus):
        await imu.init(setTime=number == 0, abortStreaming=True)
        sync = pkg.SyncMode.SYNC_RECEIVER if number else pkg.SyncMode.SYNC_SENDER
        answer = await imu.sendAndAwaitAck(mode(sync), pkg.DataMeasurementMode)
        assert isinstance(answer, pkg.DataMeasurementMode)
    return imus


def test_three_pods_stream_at_200_hz_without_a_gap(monkeypatch, capsys):
    pods = capture2go_pods(SECONDS + 20)
    received = {pod.name: [] for pod in pods}
    raw = {pod.name: [] for pod in pods}

    async def work():
        imus = await connected(pods)
        for imu in imus:
            imu.addPackageListener(lambda one, package, _: received[one.name].append(package))
            imu.addDataWithRtListener(
                lambda one, data, _: raw[one.name].append(
                    Packet(loop_clock_ns(), Channel.TX, bytes(data))
                )
            )
        for imu in imus:
            await imu.sendAndAwaitAck(pkg.CmdStartStreaming(), pkg.AckStartStreaming)
        await asyncio.sleep(SECONDS)
        for imu in imus:
            await imu.sendAndAwaitAck(pkg.CmdStopStreaming(), pkg.AckStopStreaming)
            assert imu.status.synchronized
            await imu.disconnect()

    with_client(pods, monkeypatch, work)
    for pod in pods:
        samples = [p for p in received[pod.name] if isinstance(p, pkg.DataFull6DPacked200Hz)]
        assert len(samples) == pytest.approx(SECONDS * 200 / 8, abs=25)
        t_ns = np.array([package.timestamp for package in samples])
        # A receiver corrects its clock once a second, here by up to 31 ppm.
        np.testing.assert_allclose(np.diff(t_ns)[30:], 40_000_000, atol=100_000)
        said = [package.parse() for package in samples]
        acc, gyr = (np.concatenate([one[name] for one in said]) for name in ("acc", "gyr"))
        ours = PROTOCOL.decode(raw[pod.name])
        assert (ours.lost, dict(ours.trouble)) == (0, {})
        together = np.concatenate([one.samples for one in ours.samplings])
        np.testing.assert_allclose(together["acc_lsb"] * ours.scale.acc_mps2, acc, rtol=1e-12)
        np.testing.assert_allclose(together["gyr_lsb"] * ours.scale.gyr_radps, gyr, rtol=1e-12)
        np.testing.assert_array_equal(together["device_us"][::8], t_ns // 1000)
        assert_is_part_of(pod, together)


def assert_is_part_of(pod, samples):
    """Every sample is the one the pod took, none is missing between the first and the last."""
    first = int(np.argmax((pod.samples["acc_lsb"] == samples["acc_lsb"][0]).all(axis=1)))
    taken = pod.samples[first : first + len(samples)]
    np.testing.assert_array_equal(samples["acc_lsb"], taken["acc_lsb"])
    np.testing.assert_array_equal(samples["gyr_lsb"], taken["gyr_lsb"])


def test_the_clocks_of_three_pods_are_one(monkeypatch, capsys):
    """The same true time has the same stamp on all pods, once the receivers have heard."""
    pods = capture2go_pods(40)
    stamps = {pod.name: [] for pod in pods}

    async def work():
        imus = await connected(pods)
        await asyncio.sleep(2)
        for imu in imus:
            imu.addPackageListener(lambda one, package, _: stamps[one.name].append(package))
            await imu.sendAndAwaitAck(pkg.CmdStartStreaming(), pkg.AckStartStreaming)
        await asyncio.sleep(15)

    with_client(pods, monkeypatch, work)
    off_s = []
    for pod in pods:
        first = next(p for p in stamps[pod.name] if isinstance(p, pkg.DataFull6DPacked200Hz))
        counts = np.array(first.acc[:3])
        at = int(np.argmax((pod.samples["acc_lsb"] == counts).all(axis=1)))
        off_s.append(first.timestamp * 1e-9 - pod.true_time_s[at])
    assert np.ptp(off_s) < 1e-4


def test_a_recording_on_board_is_listed_fetched_and_read(monkeypatch, capsys, tmp_path):
    pods = capture2go_pods(60)[:1]
    path = tmp_path / "run.bin"

    async def work():
        (imu,) = await connected(pods)
        name = b"2026-11-22_run"
        config = pkg.CmdSetRecordingConfig(filename=name)
        await imu.sendAndAwaitAck(config, pkg.DataRecordingConfig)
        await imu.sendAndAwaitAck(pkg.CmdStartRecording(), pkg.AckStartRecording)
        again = await imu.sendAndAwaitAck(pkg.CmdStartRecording(), pkg.AckStartRecording)
        assert again.errorCode == pkg.ErrorCode.WRONG_STATE
        await asyncio.sleep(20)
        await imu.sendAndAwaitAck(pkg.CmdStopRecording(), pkg.AckStopRecording)
        size = await imu.sendAndAwaitAck(pkg.CmdFsGetSize(filename=name), pkg.DataFsSize)
        content = bytearray()
        await imu.send(pkg.CmdFsGetBytes(filename=name, startPos=0, endPos=0))
        async for package in imu:
            if isinstance(package, pkg.DataFsBytes):
                assert package.offset == len(content)
                content += package.payload
                if len(content) == size.fileSize:
                    break
        path.write_bytes(content)
        gone = await imu.sendAndAwaitAck(pkg.CmdFsDeleteFile(filename=name), pkg.AckFsDeleteFile)
        assert isinstance(gone, pkg.AckFsDeleteFile)
        missing = await imu.sendAndAwaitAck(pkg.CmdFsGetSize(filename=name), pkg.DataFsSize)
        assert missing.errorCode == pkg.ErrorCode.FILE_NOT_FOUND

    with_client(pods, monkeypatch, work)
    read = capture2go.loadBinaryFile(path)["DataFull6DPacked200Hz"]
    assert len(read["acc"]) == pytest.approx(20 * 200, abs=20)
    np.testing.assert_array_equal(np.diff(read["timestamp"][::8, 0]), 40_000_000)


def test_the_real_time_channel_and_the_round_trip_go_beside_the_stream(monkeypatch, capsys):
    pods = capture2go_pods(40)[:1]
    packages = []

    async def work():
        (imu,) = await connected(pods)
        imu.addPackageListener(lambda _, package, __: packages.append(package))
        await imu.sendAndAwaitAck(pkg.CmdStartStreaming(), pkg.AckStartStreaming)
        realtime = pkg.CmdStartRealTimeStreaming(mode=2, rateLimit=25)
        await imu.sendAndAwaitAck(realtime, pkg.DataRealTimeStreamingMode)
        await imu.send(pkg.DataClockRoundtrip(hostSendTimestamp=12345))
        await asyncio.sleep(10)

    with_client(pods, monkeypatch, work)
    at_once = [package for package in packages if isinstance(package, pkg.DataFullFixedRt)]
    assert len(at_once) == pytest.approx(250, abs=5)
    (trip,) = [package for package in packages if isinstance(package, pkg.DataClockRoundtrip)]
    assert trip.hostSendTimestamp == 12345
    assert 0 < trip.sensorReceiveTimestamp <= trip.sensorSendTimestamp


def test_the_client_packs_what_we_decode_and_reads_what_we_encode():
    from firmware_protocols.capture2go import packages as ours
    from firmware_protocols.capture2go.files import decode_recording, decode_span
    from firmware_protocols.capture2go.frames import Package, decode_frame, encode_frame

    for command in (pkg.CmdGetDeviceInfo, pkg.CmdStopStreamingAndClearBuffer, pkg.CmdFsListFiles):
        assert encode_frame(Package(command.header)) == command().pack()
    for sync in pkg.SyncMode:
        packed = ours.decode_mode(decode_frame(mode(sync).pack()).payload)
        assert packed == ours.Mode(packed=1, sync=sync, sync_id=4711)
        assert ours.encode_mode(packed) == bytes(mode(sync))
    config = pkg.CmdSetRecordingConfig(filename=b"run")
    assert decode_recording(decode_frame(config.pack()).payload) == "run"
    span = pkg.CmdFsGetBytes(filename=b"run", startPos=7, endPos=9)
    assert decode_span(decode_frame(span.pack()).payload) == ("run", 7, 9)
    status = ours.Status(-5, 3, 80, synchronised=True, charging=True, free_pct=7)
    read = pkg.DataStatus.frombytes(ours.encode_status(replace(status, gyr_bias=(1, -2, 3))))
    said = read.parse()
    assert (said["timestamp"], said["sensorState"], said["freeStoragePercentage"]) == (-5, 3, 7)
    assert (said["batteryPercentage"], said["isCharging"], said["synchronized"]) == (80, True, True)
    np.testing.assert_array_equal(np.array(read.gyrBias), (1, -2, 3))
