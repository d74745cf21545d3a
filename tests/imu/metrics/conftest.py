"""What each metric is by its definition, measured on the virtual runner's body, one by one.

Slow and plain on purpose: loops over stances, scipy's own functions, true events, no pod.
"""

import numpy as np
import pytest
from scipy.integrate import cumulative_trapezoid
from scipy.signal import butter, detrend, sosfiltfilt
from scipy.signal.windows import tukey

from imu.frames import GRAVITY_MPS2, UP


def smooth(x, cutoff_hz, hz, *, kind="lowpass", corrected=False):
    if corrected:
        warped = np.tan(np.pi * cutoff_hz / hz) / (np.sqrt(2) - 1) ** 0.25
        cutoff_hz = np.arctan(warped) * hz / np.pi
    return sosfiltfilt(butter(2, cutoff_hz, kind, fs=hz, output="sos"), x, axis=0)


class Body:
    """True signals of one run on its fine grid."""

    def __init__(self, run):
        self.hz = run.fine_hz
        self.time_s = run.fine_s(0, len(run))
        attitude = run.attitude("pelvis", self.time_s)
        heading = run.course.heading(self.time_s)[0]
        still = (self.time_s > 1) & (self.time_s < 8)
        self.yaw = attitude.heading[0] - heading
        self.obliquity = attitude.frontal[0]
        self.tilt = attitude.sagittal[0]
        self.standing_obliquity = self.obliquity[still].mean()
        self.standing_tilt = self.tilt[still].mean()
        felt, _ = run.true_signals("pelvis", self.time_s)
        world = attitude.rotation().apply(felt)
        c, s = np.cos(heading), np.sin(heading)
        self.forward = c * world[:, 0] + s * world[:, 1]
        self.left = -s * world[:, 0] + c * world[:, 1]
        self.up = world[:, UP]
        self.up_60, self.up_20 = (
            smooth(self.up, 60, self.hz, corrected=True),
            smooth(self.up, 20, self.hz),
        )
        self.forward_20 = smooth(self.forward, 20, self.hz)
        self.transient = smooth(self.up, 10, self.hz, kind="highpass")
        self.shank = {}
        for side in ("left", "right"):
            acc, gyr = run.true_signals(f"shank_{side}", self.time_s)
            axial = acc[:, UP]
            self.shank[side] = axial, smooth(axial, 60, self.hz, corrected=True), gyr

    def part(self, x, begin_s, end_s):
        low, high = np.searchsorted(self.time_s, [begin_s, end_s])
        return x[low : high + 1]

    def at(self, x, time_s):
        return np.interp(time_s, self.time_s, x)

    def when(self, x, begin_s, end_s):
        low = np.searchsorted(self.time_s, begin_s)
        return self.time_s[low + np.argmax(self.part(x, begin_s, end_s))]


def closed_stride(x, hz):
    """Velocity and position of one stride that ends as it began, about their means."""
    velocity = cumulative_trapezoid(x - x.mean(), initial=0) / hz
    velocity -= velocity.mean()
    position = cumulative_trapezoid(velocity, initial=0) / hz
    return velocity, position - position.mean()


def band_power(x, low_hz, high_hz, hz):
    window = tukey(len(x), 0.2)
    frequency = np.arange(low_hz, high_hz + 1.0)
    phase = np.exp(-2j * np.pi * np.outer(frequency, np.arange(len(x))) / hz)
    density = 2 * np.abs(phase @ (detrend(x) * window)) ** 2 / hz / np.sum(window**2)
    return np.trapezoid(density, frequency)


def spectral_arc_length(velocity, hz):
    """Balasubramanian 2015, as published: a zero-padded FFT, cut where it has died away."""
    spectrum = np.abs(np.fft.rfft(velocity, 2**16))
    frequency = np.fft.rfftfreq(2**16, 1 / hz)
    spectrum = spectrum[frequency <= 10.0] / spectrum[frequency <= 10.0].max()
    frequency = frequency[frequency <= 10.0]
    last = np.flatnonzero(spectrum >= 0.05)[-1]
    spectrum, frequency = spectrum[: last + 1], frequency[: last + 1]
    return -np.sum(np.hypot(np.diff(frequency / frequency[-1]), np.diff(spectrum)))


