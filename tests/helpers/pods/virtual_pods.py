"""Three virtual pods, worn as by a runner, for tests that record them; the counts are given."""

from dataclasses import replace

import numpy as np

from firmware_protocols.capture2go import samples as capture2go
from firmware_protocols.metawear import sensors as metawear
from firmware_protocols.movella_dot.values import RATES_HZ as DOT_RATES_HZ
from firmware_protocols.movesense_gsp import streams as movesense
from firmware_protocols.witmotion import frames as witmotion
from imu.frames import GRAVITY_MPS2
from imu.recording.samples import SAMPLE, Scale
from pipelines.radio.virtual.pod import VirtualPod

SCALE = Scale(
    acc_mps2=16 * GRAVITY_MPS2 / 32768,
    acc_range_mps2=16 * GRAVITY_MPS2,
    gyr_radps=float(np.radians(2000)) / 32768,
    gyr_range_radps=float(np.radians(2000)),
)
MOVESENSE_SCALE = Scale(
    acc_mps2=8 * movesense.ACC_UNIT_MPS2,
    acc_range_mps2=16 * movesense.G_MPS2,
    gyr_radps=movesense.radps(16 * movesense.GYR_UNIT_DPS),
    gyr_range_radps=movesense.radps(2000),
)
METAWEAR_SCALE = metawear.Sensors(metawear.Setting(200, 16), metawear.Setting(200, 2000)).scale
WORN = (
    ("pelvis", "ORP-PEL", "C0:00:00:00:00:10", 12, 5_000_000),
    ("shank_left", "ORP-LSH", "C0:00:00:00:00:11", -18, 4_294_000_000),
    ("shank_right", "ORP-RSH", "C0:00:00:00:00:12", 31, 1_000),
)
"""Placement, name, address, clock error in ppm, first device µs: one clock wraps after a second."""


def three_pods(seconds, counts, *, rate_hz=200.0, first_seed=0):
    """`counts(number, place, true_s)` returns accelerometer and gyroscope, (n, 3) each."""
    pods = []
    for number, (place, name, address, ppm, start_us) in enumerate(WORN):
        count = round(seconds * rate_hz)
        true_s = np.arange(count) / rate_hz / (1 + ppm * 1e-6)
        samples = np.zeros(count, SAMPLE)
        samples["index"] = np.arange(count)
        samples["device_us"] = start_us + np.rint(true_s * (1 + ppm * 1e-6) * 1e6)
        samples["acc_lsb"], samples["gyr_lsb"] = counts(number, place, true_s)
        seed = first_seed + number
        pods.append(VirtualPod(name, address, place, samples, true_s, SCALE, rate_hz, seed=seed))
    return pods


def noisy_pods(seconds, seed=0, *, rate_hz=200.0):
    """Three pods that measure noise, so that six counts tell which sample it is."""

    def counts(number, _, true_s):
        rng = np.random.default_rng([seed, number])
        return [rng.integers(-30_000, 30_000, (len(true_s), 3)) for _ in range(2)]

    return three_pods(seconds, counts, rate_hz=rate_hz, first_seed=10 * seed)


def capture2go_pods(seconds, seed=0):
    """Three such pods that speak Capture2Go, in whose own unit their counts are."""
    return [
        replace(pod, name=f"IMU_aa000{number}", protocol="capture2go", scale=capture2go.SCALE)
        for number, pod in enumerate(noisy_pods(seconds, seed), start=1)
    ]


def dot_pods(seconds, seed=0):
    """Three Movella DOTs, which all have one name: told apart by their addresses and tags."""
    pods = noisy_pods(seconds, seed, rate_hz=DOT_RATES_HZ[0])
    return [replace(pod, name=f"DOT {k}", protocol="movella_dot") for k, pod in enumerate(pods, 1)]


def polar_pods(seconds, seed=0, *, rate_hz=208.0, model="Polar Sense"):
    """Three such pods that are Polar sensors; their noise stays within the range of any of them."""

    def counts(number, _, true_s):
        rng = np.random.default_rng([seed, number])
        return [rng.integers(-15_000, 15_000, (len(true_s), 3)) for _ in range(2)]

    return [
        replace(pod, name=f"{model} AA000{number}", protocol="polar_pmd")
        for number, pod in enumerate(
            three_pods(seconds, counts, rate_hz=rate_hz, first_seed=10 * seed), start=1
        )
    ]


def witmotion_pods(seconds, seed=0):
    """Three such pods of WitMotion, in whose own unit their counts are."""
    return [
        replace(pod, name=f"WT901BLE6{number}", protocol="witmotion", scale=witmotion.SCALE)
        for number, pod in enumerate(noisy_pods(seconds, seed), start=1)
    ]


def metawear_pods(seconds, seed=0):
    """Three such pods of MbientLab, in whose own unit their counts are."""
    return [
        replace(pod, name=f"MetaWear{number}", protocol="metawear", scale=METAWEAR_SCALE)
        for number, pod in enumerate(noisy_pods(seconds, seed), start=1)
    ]


def movesense_pods(seconds, seed=0, *, rate_hz=202.5, **more):
    """Three Movesense pods of ±16 g, whose sensors are slower than the 208 Hz they name."""

    def counts(number, _, true_s):
        rng = np.random.default_rng([seed, number])
        return [rng.integers(-28_000, 28_000, (len(true_s), 3)) for _ in range(2)]

    pods = three_pods(seconds, counts, rate_hz=rate_hz, first_seed=10 * seed)
    more = {"protocol": "movesense_gsp", "scale": MOVESENSE_SCALE, **more}
    return [replace(pod, name=f"Movesense 25023000{k}", **more) for k, pod in enumerate(pods, 1)]


def taken(pod, samples):
    """Return which of its samples a pod sent, (n,), by all six of their counts."""
    known = {row.tobytes(): at for at, row in enumerate(pod.counts)}
    both = np.concatenate([samples["acc_lsb"], samples["gyr_lsb"]], axis=1)
    return np.array([known[row.tobytes()] for row in both.astype(np.int16)])


def in_virtual_radio(pods, work):
    """Return what the coroutine function `work` gives when it gets a virtual radio with `pods`."""
    from pipelines.radio.virtual.radio import virtual_radio
    from pipelines.radio.virtual.time import run_virtual

    async def main():
        async with virtual_radio(pods) as virtual:
            return await work(virtual)

    return run_virtual(main())
