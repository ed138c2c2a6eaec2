"""What people read of a row is true, and is what floats compute."""

import pytest

from autograd.core.rows import Row
from tests.mathematics import disagreements, points
from tests.strategies import ELEMENTAL, WIDE


@pytest.mark.parametrize("row", ELEMENTAL + WIDE, ids=lambda row: f"{row.name}-{len(row.operands)}")
def test_a_row_is_read_as_it_is_computed_and_both_are_true(row: Row) -> None:
    assert len([*points(row)]) >= 10
    assert not [*disagreements(row)]
