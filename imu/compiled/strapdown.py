"""Where a pod goes that is turned step by step: turns multiplied, forces turned and integrated."""

from imu.compiled.just_in_time import compiled
from imu.frames import FloatArray


@compiled
def carry(turns: FloatArray, forces: FloatArray) -> None:  # pragma: no cover
    """Replace `turns` (4, n) of steps by those up to each, and `forces` (3, n) by where they lead.

    Turns are quaternions, scalar first; forces are those of the turning axes at the end of each
    step, and lead as `imu.dsp.integral.double_integral` says, in the axes of the first.
    """
    a, b, c, d = 1.0, 0.0, 0.0, 0.0
    fast_x = fast_y = fast_z = at_x = at_y = at_z = 0.0
    for i in range(turns.shape[1]):
        w, x, y, z = turns[0, i], turns[1, i], turns[2, i], turns[3, i]
        a, b, c, d = (
            a * w - b * x - c * y - d * z,
            a * x + b * w + c * z - d * y,
            a * y - b * z + c * w + d * x,
            a * z + b * y - c * x + d * w,
        )
        unit = 1.5 - 0.5 * (a * a + b * b + c * c + d * d)  # it is 1 but for rounding
        a, b, c, d = unit * a, unit * b, unit * c, unit * d
        turns[0, i], turns[1, i], turns[2, i], turns[3, i] = a, b, c, d
        x, y, z = forces[0, i], forces[1, i], forces[2, i]
        s, t, u = 2 * (c * z - d * y), 2 * (d * x - b * z), 2 * (b * y - c * x)
        at_x, at_y, at_z = at_x + fast_x, at_y + fast_y, at_z + fast_z
        forces[0, i], forces[1, i], forces[2, i] = at_x, at_y, at_z
        fast_x += x + a * s + c * u - d * t
        fast_y += y + a * t + d * s - b * u
        fast_z += z + a * u + b * t - c * s
