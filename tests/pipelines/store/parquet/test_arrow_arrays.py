"""Arrays by their bytes are those of pyarrow, which loads pandas to make them."""

import numpy as np
import pyarrow as pa
import pytest

from pipelines.store.parquet.arrays import array, column_values

INSTANTS = np.array(["2026-11-22T08:30:00.000001", "NaT", "1969-12-31"], dtype="datetime64[us]")
COLUMNS = {
    "float": (np.array([1.5, np.nan, -0.0, 0.1], np.float32), pa.float32()),
    "whole": (np.array([3.0, np.nan, -(2.0**40)]), pa.int64()),
    "counts": (np.arange(12, dtype=np.int32)[::-3], pa.int64()),
    "nine masks": (np.arange(9) % 3 == 0, pa.bool_()),
    "instants": (INSTANTS, pa.timestamp("us", "UTC")),
    "texts": (["left", None, "größer", ""], pa.string()),
    "words": (np.array(["left", "right"]), pa.string()),
    "no texts": ([], pa.string()),
    "no numbers": ([], pa.float64()),
}


@pytest.mark.parametrize(("values", "kind"), COLUMNS.values(), ids=COLUMNS)
def test_an_array_is_that_of_pyarrow(values, kind):
    found = array(values, kind)
    found.validate(full=True)
    if kind == pa.string():
        values = np.asarray(values, dtype=object)
    assert found.equals(pa.array(values, kind, from_pandas=True))


def test_numbers_that_are_not_whole_are_refused():
    with pytest.raises(ValueError, match="not whole do not fit int64"):
        array(np.array([1.0, 1.5]), pa.int64())


@pytest.mark.parametrize("kind", [pa.float64(), pa.int32(), pa.bool_(), pa.timestamp("us")])
def test_none_among_numbers_is_refused(kind):
    with pytest.raises(ValueError, match="of type object cannot be stored as"):
        array([None, 1], kind)


@pytest.mark.parametrize("kind", [pa.float64(), pa.int64(), pa.float32()])
def test_values_of_a_column_cut_in_slices(kind):
    whole = pa.array([1, None, 3, 4, None, 6, 7, 8, 9, 10, None], kind)
    column = pa.chunked_array([whole.slice(1, 9), whole.slice(3, 1), whole.slice(10, 0)])
    assert np.array_equal(column_values(column), column.to_numpy(), equal_nan=True)
    assert column_values(pa.chunked_array([], kind)).shape == (0,)
