"""Exports that are text, or archives of it."""

import json
import zipfile

import numpy as np
import pandas as pd

from foreign_exports.shared import NAMES, START_S, XYZ, G, chunked


def triples(form, values, axes=XYZ):
    return {form.format(axis): values[:, k] for k, axis in enumerate(axes)}


def movella_dot(folder, pods, rate_hz, *, synced=True, wraps=True, free=False):
    for place, (acc, gyr) in pods.items():
        count = np.arange(len(acc))
        fine = np.rint(count * 1e6 / rate_hz).astype(np.int64) + (2**32 - 9_000_000 if wraps else 5)
        table = pd.DataFrame(
            {
                "PacketCounter": count + 1,
                "SampleTimeFine": fine % 2**32,
                **triples("FreeAcc_{}" if free else "Acc_{}", acc, "XYZ"),
                **triples("Gyr_{}", np.rad2deg(gyr), "XYZ"),
            }
        )
        head = (
            f"sep=,\nDeviceTag:,{NAMES[place]}\nFirmwareVersion:,3.0.0\nAppVersion:,2023.6.0\n"
            f"SyncStatus:,{'Synced' if synced else 'Not synced'}\nOutputRate:,{rate_hz:g}Hz\n"
            "FilterProfile:,General\nMeasurement Mode:,Sensor fusion Mode - Custom Mode 5\n"
            "StartTime: ,2026-11-22_09:30:00_000 CET\n© Movella Technologies B. V. 2005-2026\n\n"
        )
        text = head + table.to_csv(index=False, float_format="%.6f")
        (folder / f"{NAMES[place]}_20261122_093000.csv").write_text(text, encoding="utf-8")


def stamps_of_the_server(count, rate_hz, seed):
    """What the example server stamps without a sync, µs: the pod's steps, never past arrival.

    The pod's first stamp is not kept, so that the second sample is stamped when it arrives.
    """
    pod_us = np.arange(count) * 1e6 / rate_hz + 5_000_000
    delay_us = np.random.default_rng(seed).exponential(12_000, count)
    arrived_us = np.maximum.accumulate(pod_us + 3_000_000_000 + delay_us)
    stamps, last_us = [arrived_us[0]], 0.0
    for now_us, arrival_us in zip(pod_us[1:], arrived_us[1:], strict=True):
        stamps.append(min(stamps[-1] + (now_us - last_us) * 1.0002, arrival_us))
        last_us = now_us
    return np.array(stamps)


def movella_dot_server(folder, pods, rate_hz, *, synced=True):
    """With a sync of the pods stamps are those of the pod."""
    for place, (acc, gyr) in pods.items():
        count = np.arange(len(acc))
        table = pd.DataFrame(
            {
                "Timestamp": count * 1e6 / rate_hz + 7_000_000
                if synced
                else stamps_of_the_server(len(acc), rate_hz, seed=len(place)),
                "Address": "d4:22:cd:00:00:01",
                **triples("Acc_{}", acc),
                **triples("Gyr_{}", np.rad2deg(gyr)),
                **triples("Mag_{}", np.ones_like(acc)),
            }
        )
        head = (
            f"sep=,\nDeviceTag:,{NAMES[place]}\nMeasurement Mode:,Rate quantities (with mag)\n"
            "StartTime:,Sun, 22 Nov 2026 08:30:00 GMT\n© Xsens Technologies B. V. 2005-2026\n\n"
        )
        text = head + table.to_csv(index=False, float_format="%.6f")
        (folder / f"{NAMES[place]}.csv").write_text(text, encoding="utf-8")


def _vectors(values):
    return [dict(zip(XYZ, map(float, row), strict=True)) for row in values]


def movesense_json(folder, pods, rate_hz, *, size=8):
    for place, (acc, gyr) in pods.items():
        stamps = np.rint(np.arange(0, len(acc) - size + 1, size) * 1e3 / rate_hz) + 110_033
        chunks = [
            {
                "ArrayAcc": _vectors(one),
                "ArrayGyro": _vectors(other),
                "Timestamp": int(stamp),
            }
            for one, other, stamp in zip(
                chunked(acc, size), chunked(np.rad2deg(gyr), size), stamps, strict=True
            )
        ]
        text = json.dumps({"Meas": {"IMU6": chunks}})
        (folder / f"log_{NAMES[place]}.json").write_text(text, encoding="utf-8")


