"""Where the bytes of each kind lie in a Parquet file."""

import struct

import pyarrow.parquet as pq


def parts(path):
    """Return the kinds of bytes of a Parquet file: name -> places."""
    data, about = path.read_bytes(), pq.read_metadata(path)
    chunks = [about.row_group(0).column(k) for k in range(about.num_columns)]
    starts = [chunk.dictionary_page_offset or chunk.data_page_offset for chunk in chunks]
    stops = [s + c.total_compressed_size for s, c in zip(starts, chunks, strict=True)]
    begin = len(data) - 8 - struct.unpack("<I", data[-8:-4])[0]
    heads = [
        at for s in (*starts, *(c.data_page_offset for c in chunks)) for at in range(s, s + 20)
    ]
    places = {
        "pages": range(4, max(stops)),
        "page headers": heads,
        "page index": range(max(stops), begin),
        "footer": range(begin, len(data)),
        "lengths and magic": [*range(4), *range(len(data) - 8, len(data))],
        "statistics": [*_statistics(data, begin, chunks)],
        "names": [at for c in chunks for at in _where(data, c.path_in_schema.encode(), begin)],
        "texts": [*_around(data, b"midstance.", begin, 300), *_around(data, b"PANDAS", begin, 99)],
        "digests": [*_around(data, b"_sha256", begin, 73)],
    }
    return {name: [*where] for name, where in places.items() if len(where)}


def _statistics(data, begin, chunks):
    for chunk in chunks:
        known = chunk.statistics
        if known is not None and known.has_min_max and known.physical_type in ("DOUBLE", "FLOAT"):
            kind = "<d" if known.physical_type == "DOUBLE" else "<f"
            for value in (known.min, known.max):
                yield from _where(data, struct.pack(kind, value), begin)


def _where(data, word, begin):
    at = data.find(word, begin)
    return range(at, at + len(word)) if at >= 0 else range(0)


def _around(data, word, begin, length):
    at = data.find(word, begin)
    while at >= 0:
        yield from range(at, min(at + length, len(data) - 8))
        at = data.find(word, at + 1)
