"""How conformance vectors are written down: one a line, so that a change shows as one line."""

import json


def one_a_line(protocol, vectors):
    """Return vectors, kind by kind, as JSON."""
    parts = [
        f'"{kind}": [\n' + ",\n".join(json.dumps(vector) for vector in each) + "\n]"
        for kind, each in vectors.items()
    ]
    return f'{{\n"protocol": "{protocol}",\n' + ",\n".join(parts) + "\n}\n"