def movesense_csv(folder, pods, rate_hz, *, size=8):
    for place, (acc, gyr) in pods.items():
        for sensor, values in (("acc", acc), ("gyro", np.rad2deg(gyr))):
            lines = ["timestamp,x,y,z"]
            for at, chunk in enumerate(chunked(values, size)):
                stamp = str(int(np.rint(at * size * 1e3 / rate_hz)) + 110_033)
                for row in chunk:
                    lines.append(",".join([stamp, *(f"{x:.6f}" for x in row)]))
                    stamp = ""
            name = f"2026-11-22T083000Z_{NAMES[place]}_{sensor}.csv"
            (folder / name).write_text("\n".join(lines) + "\n")


def metabase(folder, pods, rate_hz, *, epoch="epoch (ms)"):
    for place, (acc, gyr) in pods.items():
        elapsed = np.arange(len(acc)) / rate_hz
        for sensor, unit, values in (
            ("Accelerometer", "g", acc / G),
            ("Gyroscope", "deg/s", np.rad2deg(gyr)),
        ):
            table = pd.DataFrame(
                {
                    epoch: np.rint((START_S + elapsed) * 1e3).astype(np.int64),
                    "time (01:00)": "2026-11-22T09:30:00.000",
                    "elapsed (s)": np.round(elapsed, 3),
                    **triples("{}-axis (" + unit + ")", values),
                }
            )
            name = f"run_MetaWear_2026-11-22T09.30.00.000_{NAMES[place]}_{sensor}"
            name += f"_{rate_hz:.3f}Hz_1.7.3.csv"
            table.to_csv(folder / name, index=False, float_format="%.4f")


def _archive(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)


def _sensor_logger(folder, pods, rate_hz, platform, standard, acc_file, scale):
    for place, (acc, gyr) in pods.items():
        elapsed = np.arange(len(acc)) / rate_hz
        time_ns = np.rint((START_S + elapsed) * 1e9).astype(np.int64)

        def text(values, time_ns=time_ns, elapsed=elapsed):
            named = {"time": time_ns, "seconds_elapsed": elapsed}
            named |= {axis: values[:, k] for k, axis in reversed(list(enumerate(XYZ)))}
            return pd.DataFrame(named).to_csv(index=False)

        members = {
            "Accelerometer.csv": text(acc - acc.mean(axis=0)),
            "Gravity.csv": text(np.broadcast_to(acc.mean(axis=0), acc.shape)),
            acc_file: text(acc * scale),
            "Gyroscope.csv": text(gyr),
            "Metadata.csv": (
                "version,device name,recording epoch time,recording time,recording timezone,"
                "platform,appVersion,device id,sensors,sampleRateMs,standardisation\n"
                f"3,phone,1795336200000,2026-11-22_08-30-00,Europe/Vienna,{platform},1.63,x,"
                f"Accelerometer|Gyroscope,5,{standard}\n"
            ),
        }
        _archive(folder / f"{NAMES[place]}-2026-11-22_08-30-00.zip", members)


def sensor_logger_android(folder, pods, rate_hz):
    _sensor_logger(folder, pods, rate_hz, "android", "false", "TotalAcceleration.csv", 1.0)


def sensor_logger_ios(folder, pods, rate_hz):
    _sensor_logger(folder, pods, rate_hz, "ios", "false", "AccelerometerUncalibrated.csv", -1 / G)


def sensor_logger_standard(folder, pods, rate_hz):
    _sensor_logger(folder, pods, rate_hz, "ios", "true", "AccelerometerUncalibrated.csv", 1.0)


def phyphox(folder, pods, rate_hz, *, separator=",", linear=False):
    for place, (acc, gyr) in pods.items():
        time_s = np.arange(len(acc)) / rate_hz
        what = "Linear Acceleration" if linear else "Acceleration"
        members = {}
        for name, form, values in (
            ("Accelerometer.csv", what + " {} (m/s^2)", acc),
            ("Gyroscope.csv", "Gyroscope {} (rad/s)", gyr),
        ):
            table = pd.DataFrame({"Time (s)": time_s + 0.0123, **triples(form, values)})
            members[name] = table.to_csv(index=False, sep=separator, float_format="%.9E", quoting=2)
        members["meta/device.csv"] = '"property","value"\n"deviceModel","Pixel 6a"\n'
        members["meta/time.csv"] = (
            '"event","experiment time","system time","system time text"\n'
            f'"START",0.000000000E0,{START_S:.3f},"2026-11-22 09:30:00.000 UTC+01:00"\n'
            f'"PAUSE",5.5E1,{START_S + 55:.3f},"2026-11-22 09:30:55.000 UTC+01:00"\n'
        )
        _archive(folder / f"Run {NAMES[place]} 2026-11-22 09-30-00.zip", members)


