import json

from tests.data.make_area_vectors import VECTORS, build_vectors


def test_vectors_file_is_what_its_script_writes():
    assert json.loads(json.dumps(build_vectors())) == json.loads(VECTORS.read_text(encoding="utf-8"))
