"""The true metrics of the easy run."""

import pytest


@pytest.fixture(scope="session")
def easy_truth(easy_simulation):
    return easy_simulation.truth.metrics
