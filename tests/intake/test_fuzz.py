"""A bounded run of damaged files, the same every time; `make fuzz` runs longer and looks for new paths."""

import random

import pytest

from tests.intake.fuzz_readers import SETTINGS, judge, judge_settings, seeds
from tests.intake.mutate import mutated

SEEDS = seeds()


@pytest.mark.parametrize("name", SEEDS)
def test_a_whole_file_is_read_without_loss(name: str) -> None:
    judge(SEEDS[name])


@pytest.mark.parametrize("name", SEEDS)
def test_a_damaged_file_ends_in_rows_or_a_refusal(name: str) -> None:
    randomness = random.Random(name)
    other = SEEDS[randomness.choice(sorted(SEEDS))]
    for _ in range(25):
        judge(mutated(SEEDS[name], other, randomness))


@pytest.mark.parametrize("name", SETTINGS)
def test_damaged_settings_end_in_values_or_a_message(name: str) -> None:
    randomness = random.Random(name)
    for _ in range(100):
        judge_settings(mutated(SETTINGS[name], SETTINGS[name], randomness))
