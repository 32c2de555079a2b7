"""What the tests of the transport stand on."""

from collections.abc import Iterator

import pytest
from tests.transport.asking import STREET


@pytest.fixture(scope="session", autouse=True)
def street() -> Iterator[None]:
    with STREET.open():
        yield
