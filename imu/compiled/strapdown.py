"""Where a pod goes that is turned step by step: turns multiplied, forces turned and integrated."""

from imu.compiled.just_in_time import compiled
from imu.frames import FloatArray


@compiled
def carry(turns: FloatArray, forces: FloatArray) -> None:  # pragma: no cover
    """Replace `turns` (4, n) of steps by those up to each, and `forces` (3, n) by where they lead.

    Turns are quaternions, scalar first; forces are those of the turning axes at the end of each
    step, and lead as `imu.dsp.integral.double_integral` says, in the axes of the first.
    """
    a, b = 1.0, 0.0
    c, d = 0.0, 0.0
    fast_x = fast_y = fast_z = 0.0
    at_x = at_y = at_z = 0.0
    for i in range(turns.shape[1]):
        w, x = turns[0, i], turns[1, i]
        y, z = turns[2, i], turns[3, i]
        p, q = a * w - b * x - c * y - d * z, a * x + b * w + c * z - d * y
        r, s = a * y - b * z + c * w + d * x, a * z + b * y - c * x + d * w
        unit = 1.5 - 0.5 * (p * p + q * q + r * r + s * s)  # it is 1 but for rounding
        a, b = unit * p, unit * q
        c, d = unit * r, unit * s
        turns[0, i], turns[1, i] = a, b
        turns[2, i], turns[3, i] = c, d
        x, y, z = forces[0, i], forces[1, i], forces[2, i]
        p, q, r = 2 * (c * z - d * y), 2 * (d * x - b * z), 2 * (b * y - c * x)
        at_x, at_y, at_z = at_x + fast_x, at_y + fast_y, at_z + fast_z
        forces[0, i], forces[1, i], forces[2, i] = at_x, at_y, at_z
        fast_x += x + a * p + c * r - d * q
        fast_y += y + a * q + d * p - b * r
        fast_z += z + a * r + b * q - c * p
