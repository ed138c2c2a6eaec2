"""Random sequences of uses, against the oracle of tests/test_engine.py."""

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.test_engine import Engine

SEQUENCES = 20
EACH = 50  # steps


def round_of(number: int) -> int:
    """How many steps were right; a wrong one raises, with the shortest sequence that does it."""
    Engine.steps = 0
    run_state_machine_as_test(
        seed(number)(Engine),
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=EACH,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return Engine.steps
