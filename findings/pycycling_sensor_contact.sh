#!/usr/bin/env bash
# pycycling 0.4.1: a chest strap that says it has lost the skin is reported as in contact.
#
# A heart rate measurement (Bluetooth SIG, Heart Rate Service) has two bits for this: bit 2, the feature is
# supported, and bit 1, contact is detected. `sensor_contact` of the measurement handed to a handler is true
# if either is set: a strap that can tell and tells of no contact gives True, and False comes only from a
# strap that cannot tell. Heart rates of a strap without contact are noise that one would filter by just
# this flag.
#
# Input: the four states of the two bits. Expected: True for 11 only (and unknown for 00 and 01). Seen:
# False for 00, True for 01, 10 and 11.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pycycling==0.4.1 bleak==3.1.0
"$folder/venv/bin/python" - <<'EOF'
import asyncio

from pycycling.heart_rate_service import HeartRateService


class Strap:
    async def start_notify(self, characteristic, callback):
        for contact in (0b00, 0b01, 0b10, 0b11):
            callback(characteristic, bytearray([contact << 1, 150]))


seen = []
service = HeartRateService(Strap())
service.set_hr_measurement_handler(seen.append)
asyncio.run(service.enable_hr_measurement_notifications())
for state, measurement in zip(("00", "01", "10 (no contact)", "11"), seen):
    print(f"supported and detected {state}: {measurement}")
assert [measurement.bpm for measurement in seen] == [150] * 4
assert [measurement.sensor_contact for measurement in seen] == [False, True, True, True]
EOF
