"""Rates that are wrong, packets that came twice and losses that nothing counts: told or refused."""

import numpy as np
import pytest
from runs.virtual_table import MS, POD, TRUE_CONTACT_S, imported, refused, right

ALONE = f"rate_hz = 100\n{POD}"
HEAD = "ax,ay,az,gx,gy,gz"


def bare(shank, rows):
    """Return these rows without a column of time."""
    lines = shank.text(rows=rows).splitlines()[1:]
    return "\n".join([HEAD, *(line.split(",", 1)[1] for line in lines), ""])


def twice(count, size, every):
    blocks = [list(range(k, k + size)) for k in range(0, count - size + 1, size)]
    return [row for at, block in enumerate(blocks) for row in block * (1 + (at % every == 0))]


@pytest.mark.parametrize(("size", "every"), [(3, 7), (10, 7), (10, 1)])
def test_packets_sent_twice_are_one_where_only_a_rate_is_known(shank, take, size, every):
    done = take(bare(shank, twice(len(shank), size, every)), ALONE)
    right(done, said="rows that were sent twice left out")


def test_packets_that_fill_losses_stay_gaps_where_only_a_rate_is_known(shank, take):
    rows = [k - 10 if k // 10 % 7 == 6 else k for k in range(len(shank))]
    done = take(bare(shank, rows), ALONE)
    assert not any("sent twice" in reason for reason in done.reasons)
    assert done.lost > 0.1 * len(shank)


@pytest.mark.parametrize("every", [1, 7])
def test_single_rows_that_repeat_are_asked_about(shank, take, every):
    text = bare(shank, twice(len(shank), 1, every))
    refused(take, text, ALONE, "repeat those just before them, .* name a column of time, or a")


@pytest.mark.parametrize("rate_hz", [96, 104])
def test_a_rate_is_held_against_a_time_that_the_mapping_does_not_name(shank, take, rate_hz):
    mapping = f"rate_hz = {rate_hz}\n{POD}"
    match = "column 't' in ms 100 rows a second: .* write time = 't' and time_unit = 'ms' too"
    refused(take, shank.text(), mapping, match)
    right(take(shank.text(), MS + mapping), said="its stamps 100 Hz: taken as its stamps say")
    right(take(shank.text(), ALONE))


@pytest.mark.parametrize("rate_hz", [97, 103])
def test_stamps_beside_a_counter_say_the_rate(shank, take, rate_hz):
    text = shank.text([f"{k},{ms}" for k, ms in enumerate(shank.ms)], head="c,t,ax,ay,az,gx,gy,gz")
    done = take(text, f'counter = "c"\nrate_hz = {rate_hz}\n{MS}{POD}')
    right(done, said="its stamps 100 Hz: taken as its stamps say")
    refused(take, text, f'counter = "c"\nrate_hz = 110\n{MS}{POD}', "110 Hz but its stamps say 100")


def test_a_rate_that_nothing_confirms_is_said(shank, take):
    done = take(bare(shank, range(len(shank))), ALONE)
    right(done, said="nothing but rate_hz times its samples: where its true rate is not 100 Hz")


@pytest.mark.parametrize("every", [10, 25])
@pytest.mark.parametrize("burst", [5, 14])
def test_regular_losses_between_times_of_arrival_are_refused_whatever_rate_is_named(
    shank, take, every, burst
):
    rows = [k for k in range(len(shank)) if k % every != every - 1]
    waits = np.random.default_rng(1).exponential(12, len(shank))
    last = np.minimum((np.arange(len(shank)) // burst + 1) * burst - 1, len(shank) - 1)
    stamps = np.maximum.accumulate(shank.ms[last] + waits[last]).round(2)
    text = shank.text(stamps, rows=rows)
    for rate_hz in (100, round(100 * (1 - 1 / every), 1)):
        refused(take, text, f"{MS}rate_hz = {rate_hz}\n{POD}", "samples seem to be missing at r")
    done = take(bare(shank, rows), ALONE)
    assert any("seem to be missing at regular places" in reason for reason in done.reasons)
    assert "lost_regularly" in done.doubts


def test_even_stamps_that_were_given_after_regular_losses_are_doubted(shank, take):
    rows = [k for k in range(len(shank)) if k % 25 != 24]
    renumbered = shank.ms[np.searchsorted(rows, np.arange(len(shank)))]
    done = take(shank.text(renumbered, rows=rows), MS + POD)
    assert any("seem to be missing at regular places" in reason for reason in done.reasons)
    assert done.doubts == ["lost_regularly"]
    kept = take(shank.text(rows=rows), MS + POD)
    right(kept, lost=len(shank) - len(rows) - 1)
    assert not any("regular places" in reason for reason in kept.reasons)


def test_losses_at_regular_places_are_no_scale_of_a_gyroscope(shank, take):
    """With a rate alone a factor would fit: of times that are too short."""
    rows = [k for k in range(len(shank)) if k % 5 != 4]
    match = "seem to be missing at regular places.* turns too little .*: export all of its samples"
    refused(take, bare(shank, rows), ALONE, match)


def test_with_a_rate_alone_no_scale_is_made_up_for_a_gyroscope(shank, take):
    """It would fit as well: what is wrong may be the rate, and then all times are."""
    match = r"either its rows come at another rate than 125 Hz \(correct rate_hz.*gyr_scale\)"
    with pytest.raises(ValueError, match=match) as caught:
        take(bare(shank, range(len(shank))), "rate_hz = 125\n" + POD)
    assert "would fit" not in str(caught.value)


def test_a_gyroscope_a_little_faster_leaves_the_peaks_of_acceleration(shank, tmp_path):
    often = np.arange(0, len(shank) - 1, 100 / 112)
    at = np.arange(len(shank))
    gyr = np.stack([np.interp(often, at, axis) for axis in shank.gyr.T], axis=1).round(3)
    head = "t,x,y,z"
    lines = {
        "acc": [f"{ms},{x},{y},{z}" for ms, (x, y, z) in zip(shank.ms, shank.acc, strict=True)],
        "gyr": [f"{10 * k:.3f},{x},{y},{z}" for k, (x, y, z) in zip(often, gyr, strict=True)],
    }
    files = {f"{name}.csv": "\n".join([head, *rows, ""]) for name, rows in lines.items()}
    mapping = (
        f'{MS}clock = "one"\n[pods.shank_left]\nacc = ["x", "y", "z"]\nacc_unit = "m/s2"\n'
        'acc_file = "acc"\ngyr = ["x", "y", "z"]\ngyr_unit = "rad/s"\ngyr_file = "gyr"\n'
    )
    right(imported(tmp_path, files, mapping), said="interpolated at the 100 Hz of acc")


def test_a_short_counter_joins_no_clocks_where_it_may_have_lost_whole_turns(shank, tmp_path):
    counts = np.arange(len(shank)) % 256
    kept = [k for k in range(len(shank)) if not 700 <= k < 956]
    files = {"Left.csv": shank.text(counts, rows=kept), "Right.csv": shank.text(counts)}
    pod = POD.replace("[pods.shank_left]\n", "")
    mapping = (
        f'counter = "t"\nrate_hz = 100\nclock = "one"\n[pods.shank_left]\nfile = "Left"\n{pod}'
        f'[pods.shank_right]\nfile = "Right"\n{pod}'
    )
    done = imported(tmp_path, files, mapping)
    assert done.contact_s == pytest.approx(TRUE_CONTACT_S, abs=0.003)
    assert any("a loss of 256 or more would not show" in reason for reason in done.reasons)
    assert any("nothing joins the clocks of the pods" in reason for reason in done.reasons)
