import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from pipelines.report.charts import draw
from pipelines.report.charts.svg import slim
from pipelines.report.charts.within_run import over_time

NUMBER = re.compile(r"\d+\.\d\d")


def a_stance_chart():
    curve = np.tile(5 * np.sin(np.linspace(0, np.pi, 101)), (2, 1))
    return draw.stance_chart(curve, curve - 1, curve, curve + 1, label="a & b")


class TestSvg:
    def test_is_one_labelled_picture_with_nothing_to_walk_through(self):
        root = ET.fromstring(a_stance_chart())
        assert root.attrib["role"] == "img"
        assert root.attrib["aria-label"] == "a & b"
        inner = [name for node in root.iter() if node is not root for name in node.attrib]
        assert not [name for name in inner if name == "role" or name.startswith("aria")]

    def test_carries_no_long_numbers_scripts_links_or_fonts(self):
        svg = a_stance_chart()
        assert not NUMBER.search(" ".join(re.findall(r'(?:\bd|transform)="([^"]*)"', svg)))
        for word in ("<script", "href", "url(", "font-family", "<style"):
            assert word not in svg

    def test_what_is_said_once_is_still_said(self):
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg"><g><g><path d="M0,0.123L1,1" fill="red"/>'
            '<path d="M0,0" fill="red" display="none"/><path d="M2,2" fill="red"/></g></g></svg>'
        )
        root = ET.fromstring(slim(svg, "x", inherited={"font-size": "12px"}))
        (group,) = root
        assert group.attrib["fill"] == "red"
        assert [path.attrib for path in group] == [{"d": "M0,0.1L1,1"}, {"d": "M2,2"}]

    def test_a_background_is_left_out_unless_it_is_painted(self):
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg"><g><path class="background" d="M1,1"/>'
            '<path class="background" d="M2,2" fill="none"/>'
            '<path class="background" d="M3,3" fill="white"/>'
            '<path class="background" d="M4,4" stroke="red"/></g></svg>'
        )
        root = ET.fromstring(slim(svg, "x", inherited={}))
        assert [one.get("d") for one in root.iter() if one.get("d")] == ["M3,3", "M4,4"]

    def test_same_numbers_give_the_same_bytes(self):
        assert a_stance_chart() == a_stance_chart()


class TestCharts:
    def test_every_known_past_run_is_a_dot_and_today_one_more(self):
        past = np.array([[1.0, 2.0], [np.nan, 2.5], [1.5, 2.2]])
        usual = np.full((2, 3), np.nan)
        svg = draw.runs_chart(past, np.array([1.2, 2.1]), usual, ends=("1 Oct", "today"), label="x")
        assert svg.count('d="M3,0A') == 2  # left: circles
        assert svg.count('d="M-3,0L') == 3  # right: diamonds
        assert "1 Oct" in svg
        assert svg.count("today") == 2

    def test_little_noise_does_not_fill_the_chart(self):
        quiet = draw._domain(np.array([5.0, 5.01]), at_least=4.0)
        assert quiet[1] - quiet[0] == pytest.approx(4.0)

    def test_unknown_curve_draws_axes_and_no_line(self):
        nothing = np.full((2, 101), np.nan)
        empty = ET.fromstring(draw.stance_chart(nothing, nothing, nothing, nothing, label="x"))
        words = [node.text for node in ET.fromstring(a_stance_chart()).iter() if node.text]
        assert [node.text for node in empty.iter() if node.text][:2] == words[:2]
        points = [len(node.get("d", "").split("L")) for node in empty.iter()]
        assert max(points) <= 2, "lines of the axes alone"

    def test_sharp_bends_are_drawn_point_by_point(self):
        curve = np.zeros((2, 101))
        curve[0, 42] = 10.0
        drawn = draw._drawn_points(curve, [0.0, 10.0])
        assert drawn[41:44].all()
        assert drawn.sum() < 32


class TestOverTime:
    def test_medians_and_shares_are_those_of_each_bin_and_side(self):
        time_s = np.repeat(np.arange(0, 120, 1.0), 2)
        side = np.tile(["left", "right"], 120)
        values = np.where(side == "left", time_s, -time_s)
        run = over_time(side, time_s, values)
        assert run.width_s == 10.0
        assert run.minute[0] == pytest.approx(5 / 60)
        np.testing.assert_allclose(run.middle[0], np.arange(4.5, 120, 10))
        np.testing.assert_allclose(run.middle[1], -run.middle[0])
        np.testing.assert_allclose(run.low[0, 0], np.percentile(np.arange(10), 10))

    @pytest.mark.parametrize("minutes", [1, 7, 45, 180, 400])
    def test_any_run_fits_into_the_chart(self, minutes):
        time_s = np.linspace(0, 60.0 * minutes, 500)
        run = over_time(np.full(500, "left"), time_s, np.ones(500))
        assert 1 <= len(run.minute) <= 48

    def test_bins_with_hardly_a_stance_are_gaps(self):
        time_s = np.r_[np.arange(10.0), 15.0, np.arange(20.0, 30.0)]
        run = over_time(np.full(21, "left"), time_s, np.ones(21))
        assert np.isnan(run.middle[0, 1])
        assert np.isnan(run.middle[1]).all()

    def test_hidden_peaks_count_as_above_and_hide_only_what_they_reach(self):
        time_s = np.arange(30.0)
        values = np.r_[np.arange(10.0), np.arange(10.0), np.arange(10.0)]
        values[8:10] = np.inf  # of ten: the middle is as it was, the upper end is not known
        values[14:20] = np.inf
        run = over_time(np.full(30, "left"), time_s, values)
        np.testing.assert_allclose(run.middle[0], [4.5, np.nan, 4.5])
        np.testing.assert_allclose(run.high[0], [np.nan, np.nan, 8.1])
        np.testing.assert_allclose(run.low[0], [np.nan, np.nan, 0.9])

    def test_no_stance_is_no_error(self):
        run = over_time(np.zeros(0, "U5"), np.zeros(0), np.zeros(0))
        assert np.isnan(run.middle).all()
