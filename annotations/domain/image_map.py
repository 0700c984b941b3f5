"""Maps over an image: density and mineral measured by a worker, heatmaps where one is stored."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from annotations.domain.audit import record_act
from annotations.domain.content import put_content, read_content
from annotations.domain.run import Heartbeat, finish_run, perform_run
from annotations.enums import MapKind, MapState, RunState
from annotations.errors import ForbiddenError, MapUndefinedError
from annotations.jobs import defer_run
from annotations.ml_gateway.maps import MeasuredMap, check_map_possible, measure_map
from annotations.models import ImageMap, Mammogram, MapRun, Reader
from annotations.rules import HELPING_MAPS, can_preannotate

MEASURED = {
    MapKind.DENSITY: "thickness of dense tissue, from the exposure",
    MapKind.CALCIFICATION_THICKNESS: "thickness of mineral above its surroundings, from the exposure",
}
WAITING = {RunState.QUEUED: MapState.QUEUED, RunState.RUNNING: MapState.RUNNING}


@dataclass(frozen=True, kw_only=True)
class MapStatus:
    """What there is of a map: the map, how far its measurement is, or in words why there is none."""

    state: MapState
    image_map: ImageMap | None = None
    code: str = ""
    message: str = ""
    done: int = 0
    total: int = 0


def map_status(*, mammogram: Mammogram, kind: MapKind, reader: Reader) -> MapStatus:
    """Say what there is of a map. Raises ForbiddenError where the image is read without help."""
    if kind in HELPING_MAPS and not can_preannotate(reader, mammogram):
        raise ForbiddenError(
            "In this campaign images are read without help, so this map is not shown.", code="map_hidden"
        )
    stored = ImageMap.objects.filter(mammogram=mammogram, kind=kind).first()
    if stored is not None:
        return MapStatus(state=MapState.READY, image_map=stored)
    if kind == MapKind.HEATMAP:
        return MapStatus(
            state=MapState.UNDEFINED, code="no_classifier", message="No classifier has run on this image."
        )
    try:
        check_map_possible(mammogram)
    except MapUndefinedError as error:
        return MapStatus(state=MapState.UNDEFINED, code=error.code, message=error.message)
    return _status_of_run(MapRun.objects.filter(mammogram=mammogram, kind=kind).first())


def _status_of_run(run: MapRun | None) -> MapStatus:
    if run is None:
        return MapStatus(state=MapState.ABSENT)
    if run.state in WAITING:
        return MapStatus(state=WAITING[RunState(run.state)], done=run.done, total=run.total)
    return MapStatus(state=MapState.FAILED, code=run.error_code, message=run.error)


@transaction.atomic
def request_map(*, mammogram: Mammogram, kind: MapKind, reader: Reader) -> MapStatus:
    """Queue the measurement of a map, unless it is there, on its way, or cannot be. Locks the image.

    One that failed is not measured again: the same pixels would fail in the same way. One whose worker was
    lost is.
    """
    Mammogram.objects.select_for_update().get(id=mammogram.id)
    status = map_status(mammogram=mammogram, kind=kind, reader=reader)
    if status.state != MapState.ABSENT and status.code != "worker_lost":
        return status
    run = MapRun.objects.create(mammogram=mammogram, kind=kind, requested_by=reader)
    record_act("request_map", actor=reader, subject=run, kind=kind)
    defer_run(run)
    return _status_of_run(run)


def store_map(*, mammogram: Mammogram, kind: MapKind, measured: MeasuredMap, source: str) -> ImageMap:
    """Keep a map; the newest of a kind is the one that is shown."""
    # The file first: a row never names bytes that are not there.
    png_sha256 = put_content(measured.png)
    return ImageMap.objects.create(
        mammogram=mammogram,
        kind=kind,
        png_sha256=png_sha256,
        step_px=measured.step_px,
        unit=measured.unit,
        lowest=measured.lowest,
        step=measured.step,
        visible_from=measured.visible_from,
        source=source,
        provenance=measured.provenance,
    )


def perform_map(*, run_id: UUID, worker: str, is_stopping: Callable[[], bool]) -> None:
    """Do the work of a run in a worker. A run of another worker, or one that has ended, is left alone."""
    perform_run(MapRun, run_id, worker=worker, is_stopping=is_stopping, work=_measure)


def _measure(run: MapRun, heartbeat: Heartbeat) -> bool:
    kind = MapKind(run.kind)
    measured = measure_map(
        read_content(run.mammogram.pixels_sha256),
        run.mammogram,
        kind,
        report_progress=heartbeat.report_progress,
        should_stop=heartbeat.should_stop,
    )
    if measured is None:
        return False
    with transaction.atomic():
        finish_run(run, state=RunState.SUCCEEDED)
        image_map = store_map(mammogram=run.mammogram, kind=kind, measured=measured, source=MEASURED[kind])
        record_act("finish_map", actor=None, subject=run, map=str(image_map.id))
    return True
