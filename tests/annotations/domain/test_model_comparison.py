import pytest

from annotations.domain.content import put_content
from annotations.domain.model_comparison import perform_model_comparison, request_model_comparison
from annotations.enums import RunState
from annotations.errors import ConflictError, InvalidError
from annotations.ml_gateway.model_comparison import compare_scores
from annotations.models import (
    DatasetVersion,
    Mammogram,
    ModelComparison,
    ModelComparisonReport,
    ModelVersion,
)
from ml import masks
from ml.metrics.resampling import bootstrap_mean, holm, paired_test
from tests.factories.dataset import make_dataset_version
from tests.factories.inference_run import make_inference_run
from tests.factories.learnable import make_learnable_version
from tests.factories.model_version import make_model_version
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def request(version: DatasetVersion, first: ModelVersion, second: ModelVersion) -> ModelComparison:
    reader = make_reader("data_scientist")
    return request_model_comparison(first=first, second=second, dataset_version=version, reader=reader)


def perform(run: ModelComparison, *, is_stopping=lambda: False) -> ModelComparison:
    perform_model_comparison(run_id=run.id, worker="one", is_stopping=is_stopping)
    run.refresh_from_db()
    return run


def find(version: DatasetVersion, model: ModelVersion, *, rightly: bool) -> None:
    """Store what a model found on every test image: what was labelled, or one corner."""
    for item in version.items.select_related("annotation__mammogram"):
        mammogram: Mammogram = item.annotation.mammogram
        snapshot = item.annotation.snapshots.filter(label="bac").order_by("-version").first()
        found = masks.to_dense(masks.decode(bytes(snapshot.mask)))
        if not rightly:
            found[:] = False
            found[:4, :4] = True
        sha256 = put_content(masks.to_png(masks.from_dense(found)))
        make_inference_run(mammogram, model_version=model, state="succeeded", probability_sha256=sha256)


def test_a_comparison_measures_each_test_reading_by_both_models_and_writes_a_report():
    version = make_learnable_version()
    poor, good = make_model_version(), make_model_version()
    find(version, poor, rightly=False)
    find(version, good, rightly=True)

    run = perform(request(version, poor, good))

    assert (run.state, run.error, run.done, run.total) == (RunState.SUCCEEDED, "", 2, 2)
    report = run.report
    with_bac, without = sorted(report.cases, key=lambda case: -case["first"]["area_reference_px"])
    assert (with_bac["first"]["dice"], with_bac["second"]["dice"]) == (0.0, 1.0)
    assert (without["first"]["dice"], without["second"]["dice"]) == (0.0, None)
    assert without["first"]["area_candidate_px"] == 16
    assert set(report.figures) == {"dice", "dice_l_sym"}
    assert report.definitions["dice"]
    with pytest.raises(TypeError):
        report.save()


def test_the_statistics_are_those_of_the_metrics():
    patients = [f"P{number // 2}" for number in range(12)]
    first = [{"dice": 0.5 + 0.01 * k, "dice_l_sym": 0.6} for k in range(12)]
    second = [{"dice": 0.55 + 0.02 * k, "dice_l_sym": 0.6 + 0.01 * (k % 3)} for k in range(12)]

    figures = compare_scores(first, second, patients)

    dice = figures["dice"]
    values = [score["dice"] for score in second]
    expected = bootstrap_mean(values, patients)
    assert (dice["second"]["value"], dice["second"]["interval"]) == (expected.value, expected.interval)
    means = [
        [(side[k]["dice"] + side[k + 1]["dice"]) / 2 for k in range(0, 12, 2)] for side in (first, second)
    ]
    test = paired_test(*means)
    assert dice["test"]["t_p"] == pytest.approx(test.t_p)
    assert dice["test"]["wilcoxon_p"] == pytest.approx(test.wilcoxon_p)
    both = [figures[name]["test"]["t_p"] for name in ("dice", "dice_l_sym")]
    assert [figures[name]["test"]["t_p_holm"] for name in ("dice", "dice_l_sym")] == list(holm(both).p)


def test_a_stopped_comparison_keeps_what_it_measured():
    version = make_learnable_version()
    models = [make_model_version(), make_model_version()]
    for model in models:
        find(version, model, rightly=True)
    run = request(version, *models)
    measured = [{"item": 1, "annotation": "x", "patient": "P", "view": "RMLO"}]
    scores = {"dice": 0.5, "dice_l_sym": 0.5, "area_reference_px": 1, "area_candidate_px": 1}
    test_items = [item.number for item in version.items.order_by("number") if item.record["split"] == "test"]
    run.cases = [{**measured[0], "item": test_items[0], "first": scores, "second": scores}]
    run.save()

    perform(run)

    kept = next(case for case in run.report.cases if case["item"] == test_items[0])
    assert kept["first"] == scores
    assert len(run.report.cases) == 2


def test_what_cannot_be_compared_is_refused_in_words():
    version = make_learnable_version()
    model = make_model_version()

    for second, code in (
        (model, "same_model"),
        (make_model_version(label="microcalcification"), "models_differ_in_kind"),
        (make_model_version(task="image_classification"), "models_differ_in_kind"),
    ):
        with pytest.raises(InvalidError) as caught:
            request(version, model, second)
        assert caught.value.code == code
    with pytest.raises(ConflictError) as draft:
        request(make_dataset_version(), model, make_model_version())
    assert draft.value.code == "dataset_version_not_frozen"
    assert not ModelComparison.objects.exists()


def test_asking_twice_is_one_comparison_and_failing_writes_no_report():
    version = make_learnable_version()
    models = [make_model_version(), make_model_version()]

    run = request(version, *models)
    assert request(version, *models) == run
    perform(run)  # the weights of these models are not stored

    assert run.state == RunState.FAILED
    assert not ModelComparisonReport.objects.exists()
