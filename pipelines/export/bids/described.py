"""What a BIDS-Motion dataset says of itself, of its columns and of how it was recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from imu.recording.recording import Recording
from pipelines.export.signs import AXES
from pipelines.store.session_header import software

BIDS_VERSION: Final = "1.10.0"
TASK: Final = "running"
NOT_STATED: Final = "n/a"
NO_HED: Final = "8.3.0"
"""No tags are used; which version they would be of is recommended all the same."""
NONE_OF: Final = ("ANGACCEL", "JNTANG", "LATENCY", "MAGN", "MISC", "ORNT", "POS", "VEL")
PARTICIPANTS: Final = {"participant_id": {"Description": "The runner."}}
SCANS: Final = {"acq_time": {"Description": "When the first sample was taken, in UTC."}}
CHANNELS: Final = {
    "placement": {"Description": "Where on the body the pod was worn."},
    "sampling_frequency": {"Description": "Samples per second of the common grid.", "Units": "Hz"},
}
EVENTS: Final = {
    "StimulusPresentation": {"SoftwareName": NOT_STATED},
    "onset": {"Description": "Initial contact, after the first sample.", "Units": "s"},
    "duration": {
        "Description": "Contact time, until toe-off; n/a where that is not known.",
        "Units": "s",
    },
    "trial_type": {
        "Description": "The leg that stands, as found by midstance.",
        "Levels": {"left_stance": "The left foot is down.", "right_stance": "The right foot is."},
    },
}
GRID: Final = (
    "The samples of all pods are interpolated onto one uniform grid of session time; a sample that "
    "was not received is n/a, and gaps are never filled."
)


def dataset(header: Mapping[str, Any]) -> dict[str, Any]:
    """Return dataset_description.json."""
    name, _, version = software().partition(" ")
    return {
        "Name": f"Running of {header['athlete']}, {header['session']}",
        "BIDSVersion": BIDS_VERSION,
        "DatasetType": "raw",
        "License": "not stated",
        "Authors": ["the runner", "midstance"],
        "SourceDatasets": [],
        "HEDVersion": NO_HED,
        "Keywords": ["running", "gait", "inertial sensors"],
        "GeneratedBy": [{"Name": name, "Version": version or "unknown"}],
    }


def motion(header: Mapping[str, Any], recording: Recording, channels: int) -> dict[str, Any]:
    """Return the side-car of the samples."""
    pods = recording.sensors
    turning = [pod for pod in pods.values() if pod.gyr_radps is not None]
    devices = [header["pods"].get(place, {}) for place in pods]
    return {
        "TaskName": TASK,
        "TaskDescription": "Running with pods on the pelvis and on the shanks, and what was around "
        "it: standing, walking.",
        "Instructions": "not recorded",
        "TrackingSystemName": "imu",
        "SamplingFrequency": recording.rate_hz,
        "SamplingFrequencyEffective": recording.rate_hz,
        "RecordingType": "continuous",
        "RecordingDuration": len(recording) / recording.rate_hz,
        "MotionChannelCount": channels,
        "ACCELChannelCount": 3 * len(pods),
        "GYROChannelCount": 3 * len(turning),
        **{f"{kind}ChannelCount": 0 for kind in NONE_OF},
        "TrackedPointsCount": len(pods),
        "InstitutionName": NOT_STATED,
        "InstitutionAddress": NOT_STATED,
        "InstitutionalDepartmentName": NOT_STATED,
        "SubjectArtefactDescription": "not recorded",
        "MissingValues": "n/a",
        "SpatialAxes": "n/a",
        "Manufacturer": _all(devices, "protocol"),
        "ManufacturersModelName": "not recorded",
        "DeviceSerialNumber": _serials(devices),
        "SoftwareVersions": software(),
        "SoftwareFilters": "n/a",
        "SamplesDescription": f"{GRID} {AXES[0].upper()}{AXES[1:]}.",
    }


def _all(devices: list[Mapping[str, Any]], key: str) -> str:
    words = dict.fromkeys(str(one.get(key) or "unknown") for one in devices)
    return ", ".join(words)


def _serials(devices: list[Mapping[str, Any]]) -> str:
    return ", ".join(str((one.get("device") or {}).get("serial", "unknown")) for one in devices)


def readme(header: Mapping[str, Any], recording: Recording) -> str:
    """Return the words on the dataset."""
    pods = ", ".join(recording.sensors)
    return (
        f"# {header['session']} of {header['athlete']}\n\n"
        f"Acceleration and angular rate of {len(recording.sensors)} pods ({pods}) of a run, "
        f"exported by {software()}.\n\n{GRID}\n\n"
        f"{AXES[0].upper()}{AXES[1:]}. Angular rates are in rad/s, accelerations in m/s^2 with "
        "gravity in.\n\nLeft and right are the runner's own; stances in `events.tsv` name the leg "
        "that stands.\n"
    )
