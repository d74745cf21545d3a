import pytest
from compiled_orp import compiled


@pytest.fixture(scope="package")
def library(tmp_path_factory):
    return compiled(tmp_path_factory.mktemp("compiled"))
