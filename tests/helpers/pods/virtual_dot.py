"""One virtual Movella DOT, and which of its samples were received."""

from dataclasses import replace
from functools import partial

import numpy as np

from firmware_protocols.movella_dot import PROTOCOL
from firmware_protocols.movella_dot.samples import ACC_STEP_MPS2, GYR_STEP_DPS
from pods import on_links
from pods.virtual_pods import dot_pods


def a_pod(seconds=60, **more):
    return replace(dot_pods(seconds)[0], **more)


with_pod = partial(on_links.on_links, PROTOCOL, called="Movella DOT")
streaming = partial(on_links.streaming, PROTOCOL)


def taken(pod, decoded):
    """Return which of its samples the pod sent, by their counts: all of them to the last bit."""
    both = pod.counts
    acc = (both[:, :3] * pod.scale.acc_mps2).astype(np.float32)
    gyr = np.degrees(both[:, 3:] * pod.scale.gyr_radps).astype(np.float32)
    known = {row.tobytes(): at for at, row in enumerate(counted(acc, gyr))}
    rows = np.concatenate([decoded.samples["acc_lsb"], decoded.samples["gyr_lsb"]], axis=1)
    return np.array([known[row.tobytes()] for row in rows.astype(np.int64)])


def counted(acc, gyr):
    both = [acc.astype(float) / ACC_STEP_MPS2, gyr.astype(float) / GYR_STEP_DPS]
    return np.rint(np.concatenate(both, axis=1)).astype(np.int64)