def log_jerk(acc, velocity, hz):
    area = np.sum(np.diff(acc) ** 2) * hz
    return -np.log((len(acc) / hz) ** 3 / np.max(np.abs(velocity)) ** 2 * area)


def rise(x, begin, hz):
    """Jerks of the rise to the peak of `x`, which is sought from sample `begin` on."""
    peak = begin + np.argmax(x[begin:])
    dip = np.argmin(x[: peak + 1])
    height = x[peak] - x[dip]
    way = (x[dip : peak + 1] - x[dip]) / height
    low, high = (np.flatnonzero(way < share)[-1] for share in (0.2, 0.8))
    return (
        height / (peak - dip) * hz,
        np.max(np.diff(x[dip : peak + 1])[low : high + 1]) * hz,
        0.6 * height / (high - low) * hz,
    )


def of_pelvis(body, sign, start, mid, stop):
    length = stop - start
    early, half = start + 0.6 * length, start + length / 2
    sunk = sign * (body.obliquity - body.at(body.obliquity, start))
    turned = sign * np.degrees(body.yaw - body.at(body.yaw, start))
    sinking, turning = (np.gradient(x, body.time_s) for x in (sunk, turned))
    tilt = body.part(body.tilt - body.standing_tilt, start, stop)
    lowest = body.part(sign * (body.obliquity - body.standing_obliquity), start, early).max()
    return {
        "pelvic_tilt_mean_deg": np.degrees(tilt.mean()),
        "pelvic_drop_standing_deg": np.degrees(lowest),
        "pelvic_rotation_toe_off_deg": body.at(turned, stop),
        "pelvic_rotation_peak_deg": body.part(turned, start, stop).max(),
        "pelvic_rotation_mean_rate_radps": np.radians(body.at(turned, half)) / (length / 2),
        "pelvic_drop_at_pct": 100 * (body.when(sunk, start, early) - start) / length,
        "pelvic_rotation_at_pct": 100 * (body.when(turned, start, stop) - start) / length,
    }, (
        body.when(sinking, start, early),
        body.when(turning, start, half),
        body.at(turned, mid),
        np.degrees(body.at(body.tilt, mid) - body.at(body.tilt, start)),
        np.degrees(body.part(sunk, start, early).max()),
    )


def of_shank(body, side, sign, start, stop, following):
    axial, axial_60, gyr = body.shank[side]
    length, settled = stop - start, start + 0.02
    inward = -sign * gyr[:, 2]
    fastest = body.when(inward, settled, start + length / 2)
    before = start - 0.02
    jerks = rise(body.part(axial_60, before, start + 0.12), round(0.02 * body.hz), body.hz)
    stance = body.part(axial, start, stop)
    shock = body.part(axial_60, start, start + 0.12).max() - GRAVITY_MPS2
    arrives = body.part(body.up_60, start, start + 0.12).max() - GRAVITY_MPS2
    powers = [band_power(body.part(x, start, stop), 10, 20, body.hz) for x in (body.up, axial)]
    swing = body.part(-gyr[:, 1], stop, following) if np.isfinite(following) else [np.nan]
    return {
        "shank_internal_rotation_rate_at_pct": 100 * (fastest - start) / length,
        "shank_varus_rate_radps": body.part(-sign * gyr[:, 0], settled, stop).max(),
        "shank_sagittal_rate_contact_radps": -body.at(gyr[:, 1], start),
        "shank_swing_rate_radps": np.max(swing),
        "mean_axial_jerk_mps3": jerks[0],
        "max_axial_jerk_mps3": jerks[1],
        "tibial_acceleration_slope_mps3": jerks[2],
        "tibial_low_band_mps2": np.sqrt(band_power(stance, 3, 8, body.hz)),
        "tibial_high_band_mps2": np.sqrt(band_power(stance, 9, 20, body.hz)),
        "shock_attenuation_pct": 100 * (1 - arrives / shock),
        "shock_transfer_db": 10 * np.log10(powers[0] / powers[1]),
    }, fastest


