"""What is installed finds its data: the wheel carries schemas and migrations, an editable install and a checkout use those of the tree.

Building needs hatchling; without it these tests skip (`pip install hatchling` brings it).
"""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import edi

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "samples" / "good" / "three-ways.edi"
needs_hatchling = pytest.mark.skipif(
    importlib.util.find_spec("hatchling") is None, reason="hatchling, which builds the wheel, is not installed here"
)

PROGRAM = """
import datetime, pathlib, sys
import edi
from edi import catalogue
from edi.messages import Report
from edi.process import process
from edi.records import store
report = Report()
messages = list(process(pathlib.Path(sys.argv[1]).read_bytes(), report))
engine = store.open_database("sqlite://")
store.upgrade(engine)
store.receive(engine, [store.Arrival("a", b"a")], datetime.datetime.now(datetime.UTC))
print(pathlib.Path(edi.__file__).parent, catalogue.schemas(), len(catalogue.rows()), report.verdict.value, sep="|")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the sources, so that nothing is left in the tree."""
    target = tmp_path_factory.mktemp("wheel")
    build = "import hatchling.build, sys; print(hatchling.build.build_wheel(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", build, str(target)], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return target / done.stdout.split()[-1]


def answer(path: Path | str, folder: Path, program: str = PROGRAM) -> list[str]:
    """What the program above says from another folder, with `path` on the module path."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EDI_")} | {"PYTHONPATH": str(path)}
    command = [sys.executable, "-c", program, str(SAMPLE)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().split("|")


@needs_hatchling
def test_the_wheel_holds_code_tables_and_migrations_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for folder, pattern in (("schemas", "*.toml"), ("edi/records/migrations", "*.py"), ("edi", "*.py"), ("workers", "*.py")):
        inside = {
            f"edi/{path.relative_to(ROOT)}" if folder == "schemas" else str(path.relative_to(ROOT))
            for path in (ROOT / folder).rglob(pattern)
        }
        assert inside and inside <= set(names)
    assert {name.split("/")[0] for name in names} == {"edi", "workers", f"quayside-{edi.__version__}.dist-info"}
    assert not [name for name in names if "__pycache__" in name or name.endswith((".db", ".pyc"))]


@needs_hatchling
def test_the_wheel_names_the_command_the_licence_and_the_version(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        info = f"quayside-{edi.__version__}.dist-info"
        assert "edi = edi.cli:main" in archive.read(f"{info}/entry_points.txt").decode()
        metadata = archive.read(f"{info}/METADATA").decode()
        assert any(name.startswith(info) and name.endswith("LICENSE") for name in archive.namelist())
    assert "License-Expression: Apache-2.0" in metadata
    assert "Requires-Python: >=3.11" in metadata


@needs_hatchling
def test_an_installed_wheel_finds_schemas_and_migrations_from_anywhere(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code, schemas, rows, verdict = answer(tmp_path / "site", tmp_path)
    assert (Path(code), Path(schemas)) == (tmp_path / "site" / "edi", tmp_path / "site" / "edi" / "schemas")
    assert (int(rows) > 0, verdict) == (True, "accepted")


@needs_hatchling
def test_an_editable_install_uses_the_tables_of_the_tree(tmp_path: Path) -> None:
    build = "import hatchling.build, sys; print(hatchling.build.build_editable(sys.argv[1]))"
    command = [sys.executable, "-c", build, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    site = tmp_path / "site"
    zipfile.ZipFile(tmp_path / done.stdout.split()[-1]).extractall(site)
    program = f"import site; site.addsitedir({str(site)!r})\n"  # as the interpreter does with its own: it follows the .pth file
    code, schemas, _, verdict = answer("", tmp_path, program + PROGRAM)
    assert (Path(code), Path(schemas), verdict) == (ROOT / "edi", ROOT / "schemas", "accepted")


def test_a_checkout_runs_without_being_installed(tmp_path: Path) -> None:
    assert answer(ROOT, tmp_path)[1] == str(ROOT / "schemas")


BROUGHT = {"pydantic": "pydantic-settings", "sqlalchemy": "sqlmodel"}
"""Libraries that we import and that come with a declared one, which is built on them."""
BEHIND = {"redis", "psycopg"}
"""Libraries that others import for us: the client of the broker and the driver of the database."""


def imported() -> set[str]:
    """Top-level names of the libraries that our code imports."""
    names: set[str] = set()
    for path in (path for package in ("edi", "workers") for path in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names) - {"edi", "workers"}


def test_every_library_that_is_imported_is_declared_and_every_one_declared_is_used() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[\[<>=~!]", line)[0] for line in project["dependencies"]}
    homes = importlib.metadata.packages_distributions()
    used = {name.lower() for module in imported() for name in homes.get(module, [module])}
    assert {BROUGHT.get(name, name) for name in used} | BEHIND == declared
