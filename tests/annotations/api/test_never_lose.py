"""Two writers on one annotation, over a line that drops, doubles and delays, against the server as it is.

The browser's own code is held to the same in tests/js/never_lose.test.js; the writer here follows the same
rules in the fewest lines that show what the server must guarantee.
"""

import base64
import os
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from annotations.models import Annotation, AnnotationOperation, BranchOperation
from ml import masks
from tests.factories.annotation import make_annotation
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db

RUNS = 1000 if os.environ.get("TRAMLINE_NIGHTLY") else 60
STEPS = 8
ROWS, COLUMNS = 64, 48
NOTHING = masks.empty(ROWS, COLUMNS)


class LostError(Exception):
    """No answer came."""


@dataclass
class Line:
    """The way to the server. What it delays is delivered later, in whatever order."""

    client: Client
    chance: random.Random
    delayed: list[Callable[[], object]] = field(default_factory=list)
    is_mended: bool = False

    def post(self, name: str, annotation: Annotation, body: dict[str, Any]) -> tuple[int, Any]:
        def deliver() -> tuple[int, Any]:
            address = reverse(name, args=[annotation.id])
            response = self.client.post(address, body, content_type="application/json")
            return response.status_code, response.json()

        luck = 1.0 if self.is_mended else self.chance.random()
        if luck < 0.1:
            raise LostError
        if luck < 0.2:
            self.delayed.append(deliver)
            raise LostError
        answer = deliver()
        if luck < 0.3:
            raise LostError
        if luck < 0.4:
            self.delayed.append(deliver)
        return answer

    def get(self, name: str, annotation: Annotation, **query: int) -> Any:
        if not self.is_mended and self.chance.random() < 0.2:
            raise LostError
        return self.client.get(reverse(name, args=[annotation.id]), query).json()

    def deliver_one(self) -> None:
        if self.delayed:
            self.delayed.pop(self.chance.randrange(len(self.delayed)))()


@dataclass
class Stroke:
    """A stroke by its meaning; the patch is made anew for every base."""

    id: str
    sets: masks.Runs
    clears: masks.Runs

    def on(self, mask: masks.Runs) -> masks.Runs:
        return masks.difference(masks.union(mask, self.sets), self.clears)

    @property
    def touched(self) -> masks.Runs:
        return masks.union(self.sets, self.clears)


@dataclass
class Writer:
    """One device of the reader."""

    annotation: Annotation
    line: Line
    chance: random.Random
    version: int = 0
    base: masks.Runs = NOTHING
    pending: list[Stroke] = field(default_factory=list)
    branched: list[Stroke] = field(default_factory=list)
    made: dict[str, Stroke] = field(default_factory=dict)

    @property
    def shown(self) -> masks.Runs:
        mask = self.base
        for stroke in self.pending:
            mask = stroke.on(mask)
        return mask

    def draw(self) -> None:
        row, column = self.chance.randrange(ROWS - 8), self.chance.randrange(COLUMNS - 8)
        shape = _rectangle(row, column, self.chance.randrange(1, 8), self.chance.randrange(1, 8))
        is_erased = self.chance.random() < 0.3
        sets = NOTHING if is_erased else masks.difference(shape, self.shown)
        clears = masks.intersection(shape, self.shown) if is_erased else NOTHING
        stroke = Stroke(str(uuid.UUID(int=self.chance.getrandbits(128), version=4)), sets, clears)
        self.made[stroke.id] = stroke
        self.pending.append(stroke)

    def send(self) -> None:
        try:
            if self.pending:
                self._send_pending()
            elif self.branched:
                self._send_branched()
        except LostError:
            pass

    def _send_pending(self) -> None:
        status, answer = self.line.post(
            "api-annotation-operations",
            self.annotation,
            {"base_version": self.version, "operations": list(self._as_operations())},
        )
        if status == 409:
            assert answer["code"] == "stale_version"
            self._read_anew(answer["stored"])
            return
        assert status == 200, answer
        if answer["version"] != self.version + len(self.pending):
            self._read_anew(answer["acknowledged"])
            return
        self.base, self.version, self.pending = self.shown, answer["version"], []
        assert answer["masks"]["bac"]["sha256"] == masks.digest(self.base)

    def _as_operations(self) -> Iterator[dict[str, object]]:
        mask = self.base
        for stroke in self.pending:
            patch = masks.xor(mask, stroke.on(mask))
            mask = stroke.on(mask)
            yield {**_head(stroke), "patch": _base64(patch)}

    def _read_anew(self, stored: list[str]) -> None:
        """Nothing changes here before everything is known: a lost answer leaves all as it was."""
        own = {stroke.id for stroke in self.pending}
        record = self.line.get("api-annotation", self.annotation)
        log: list[dict[str, Any]] = []
        while self.version + len(log) < record["version"]:
            page = self.line.get("api-annotation-operations", self.annotation, after=self.version + len(log))
            log += page["operations"]
        changed = NOTHING
        for operation in log[: record["version"] - self.version]:
            if operation["id"] not in own:
                changed = masks.xor(changed, masks.decode(base64.b64decode(operation["patch"])))
        waiting = [stroke for stroke in self.pending if stroke.id not in stored]
        self.pending = []
        for stroke in waiting:
            is_overlapping = masks.area_px(masks.intersection(stroke.touched, changed)) > 0
            (self.branched if is_overlapping else self.pending).append(stroke)
            if is_overlapping:
                changed = masks.union(changed, stroke.touched)
        self.base = masks.decode(base64.b64decode(record["masks"]["bac"]["runs"]))
        self.version = record["version"]

    def _send_branched(self) -> None:
        operations = [
            {**_head(stroke), "sets": _base64(stroke.sets), "clears": _base64(stroke.clears)}
            for stroke in self.branched
        ]
        branch = str(uuid.uuid5(uuid.NAMESPACE_OID, self.branched[0].id))
        body = {"id": branch, "reason": "overlap", "base_version": self.version, "operations": operations}
        status, answer = self.line.post("api-annotation-branches", self.annotation, body)
        assert status == 200, answer
        self.branched = [stroke for stroke in self.branched if stroke.id not in answer["acknowledged"]]


