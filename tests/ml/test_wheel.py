"""`ml` can be installed on its own: the wheel has its code and every file that the code reads."""

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
import zipfile

import pytest

ALONE = """
import ml.cli
from ml.masks import from_dense, skeleton
from ml.networks.checkpoint import SHIPPED_CHECKPOINT
assert SHIPPED_CHECKPOINT.is_file()
assert len(skeleton(from_dense([[1, 1, 1]])))
print(ml.__file__)
"""
NETWORKS = ("networks", "explain", "inference", "training")


def tracked(repository, folder):
    command = ["git", "ls-files", "-z", folder]
    listed = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no git checkout")
    return set(listed.stdout.rstrip("\0").split("\0"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory, repository):
    """The wheel of a copy: building writes beside the sources."""
    copy, out = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("wheel")
    for name in {*tracked(repository, "ml"), "pyproject.toml", "manage.py"}:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes((repository / name).read_bytes())
    for other in ("webapp", "annotations", "static", "templates"):  # as in the checkout: not one folder
        (copy / other).mkdir()
        (copy / other / "__init__.py").touch()
    options = ["--no-deps", "--no-build-isolation", "--quiet", "--wheel-dir", str(out)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", str(copy), *options], check=True)
    return next(out.glob("*.whl"))


def test_wheel_has_every_file_of_ml_and_no_other(wheel, repository):
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert packed == tracked(repository, "ml")


def test_installed_package_works_far_from_the_checkout(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}

    ran = subprocess.run(
        [sys.executable, "-c", ALONE],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith(str(tmp_path / "site"))


def imported(folder, *, without=()):
    """Give the distributions that the files of a folder import, by their names in the package registry."""
    by_module = importlib.metadata.packages_distributions()
    modules = set()
    for path in folder.rglob("*.py"):
        if path.relative_to(folder).parts[0] not in without:
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Import):
                    modules |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom):
                    modules.add((node.module or "").split(".")[0])
    outside = modules - {"ml"} - sys.stdlib_module_names
    return {re.sub(r"[-_.]+", "-", by_module[module][0]).lower() for module in outside}


def test_installing_the_package_installs_what_it_imports(repository):
    project = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    engine = {re.split(r"[>=<]", name)[0] for name in project["dependencies"]}
    networks = set(project["optional-dependencies"]["networks"])

    assert len(imported(repository / "ml")) > 10
    assert imported(repository / "ml", without=NETWORKS) <= engine
    assert imported(repository / "ml") <= engine | networks
