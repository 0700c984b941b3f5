import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest
import torch
from torch import nn

from ml.errors import RecipeRefusedError, TrainingDivergedError, TrainingFailedError, TrainingStoppedError
from ml.training.loop import Batch, run_loop
from ml.training.losses import LOSSES, HausdorffLoss
from ml.training.plan import LoopPlan
from ml.training.world import World, open_world

PLAN = LoopPlan(epochs=3, steps_per_epoch=2, learning_rate=0.01)


def network():
    torch.manual_seed(1)
    return nn.Conv2d(3, 1, 3, padding=1)


def batches(epoch):
    for step in range(4):
        images = torch.rand(2, 1, 8, 8, generator=torch.Generator().manual_seed(10 * epoch + step))
        yield Batch(images.expand(-1, 3, -1, -1), (images > 0.7).float())


def validate(network):
    images = torch.rand(2, 1, 8, 8, generator=torch.Generator().manual_seed(99))
    labels = (images > 0.7).float()
    return LOSSES["cross-entropy-dice"](network(images.expand(-1, 3, -1, -1)), labels).item()


def trained(plan=PLAN, **how):
    settings = {
        "batches": batches,
        "loss": LOSSES["cross-entropy-dice"],
        "validate": validate,
        "plan": plan,
        "seed": 5,
    }
    return run_loop(network(), **(settings | how))


def curve_of(folder):
    return [json.loads(line) for line in (folder / "curve.jsonl").read_text().splitlines()]


def in_a_process(repository, folder, *arguments, processes=1, **environment):
    folder.mkdir(exist_ok=True)
    script = repository / "tests" / "ml" / "training" / "loop_process.py"
    launcher = []
    if processes > 1:
        launcher = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    return subprocess.run(
        [sys.executable, *launcher, str(script), str(folder), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=repository,
        env=os.environ | {"PYTHONPATH": str(repository), "OMP_NUM_THREADS": "1"} | environment,
    )


def answer_of(run):
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])


@pytest.mark.parametrize("killed_in", [1, 6])
def test_killed_run_that_is_resumed_ends_in_the_same_bytes(repository, tmp_path, killed_in):
    whole = answer_of(in_a_process(repository, tmp_path / "whole", 8, 0))

    killed = in_a_process(repository, tmp_path / "killed", 8, killed_in)
    resumed = answer_of(in_a_process(repository, tmp_path / "killed", 8, 0))

    assert killed.returncode == -9
    assert resumed == whole
    assert curve_of(tmp_path / "killed") == curve_of(tmp_path / "whole")
    assert len(curve_of(tmp_path / "whole")) == 8


def test_two_processes_train_as_one_with_the_joined_batch(repository, tmp_path):
    one = answer_of(in_a_process(repository, tmp_path / "one", 7, 0, DROPOUT="0"))
    two = answer_of(in_a_process(repository, tmp_path / "two", 7, 0, processes=2, DROPOUT="0"))

    assert two["losses"] == pytest.approx(one["losses"], rel=1e-5)


def test_batch_that_cannot_be_shared_evenly_is_refused():
    with pytest.raises(RecipeRefusedError, match="multiple"):
        World(2, 0).part([1, 2, 3])


def test_equal_seeds_give_equal_losses_and_others_do_not():
    def dropped():
        torch.manual_seed(1)
        return nn.Sequential(nn.Dropout(0.5), nn.Conv2d(3, 1, 3, padding=1))

    def curve(seed):
        how = {"batches": batches, "loss": LOSSES["dice"], "validate": validate, "plan": PLAN}
        return run_loop(dropped(), seed=seed, **how).curve

    assert curve(5) == curve(5)
    assert curve(5)[0].training_loss != curve(6)[0].training_loss


def test_accumulated_batches_step_once():
    whole = trained(replace(PLAN, steps_per_epoch=2, accumulate=2))

    assert len(whole.curve) == 3
    assert whole.curve[0].training_loss != trained(replace(PLAN, steps_per_epoch=4)).curve[0].training_loss


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "float16"])
def test_every_precision_learns_and_resumes(tmp_path, precision):
    plan = replace(PLAN, epochs=2, precision=precision)
    stops = iter([False] * 3 + [True])

    with pytest.raises(TrainingStoppedError):
        trained(plan, folder=tmp_path, should_stop=lambda: next(stops))
    resumed = trained(plan, folder=tmp_path)

    assert resumed.curve == trained(plan).curve
    assert resumed.curve[-1].validation_loss < resumed.curve[0].training_loss


