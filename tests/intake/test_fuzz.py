"""A bounded run of damaged files, the same every time; `make fuzz` runs longer and looks for new paths."""

import random

import pytest

from tests.intake.fuzz_readers import judge, mutations, seeds

SEEDS = seeds()


@pytest.mark.parametrize("name", SEEDS)
def test_a_whole_file_is_read_without_loss(name: str) -> None:
    judge(SEEDS[name])


@pytest.mark.parametrize("name", SEEDS)
def test_a_damaged_file_ends_in_rows_or_a_refusal(name: str) -> None:
    randomness = random.Random(name)
    other = SEEDS[randomness.choice(sorted(SEEDS))]
    for content in mutations(SEEDS[name], other, randomness, 25):
        judge(content)
