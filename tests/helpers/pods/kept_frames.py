"""What a journal holds of a virtual pod, told by the bytes and not by a decoder of ours."""

import numpy as np

from firmware_protocols.orp_v1.gatt import Channel


def frames_kept(journal, pod):
    """Return the live frames of `pod` in the journal, as received."""
    (number,) = (n for n, worn in journal.header.pods.items() if worn.address == pod.address)
    return [p.payload for p in journal.packets[number] if p.channel == Channel.STREAM]


def positions(pod, frames):
    """Return which samples of `pod` are in frames, in their order."""
    known = {counts.tobytes(): k for k, counts in enumerate(pod.counts.astype("<i2"))}
    starts = [(frame, at) for frame in frames for at in range(14, len(frame) - 2, 12)]
    return np.array([known[frame[at : at + 12]] for frame, at in starts])


def only(folder, pattern):
    """Return the one file of `folder`, or below, that has such a name."""
    (path,) = folder.rglob(pattern)
    return path
