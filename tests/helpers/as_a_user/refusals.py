"""What is refused is refused in one printable sentence."""

import pytest


def refused(read, match, *args, kind=ValueError, **how):
    with pytest.raises(kind, match=match) as caught:
        read(*args, **how)
    assert str(caught.value).isprintable()