def of_travel(body, sign, start, mid, stop, following, opposite):
    length = stop - start
    stride = [body.part(x, start, following) for x in (body.left, body.up, body.forward_20)]
    (_, y), (up, height), (speed, _) = (closed_stride(x, body.hz) for x in stride)
    n = len(body.part(body.up, start, stop))
    drive = body.part(body.forward_20, start, stop) - stride[2].mean()
    early = drive[: round(0.4 * length * body.hz) + 1]
    return {
        "com_over_leg_m": sign * y[round((mid - start) * body.hz)],
        "com_over_leg_mean_m": sign * y[:n].mean(),
        "pelvis_sway_m": np.ptp(y),
        "vertical_oscillation_m": np.ptp(height[: round((opposite - start) * body.hz)]),
        "propulsion_mps": np.maximum(drive, 0).sum() / body.hz,
        "peak_braking_mps2": -early.min(),
        "vertical_sparc_index": spectral_arc_length(up[:n], body.hz),
        "forward_sparc_index": spectral_arc_length(speed[:n], body.hz),
        "vertical_ldlj_index": log_jerk(body.part(body.up_20, start, stop), up[:n], body.hz),
        "forward_ldlj_index": log_jerk(body.part(body.forward_20, start, stop), speed[:n], body.hz),
        "pelvis_impact_mps2": body.part(body.transient, start, start + 0.08).max(),
    }


def true_metrics(run):
    """Return name -> (n,) over the stances of ``run.truth``; NaN where a stride is cut."""
    truth, body = run.truth, Body(run)
    found = {}
    for i, side in enumerate(truth.side):
        sign = 1.0 if side == "left" else -1.0
        start, mid = truth.initial_contact_s[i], truth.midstance_s[i]
        stop, length = truth.toe_off_s[i], truth.toe_off_s[i] - truth.initial_contact_s[i]
        following = start + truth.metrics["stride_time_s"][i]
        values, (sinks, turns, turned, tilted, sunk) = of_pelvis(body, sign, start, mid, stop)
        more, fastest = of_shank(body, side, sign, start, stop, following)
        values |= more
        if np.isfinite(following):
            opposite = start + truth.metrics["step_time_s"][i]
            values |= of_travel(body, sign, start, mid, stop, following, opposite)
        values["pelvic_tilting_deg"] = tilted
        values["rotation_lag_pct"] = 100 * (turns - fastest) / length
        values["drop_lag_pct"] = 100 * (sinks - fastest) / length
        inward = truth.metrics["shank_internal_rotation_deg"][i]
        whole = max(turned, 0) + max(tilted, 0) + sunk + inward
        values["loading_index_pct"] = 100 * max(turned, 0) / whole
        force = np.pi / 2 * (truth.metrics["flight_time_s"][i] / length + 1)
        values["sine_force_bw"] = force
        values["active_peak_force_bw"] = truth.metrics["peak_force_bw"][i]
        lowered_m = force * GRAVITY_MPS2 * length**2 / np.pi**2 - GRAVITY_MPS2 * length**2 / 8
        values["vertical_stiffness_bwpm"] = force / lowered_m
        for name, value in values.items():
            found.setdefault(name, np.full(len(truth), np.nan))[i] = value
    return dict(truth.metrics) | found


@pytest.fixture(scope="session")
def easy_truth(easy_simulation):
    return true_metrics(easy_simulation)


@pytest.fixture(scope="session")
def true_metrics_of():
    """Return the function that measures a simulation by the metrics' definitions."""
    return true_metrics