def test_best_weights_are_those_of_the_smallest_validation_loss():
    losses = iter([0.5, 0.2, 0.4])
    states = []

    def remember(network):
        states.append({name: value.clone() for name, value in network.state_dict().items()})
        return next(losses)

    result = trained(validate=remember)

    assert result.best_epoch == 2
    assert all(torch.equal(result.best_state[name], states[1][name]) for name in states[1])


def test_training_ends_early_where_validation_gets_no_better():
    result = trained(replace(PLAN, epochs=50, patience=4), validate=lambda _: 1.0)

    assert len(result.curve) == 5


def test_plateau_divides_the_rate_by_ten():
    plan = replace(PLAN, epochs=6, patience=50, plateau_patience=2)
    rates = [record.learning_rate for record in trained(plan, validate=lambda _: 1.0).curve]

    assert rates == pytest.approx([0.01, 0.01, 0.01, 0.001, 0.001, 0.0001])


def test_one_cycle_rises_and_falls():
    plan = LoopPlan(epochs=10, steps_per_epoch=10, learning_rate=1.0, schedule="one-cycle")
    rates = [plan.rate(step, []) for step in range(100)]

    assert rates[0] == pytest.approx(1 / 25)
    assert rates[15] == max(rates) == 1
    assert rates[-1] < 0.001


def test_cosine_falls_from_the_full_rate():
    plan = LoopPlan(epochs=2, steps_per_epoch=2, learning_rate=1.0, schedule="cosine")

    assert [plan.rate(step, []) for step in range(4)] == pytest.approx([1, 0.8536, 0.5, 0.1464], abs=1e-4)


def test_loss_that_changes_over_epochs_is_told_and_saved(tmp_path):
    plan = replace(PLAN, epochs=8)
    whole = trained(plan, loss=HausdorffLoss())
    stops = iter([False] * 13 + [True])

    with pytest.raises(TrainingStoppedError):
        trained(plan, loss=HausdorffLoss(), folder=tmp_path, should_stop=lambda: next(stops))

    assert trained(plan, loss=HausdorffLoss(), folder=tmp_path).curve == whole.curve


def test_run_of_another_seed_is_not_gone_on_with(tmp_path):
    trained(folder=tmp_path)

    with pytest.raises(RecipeRefusedError, match="another") as refusal:
        trained(folder=tmp_path, seed=6)
    assert refusal.value.code == "resume_of_another_run"


def test_damaged_run_is_refused(tmp_path):
    (tmp_path / "resume.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{}      ")

    with pytest.raises(RecipeRefusedError) as refusal:
        trained(folder=tmp_path)
    assert refusal.value.code == "resume_damaged"


def test_loss_that_is_no_number_ends_training_with_advice():
    with pytest.raises(TrainingDivergedError, match="smaller learning rate"):
        trained(validate=lambda _: float("nan"))


def test_folder_that_cannot_be_written_ends_training_in_plain_words(tmp_path):
    with pytest.raises(TrainingFailedError, match="cannot be saved") as refusal:
        trained(folder=tmp_path / "not-there")
    assert refusal.value.code == "run_not_saved"


def test_gpu_without_memory_ends_training_with_advice():
    class Greedy(nn.Conv2d):
        def forward(self, _):
            raise torch.OutOfMemoryError

    with pytest.raises(TrainingFailedError, match="smaller") as refusal:
        run_loop(Greedy(3, 1, 3), batches=batches, loss=LOSSES["dice"], validate=validate, plan=PLAN, seed=1)
    assert refusal.value.code == "out_of_memory"


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a CUDA device")
def test_gpu_that_is_not_there_is_refused():
    with pytest.raises(TrainingFailedError) as refusal, open_world("cuda"):
        pass
    assert refusal.value.code == "no_cuda"