def _head(stroke: Stroke) -> dict[str, object]:
    return {
        "id": stroke.id,
        "kind": "mask",
        "label": "bac",
        "tool": "brush",
        "details": {},
        "made_at": "2026-01-02T03:04:05Z",
    }


def _base64(mask: masks.Runs) -> str:
    return base64.b64encode(masks.encode(mask)).decode()


def _rectangle(row: int, column: int, height: int, width: int) -> masks.Runs:
    return masks.Runs.checked(ROWS, COLUMNS, [(row + i, column, column + width) for i in range(height)])


def _run(seed: int, client: Client, annotation: Annotation) -> list[Writer]:
    chance = random.Random(seed)
    writers = [Writer(annotation, Line(client, chance), chance) for _ in range(2)]
    for _ in range(STEPS):
        writer = chance.choice(writers)
        writer.draw()
        for _ in range(chance.randrange(3)):
            chance.choice(writers).send()
        if chance.random() < 0.3:
            writer.line.deliver_one()
    for writer in writers:
        writer.line.is_mended = True
        while writer.line.delayed:
            writer.line.deliver_one()
    for _ in range(100):
        if not any(writer.pending or writer.branched for writer in writers):
            return writers
        for writer in writers:
            writer.send()
    pytest.fail(f"seed {seed}: not everything was taken")


def test_whatever_the_line_does_no_stroke_is_lost_and_none_counts_twice(client: Client) -> None:
    reader, mammogram = make_reader(), make_mammogram()
    client.force_login(reader.user)
    for seed in range(RUNS):
        annotation = make_annotation(mammogram, reader=reader)

        writers = _run(seed, client, annotation)

        stored = AnnotationOperation.objects.filter(annotation=annotation).order_by("sequence")
        in_log = [str(operation.id) for operation in stored]
        beside = [
            str(item)
            for item in BranchOperation.objects.filter(branch__annotation=annotation).values_list(
                "id", flat=True
            )
        ]
        made = {**writers[0].made, **writers[1].made}
        assert sorted(in_log + beside) == sorted(made), f"seed {seed}: each stroke in one place"
        assert [operation.sequence for operation in stored] == list(range(1, len(in_log) + 1))
        mask = NOTHING
        for operation in stored:
            mask = masks.xor(mask, masks.decode(bytes(operation.patch)))
            stroke = made[str(operation.id)]
            assert stroke.on(mask) == mask, f"seed {seed}: a stroke means what its writer meant"
        answer = client.get(reverse("api-annotation", args=[annotation.id])).json()
        assert answer["masks"]["bac"]["sha256"] == masks.digest(mask)
