"""The clock of a virtual Capture2Go pod, which others may follow."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from firmware_protocols.capture2go.packages import Mode, Sync
from pipelines.radio.virtual.pod import VirtualPod

AFTER_S: Final = 1.0
EVERY_S: Final = 1.0
LASTS_S: Final = 10.0

FindSender = Callable[[int], "PodClock | None"]


@dataclass(eq=False)
class PodClock:
    """Nanoseconds since power-up, since a time that was set, or those of the sender it follows."""

    pod: VirtualPod
    find_sender: FindSender
    mode: Mode
    offset_ns: int = 0
    _mode_set_s: float = 0.0
    _synced_s: float | None = None

    def use(self, mode: Mode, now_s: float) -> None:
        """Keep the clock that `mode` says from true time `now_s` on."""
        self.mode, self._mode_set_s, self._synced_s = mode, now_s, None

    def set(self, t_ns: int, now_s: float) -> None:
        """Say `t_ns` at true time `now_s`."""
        self.offset_ns = t_ns - self.pod.device_us(now_s) * 1000

    def ns(self, now_s: float) -> int:
        """Return what the clock says at true time `now_s`."""
        self.correct(now_s)
        return self.pod.device_us(now_s) * 1000 + self.offset_ns

    def correct(self, now_s: float) -> None:
        """Take over the sender's clock, if this one follows and it is time."""
        if self.mode.sync != Sync.RECEIVER:
            return
        waited = self._mode_set_s + AFTER_S if self._synced_s is None else self._synced_s + EVERY_S
        if now_s >= waited and (sender := self.find_sender(self.mode.sync_id)) is not None:
            self.set(sender.ns(now_s), now_s)
            self._synced_s = now_s

    def gives(self, sync_id: int) -> bool:
        """Return whether this is the clock for all with `sync_id`."""
        return self.mode.sync == Sync.SENDER and self.mode.sync_id == sync_id

    def synchronised(self, now_s: float) -> bool:
        """Return whether this clock is the one of all."""
        if self.mode.sync != Sync.RECEIVER:
            return self.mode.sync == Sync.SENDER
        return self._synced_s is not None and now_s - self._synced_s < LASTS_S