def blue_trident_files(folder, low, high, *, dated, names=NAMES):
    """Write pods (acc, gyr, rate_hz) of low range and (acc, rate_hz) of high range."""
    for place in low:
        acc, gyr, low_hz = low[place]
        wide, high_hz = high[place]
        for end, rate_hz, columns in (
            (
                "lowg",
                low_hz,
                {**triples("a{}_m/s/s", acc), **triples("g{}_deg/s", np.rad2deg(gyr))},
            ),
            ("highg", high_hz, triples("a{}_m/s/s", wide)),
        ):
            count = len(next(iter(columns.values())))
            time_s = np.arange(count) / rate_hz
            stamps = {"unix_timestamp_microsec": np.rint((START_S + time_s) * 1e6).astype(np.int64)}
            table = pd.DataFrame({**(stamps if dated else {}), "time_s": time_s, **columns})
            name = f"ana_TS-{names[place]}_2026-11-22-09-30-00_{end}.csv"
            table.to_csv(folder / name, index=False, float_format="%.6f")


def blue_trident(folder, pods, rate_hz, *, dated=True):
    """Both accelerometers at one rate, of which the narrow one clips and the wide one is off."""
    low = {p: (np.clip(acc, -16 * G, 16 * G), gyr, rate_hz) for p, (acc, gyr) in pods.items()}
    high = {p: (acc + np.array([0.9, -1.4, 2.0]), rate_hz) for p, (acc, _) in pods.items()}
    blue_trident_files(folder, low, high, dated=dated)


def blue_trident_older(folder, pods, rate_hz):
    blue_trident(folder, pods, rate_hz, dated=False)


def xsens_mtw(folder, pods, rate_hz):
    for place, (acc, gyr) in pods.items():
        table = pd.DataFrame(
            {
                "PacketCounter": (np.arange(len(acc)) + 65_000) % 2**16,
                "SampleTimeFine": "",
                **triples("Acc_{}", acc, "XYZ"),
                **triples("Gyr_{}", gyr, "XYZ"),
            }
        )
        head = (
            "// General information:\n//  MT Manager version: 2022.2.0\n// Device information:\n"
            f"//  DeviceId: {NAMES[place]}\n// Device settings:\n//  Filter Profile: human(46.1)\n"
            f"//  Update Rate: {rate_hz:.1f}Hz\n// Coordinate system: ENU\n"
        )
        text = head + table.to_csv(index=False, sep="\t", float_format="%.6f")
        (folder / f"MT_0120_009-000_{NAMES[place]}.txt").write_text(text)


def shimmer(folder, pods, rate_hz, *, separator=";", sensor="WR"):
    for place, (acc, gyr) in pods.items():
        name = f"Shimmer_{NAMES[place]}"
        columns = {
            f"{name}_Timestamp_Unix_CAL": START_S * 1e3 + np.arange(len(acc)) * 1e3 / rate_hz,
            **triples(f"{name}_Accel_{sensor}_{{}}_CAL", acc, "XYZ"),
            f"{name}_Battery_CAL": np.full(len(acc), 4139.2),
            **triples(f"{name}_Gyro_{{}}_CAL", np.rad2deg(gyr), "XYZ"),
        }
        units = ["ms", *["m/(s^2)"] * 3, "mV", *["deg/s"] * 3]
        body = pd.DataFrame(columns).to_csv(
            index=False, header=False, sep=separator, lineterminator=f"{separator}\n"
        )
        lines = [f'"sep={separator}"', *(separator.join([*x, ""]) for x in (columns, units))]
        text = "\n".join(lines) + "\n" + body
        (folder / f"ana_Session1_{name}_Calibrated_SD.csv").write_text(text)


def polar(folder, pods, rate_hz):
    for place, (acc, gyr) in pods.items():
        elapsed = np.arange(len(acc)) / rate_hz
        stamps = np.rint((848_651_400.0 + elapsed) * 1e9).astype(np.int64)
        phone = (pd.Timestamp("2026-11-22T09:30:00") + pd.to_timedelta(elapsed, unit="s")).strftime(
            "%Y-%m-%dT%H:%M:%S.%f"
        )
        for end, unit, values in (("ACC", "mg", acc / G * 1e3), ("GYRO", "dps", np.rad2deg(gyr))):
            table = pd.DataFrame(
                {
                    "Phone timestamp": phone.str[:-3],
                    "sensor timestamp [ns]": stamps,
                    **triples("{} [" + unit + "]", values, "XYZ"),
                }
            )
            name = f"Polar_Sense_{NAMES[place]}_20261122_093000_{end}.txt"
            table.to_csv(folder / name, index=False, sep=";", float_format="%.4f")
