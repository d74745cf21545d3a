r"""Read a mapping: the TOML file that says what the columns of a foreign file mean.

::

    time = "time"                   # a column of time stamps, or instead of it
    time_unit = "ms"                # s, ms, us or ns; "iso" for dates, or their format, such as
                                    # "%d.%m.%Y %H:%M:%S.%f"; "%H:%M:%S.%f" has no day
    tick_hz = 32768                 # in place of time_unit: stamps are ticks of this rate
    rate_hz = 100                   # a steady rate (a number, or the name of a value in the file)
    counter = "PacketCounter"       # beside rate_hz: counts samples or packets, so shows losses
    arrival = true                  # beside rate_hz: the stamps are times of arrival, in bursts
    clock = "one"                   # columns or files of time share a clock; else "own"
    started = 2026-11-22T08:30:00Z  # optional; when the recording began
    time_zone = "Europe/Vienna"     # of dates and of `started` without an offset
    epoch = 1970                    # from when stamps count: 1970, 1980 (1 January), "1980-01-06"
                                    # (GPS), "1989-12-31", 2000 or 2001
    acc_sign = "+"                  # + reads +1 g upward at rest; - as some phones do, -1 g
    handed = "right"                # or "left", after which hand the axes are named
    gravity = "in"                  # in the acceleration

    [csv]                           # optional
    separator = ";"
    decimal = ","
    skip_rows = 4                   # lines before the table
    header = ["t", "aX", "aY"]      # names, where the file has none
    comment = "#"                   # rows that begin so are no samples
    skip = ["battery"]              # nor are rows in which a field begins so
    missing = ["overrun"]           # what stands in place of a value that is missing
    fill = ["t"]                    # columns in which an empty field repeats the one above: stamps
                                    # that stand in the first row of a packet only
    encoding = "utf-16"             # else UTF-8, or what the file's first bytes say

    [pods.shank_left]               # pelvis, shank_left or shank_right; as many as were worn
    file = "LeftShank"              # with several files: a part of the name of this pod's
    rows = { "Sensor ID" = 3 }      # of a table with rows of several pods: what stands in theirs;
                                    # acc_rows and gyr_rows where each sensor has rows of its own
    acc = ["aX", "aY", "aZ"]        # three columns, or one array of shape (samples, 3); "-aX"
                                    # counts the other way round
    acc_unit = "g"                  # a number in place of a column: not measured, taken as that
    acc_range = 16                  # full scale, in the same unit; lets clipping be seen
    acc_high = ["hX", "hY", "hZ"]   # optional: a second accelerometer of a wider range, same unit,
                                    # for where the first is at its acc_range
    acc_high_range = 200
    acc_high_file = "LeftShank_high"
    gyr = ["gX", "gY", "gZ"]        # leave out what was not measured
    gyr_unit = "deg/s"
    gyr_range = 2000
    gyr_sign = "+"                  # - where positive turns go by the left hand
    gyr_file = "LeftShank_Gyro"     # where it has a file of its own
    axes = "+x+y+z"                 # sensor axes that point forward, left, up; optional

`acc_scale` and `gyr_scale` are the size of one count in the unit, for integer columns; with the
unit ``lsb`` they are in m/s² and rad/s per count. `time`, `time_unit`, `tick_hz`, `rate_hz`,
`counter`, `arrival`, `clock`, `acc_sign`, `handed` and `gravity` may also stand under a pod, and
then hold for that pod; `gyr_time`, `gyr_time_unit` and the like hold for its gyroscope alone, and
`gyr_clock` = "one" joins it to the accelerometer where `clock` = "own" parts the pods.
"""

from pipelines.sources.mapping.channels import Channels
from pipelines.sources.mapping.read import PodMapping, SourceMapping, mapping_of_text, read_mapping
from pipelines.sources.mapping.time_source import TimeSource
from pipelines.sources.mapping.units import ACC_UNITS, GYR_UNITS, TIME_UNITS

__all__ = [
    "ACC_UNITS",
    "GYR_UNITS",
    "TIME_UNITS",
    "Channels",
    "PodMapping",
    "SourceMapping",
    "TimeSource",
    "mapping_of_text",
    "read_mapping",
]
