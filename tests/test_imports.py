"""The direction of imports is a test: who may import whom (CONTRIBUTING, "The house in one minute")."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS: dict[str, set[str]] = {
    "edi.findings": set(),
    "edi.money": set(),
    "edi.catalogue": {"edi.findings", "edi.money"},
    "edi.documents": {"edi.findings", "edi.money"},
}
LAYERS["edi.messages"] = {*LAYERS, "edi.findings"}
LAYERS["edi.profiles"] = {"edi.findings"}
LAYERS["edi.identify"] = {"edi.findings", "edi.messages"}
LAYERS["edi.stream"] = set()
LAYERS["edi.archive_limits"] = {"edi.findings"}
LAYERS["edi.archives"] = {"edi.findings", "edi.archive_limits"}
LAYERS["edi.edifact"] = {"edi.findings", "edi.money", "edi.catalogue", "edi.documents", "edi.messages", "edi.profiles"}
LAYERS["edi.xml"] = LAYERS["edi.edifact"] - {"edi.profiles"}
LAYERS["edi.identifiers"] = {"edi.catalogue"}
LAYERS["edi.normalise"] = LAYERS["edi.xml"] | {"edi.edifact", "edi.xml", "edi.identifiers"}
LAYERS["edi.lifecycle"] = {"edi.findings", "edi.money", "edi.documents"}
LAYERS["edi.rules"] = {"edi.findings", "edi.money", "edi.catalogue", "edi.documents", "edi.identifiers"}
LAYERS["edi.partner_values"] = {"edi.findings", "edi.profiles"}
LAYERS["edi.partner_channels"] = {"edi.findings", "edi.catalogue", "edi.profiles", "edi.partner_values"}
LAYERS["edi.partner_tables"] = {"edi.catalogue"}
LAYERS["edi.partner_files"] = {*LAYERS} - {"edi.documents", "edi.money", "edi.messages", "edi.normalise", "edi.xml"}
LAYERS["edi.partner_writing"] = {"edi.partner_channels", "edi.partner_files"}
LAYERS["edi.acknowledge"] = {"edi.findings", "edi.messages", "edi.edifact", "edi.xml"}
LAYERS["edi.outcomes"] = {"edi.findings", "edi.messages"}
LAYERS["edi.decision"] = {"edi.findings", "edi.documents", "edi.messages", "edi.profiles"}
LAYERS["edi.normalisers"] = {"edi.findings", "edi.documents", "edi.messages", "edi.edifact", "edi.normalise"}
LAYERS["edi.process"] = {*LAYERS}
LAYERS["edi.records"] = {*LAYERS}
LAYERS["edi.checking"] = {*LAYERS} - {"edi.records"}
LAYERS["edi.terminal"] = {"edi.findings", "edi.money", "edi.documents"}
LAYERS["workers"] = {*LAYERS}
LAYERS["edi.summary"] = {*LAYERS}
LAYERS["edi.command"] = {*LAYERS}
LAYERS["edi.query_command"] = {*LAYERS}
LAYERS["edi.directory_command"] = {*LAYERS}
LAYERS["edi.schema_command"] = {*LAYERS}
LAYERS["edi.process_command"] = {*LAYERS}
LAYERS["edi.partner_command"] = {*LAYERS}
LAYERS["edi.queue_command"] = {*LAYERS}
LAYERS["edi.outbox_command"] = {*LAYERS}
LAYERS["edi.receipt_command"] = {*LAYERS}
LAYERS["edi.file_commands"] = {*LAYERS}
LAYERS["edi.watch_command"] = {*LAYERS}
LAYERS["edi.database_command"] = {*LAYERS}
LAYERS["edi.audit_command"] = {*LAYERS}
LAYERS["edi.metrics_command"] = {*LAYERS}
LAYERS["edi.retention_command"] = {*LAYERS}
LAYERS["edi.status_command"] = {*LAYERS}
LAYERS["edi.quarantine_command"] = {*LAYERS}
LAYERS["edi.reprocess_command"] = {*LAYERS}
LAYERS["edi.lifecycle_command"] = {*LAYERS}
LAYERS["edi.cli"] = {*LAYERS}

HOMES = {
    "lxml": ("edi.xml", "edi.normalise"),
    "pydifact": ("edi.edifact",),
    "facturx": ("edi.xml",),
    "saxonche": ("edi.xml.schematron",),
    "celery": ("workers",),
    "prometheus_client": ("workers",),
    "kombu": ("workers",),
    "amqp": ("workers",),
    "sqlmodel": ("edi.records",),
    "sqlalchemy": ("edi.records",),
    "alembic": ("edi.records",),
    "typer": (
        "edi.cli",
        "edi.command",
        "edi.query_command",
        "edi.lifecycle_command",
        "edi.directory_command",
        "edi.schema_command",
        "edi.process_command",
        "edi.partner_command",
        "edi.queue_command",
        "edi.outbox_command",
        "edi.receipt_command",
        "edi.file_commands",
        "edi.watch_command",
        "edi.database_command",
        "edi.audit_command",
        "edi.metrics_command",
        "edi.retention_command",
        "edi.status_command",
        "edi.quarantine_command",
        "edi.reprocess_command",
    ),
    "rich": ("edi.cli", "edi.terminal", "edi.summary", "workers"),
}
"""Where a library may be imported at all. Engine and Connection travel as annotations in `workers`, behind TYPE_CHECKING."""

CLOCKS = {"now", "today", "utcnow", "environ", "getenv"}


def modules() -> list[tuple[str, Path]]:
    found = []
    for package in ("edi", "workers"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found.append((".".join(parts[:-1] if parts[-1] == "__init__" else parts), path))
    return found


def layer(module: str) -> str:
    """The layer a module belongs to: the longest known prefix."""
    prefixes = [name for name in LAYERS if module == name or module.startswith(f"{name}.")]
    return max(prefixes, key=len, default=module)


def imports(path: Path, package: str) -> set[str]:
    """Everything a module imports at run time, as dotted names; what stands under TYPE_CHECKING does not count."""
    found: set[str] = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    blocks = [block for block in ast.walk(tree) if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.dump(block.test)]
    typing_only = {id(node) for block in blocks for node in ast.walk(block)}
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert not node.level, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize(("module", "path"), modules(), ids=[name for name, _ in modules()])
def test_a_module_imports_only_what_stands_below_it(module: str, path: Path) -> None:
    own = layer(module)
    if own == "edi":
        allowed: set[str] = set()
    else:
        assert own in LAYERS, f"{module} belongs to no layer; add it to LAYERS"
        allowed = LAYERS[own] | {own}
    for name in imports(path, module):
        if name.split(".")[0] in ("edi", "workers"):
            target = layer(name)
            assert target in allowed or target == "edi", f"{module} must not import {name}"


@pytest.mark.parametrize(("module", "path"), modules(), ids=[name for name, _ in modules()])
def test_a_library_is_imported_only_in_its_home(module: str, path: Path) -> None:
    for name in imports(path, module):
        homes = HOMES.get(name.split(".")[0])
        if homes:
            assert any(module == home or module.startswith(f"{home}.") for home in homes), f"{module} must not import {name}"


@pytest.mark.parametrize(("module", "path"), modules(), ids=[name for name, _ in modules()])
def test_clock_and_environment_are_read_outside_the_core_only(module: str, path: Path) -> None:
    if module.startswith("workers") or module in ("edi.cli", "edi.file_commands"):
        return
    calls = [node.func for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    read = {func.attr for func in calls if isinstance(func, ast.Attribute)} & CLOCKS
    assert not read, f"{module} reads {read}; pass it in"
