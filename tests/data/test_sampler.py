"""Which videos a step sees, over all processes and on each."""

import pytest

from hico.data.sampler import ShardedBatchSampler, TrainSchedule
from hico.errors import TrainingError

SCHEDULE = TrainSchedule(num_videos=11, global_batch_videos=4, epochs=2, seed=3)


def test_processes_share_a_step_evenly() -> None:
    alone = [[sample.video for sample in step] for step in ShardedBatchSampler(SCHEDULE)]
    first, second = (
        [[sample.video for sample in step] for step in ShardedBatchSampler(SCHEDULE, rank=rank, world_size=2)]
        for rank in (0, 1)
    )
    assert len(alone) == SCHEDULE.total_steps == 4
    assert [a + b for a, b in zip(first, second, strict=True)] == alone
    assert {len(step) for step in first + second} == {2}


def test_epochs_are_fresh_shuffles() -> None:
    steps = [[sample.video for sample in step] for step in ShardedBatchSampler(SCHEDULE)]
    epochs = [steps[0] + steps[1], steps[2] + steps[3]]
    assert all(len(set(epoch)) == 8 for epoch in epochs)
    assert epochs[0] != epochs[1]


def test_a_run_can_start_at_any_step() -> None:
    assert list(ShardedBatchSampler(SCHEDULE, 3)) == list(ShardedBatchSampler(SCHEDULE))[3:]


def test_a_step_larger_than_the_data_raises() -> None:
    with pytest.raises(TrainingError, match="takes 16 videos but only 11 are usable"):
        TrainSchedule(11, 16, 1, 0)


def test_uneven_shares_raise() -> None:
    with pytest.raises(TrainingError, match="4 videos cannot be shared evenly by 3 processes"):
        ShardedBatchSampler(SCHEDULE, world_size=3)


def test_the_seed_decides_each_epochs_order() -> None:
    schedule = TrainSchedule(num_videos=7, global_batch_videos=2, epochs=4, seed=3)
    epochs = [[sample.video for s in range(3) for sample in schedule.samples_at(3 * e + s)] for e in range(4)]
    assert all(len(set(epoch)) == 6 for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) == 4
    assert schedule.samples_at(5) == TrainSchedule(7, 2, 4, 3).samples_at(5) != TrainSchedule(7, 2, 4, 4).samples_at(5)
