"""An authority's own XSDs are imported whole or not at all, used instead of our table afterwards, and never lead outside their folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from edi import catalogue
from edi.cli import app
from edi.messages import Report
from edi.process import process
from edi.xml import schema_import
from edi.xml.schema_import import add, entries
from tests.test_wco_schema import SCHEMAS, corpus

XS = 'xmlns:s="http://www.w3.org/2001/XMLSchema"'
NOTE = f'<s:schema {XS} targetNamespace="urn:note" elementFormDefault="qualified"><s:element name="Note">{{}}</s:element></s:schema>'
SHORT = NOTE.format('<s:simpleType><s:restriction base="s:string"><s:maxLength value="5"/></s:restriction></s:simpleType>')
DECLARATION = (
    f'<s:schema {XS} targetNamespace="urn:wco:datamodel:WCO:DEC-DMS:2" elementFormDefault="qualified">'
    '<s:element name="Declaration"><s:complexType><s:sequence><s:element name="FunctionCode" type="s:string"/>'
    '<s:element name="Colour" type="s:string"/></s:sequence></s:complexType></s:element></s:schema>'
)
WCO = "urn:wco:datamodel:WCO:"
METADATA = f'<MetaData xmlns="{WCO}DocumentMetaData-DMS:2">{{}}<Declaration xmlns="{WCO}DEC-DMS:2">{{}}</Declaration></MetaData>'


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Path]:
    """An empty cache folder that the catalogue knows, forgotten afterwards."""
    know(tmp_path / "cache")
    yield tmp_path / "cache"
    know(Path(os.devnull))


def know(folder: Path) -> None:
    catalogue.use_directories(lambda: folder)


def imported(tmp_path: Path, cache: Path, name: str = "own", **files: str) -> None:
    add(written(tmp_path / name, **files), cache)
    know(cache)


def written(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for file, text in files.items():
        (folder / f"{file}.xsd").write_text(text, encoding="utf-8")
    return folder


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["schema", *arguments], env={"COLUMNS": "200"})


def verdict(document: str) -> tuple[str, list[str]]:
    (message,) = process(document.encode(), Report(), "check")
    return message.verdict.value, [finding.rule for finding in message.findings]


# --- what an import changes


def test_a_vocabulary_nobody_knew_is_judged_after_its_schema_was_imported(tmp_path: Path, cache: Path) -> None:
    assert verdict('<Note xmlns="urn:note">short</Note>') == ("no-verdict", ["XML-vocabulary"])
    imported(tmp_path, cache, note=SHORT)
    assert verdict('<Note xmlns="urn:note">short</Note>') == ("accepted", [])
    assert verdict('<Note xmlns="urn:note">longer</Note>') == ("rejected", ["XSD-facet"])
    assert verdict('<Other xmlns="urn:note">short</Other>') == ("no-verdict", ["XML-vocabulary"])


def test_an_imported_schema_holds_against_our_table(tmp_path: Path, cache: Path) -> None:
    ours, theirs = "<FunctionCode>9</FunctionCode>", "<FunctionCode>9</FunctionCode><Colour>red</Colour>"
    assert verdict(METADATA.format("", ours)) == ("accepted", [])
    imported(tmp_path, cache, dec=DECLARATION)
    assert verdict(METADATA.format("", ours)) == ("rejected", ["XSD-missing"])
    assert verdict(METADATA.format("", theirs)) == ("accepted", [])
    assert verdict(METADATA.format("<Unknown/>", theirs)) == ("rejected", ["XSD-element"])  # the wrapper is still judged, by our table


def test_an_import_that_knows_no_responses_does_not_judge_their_wrapper(tmp_path: Path, cache: Path) -> None:
    content = '<s:complexType><s:sequence><s:any namespace="##other"/></s:sequence></s:complexType>'
    wrapper = (
        f'<s:schema {XS} targetNamespace="{WCO}DocumentMetaData-DMS:2"><s:import namespace="{WCO}DEC-DMS:2" schemaLocation="dec.xsd"/>'
        f'<s:element name="MetaData">{content}</s:element></s:schema>'
    )
    imported(tmp_path, cache, meta=wrapper, dec=DECLARATION)
    response = f'<Response xmlns="{WCO}RES-DMS:2"><FunctionCode>02</FunctionCode><Declaration/></Response>'
    assert verdict(f'<MetaData xmlns="{WCO}DocumentMetaData-DMS:2">{response}</MetaData>') == ("accepted", [])
    assert verdict(METADATA.format("", "<FunctionCode>9</FunctionCode><Colour>red</Colour>")) == ("accepted", [])


def test_invoices_are_judged_by_their_published_schemas_whatever_was_imported(tmp_path: Path, cache: Path) -> None:
    namespace = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
    imported(tmp_path, cache, invoice=SHORT.replace("urn:note", namespace).replace("Note", "Invoice"))
    assert verdict(f'<Invoice xmlns="{namespace}">short</Invoice>')[0] == "rejected"


def test_threads_do_not_share_a_schema(tmp_path: Path, cache: Path) -> None:
    imported(tmp_path, cache, note=SHORT)
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(verdict('<Note xmlns="urn:note">longer</Note>'))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [("rejected", ["XSD-facet"])] * 4


def test_workers_know_the_imports_in_the_folder_of_their_settings(tmp_path: Path) -> None:
    """A worker is another process, which knows of an import by its settings alone."""
    add(written(tmp_path / "own", note=SHORT), tmp_path / "cache")
    words = (
        "import workers.app; from edi.messages import Report; from edi.process import process;"
        "print([m.verdict.value for m in process(b'<Note xmlns=\"urn:note\">longer</Note>', Report())])"
    )
    settings = {**os.environ, "EDI_DIRECTORIES": str(tmp_path / "cache")}
    done = subprocess.run([sys.executable, "-c", words], env=settings, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == "['rejected']", done.stderr[-1000:]


# --- what is refused


BAD = {
    "no_xsd": ({}, "no file whose name ends with .xsd"),
    "no_schema": ({"a": "<a/>"}, "a.xsd is no XML Schema"),
    "malformed": ({"a": "<a>"}, "cut off"),
    "doctype": ({"a": f"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>{SHORT}"}, "DOCTYPE"),
    "network": ({"a": f'<s:schema {XS}><s:include schemaLocation="http://127.0.0.1:9/b.xsd"/></s:schema>'}, "outside the folder"),
    "file": ({"a": f'<s:schema {XS}><s:include schemaLocation="file:///etc/b.xsd"/></s:schema>'}, "outside the folder"),
    "absolute": ({"a": f'<s:schema {XS}><s:include schemaLocation="/etc/b.xsd"/></s:schema>'}, "outside the folder"),
    "above": (
        {"a": f'<s:schema {XS}><s:include schemaLocation="../b.xsd"/><s:element name="A" type="s:string"/></s:schema>'},
        "not in the folder",
    ),
    "missing": (
        {"a": f'<s:schema {XS}><s:include schemaLocation="b.xsd"/><s:element name="A" type="s:string"/></s:schema>'},
        "not in the folder",
    ),
    "unsound": ({"a": f'<s:schema {XS}><s:element name="A" type="Nowhere"/></s:schema>'}, "does not compile"),
    "no_root": ({"a": f'<s:schema {XS}><s:simpleType name="T"><s:restriction base="s:string"/></s:simpleType></s:schema>'}, "root element"),
    "two": ({"a": SHORT, "b": NOTE.format("")}, "both declare the root element Note"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_imported_is_refused_and_leaves_nothing(name: str, tmp_path: Path, cache: Path) -> None:
    files, words = BAD[name]
    with pytest.raises(ValueError, match=words.replace(".", r"\.")):
        add(written(tmp_path / "own", **files), cache)
    assert not cache.exists()


def test_a_link_is_not_followed(tmp_path: Path, cache: Path) -> None:
    folder = written(tmp_path / "own")
    (folder / "a.xsd").symlink_to("/etc/hostname")
    with pytest.raises(ValueError, match="no regular file"):
        add(folder, cache)


def test_too_many_or_too_large_files_are_refused(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = written(tmp_path / "own", a=SHORT, b=SHORT)
    for limit, value in (("MAX_FILES", 1), ("MAX_FILE", 10), ("MAX_TOTAL", len(SHORT) + 1)):
        with monkeypatch.context() as patch:
            patch.setattr(schema_import, limit, value)
            with pytest.raises(ValueError, match="more than"):
                add(folder, cache)


def test_two_imports_cannot_declare_the_same_root(tmp_path: Path, cache: Path) -> None:
    imported(tmp_path, cache, "one", note=SHORT)
    with pytest.raises(ValueError, match="the import one declares the root element Note already"):
        add(written(tmp_path / "two", note=SHORT), cache)
    imported(tmp_path, cache, "one", note=NOTE.format(""))
    assert verdict('<Note xmlns="urn:note">longer</Note>') == ("accepted", [])


# --- the command


def test_the_command_adds_lists_and_shows(tmp_path: Path, cache: Path) -> None:
    folder = written(tmp_path / "Own Schemas", short=SHORT, other=NOTE.format(""))
    refused = run("add", str(folder), "--cache", str(cache))
    assert refused.exit_code == 2
    assert "--entry" in refused.output
    added = run("add", str(folder), "--entry", "short.xsd", "--cache", str(cache))
    assert added.exit_code == 0, added.output
    assert "own-schemas: short.xsd judges Note in the namespace urn:note." in added.output
    rows = json.loads(run("list", "--format", "json", "--cache", str(cache)).output)
    assert {"name": "own-schemas", "origin": "imported", "judges": "Note", "by": "XSD short.xsd"} in rows
    assert {"wco-declaration", "ubl-invoice"} <= {row["name"] for row in rows}
    assert "other.xsd" in run("show", "own-schemas", "--cache", str(cache)).output
    assert "own-schemas" in run("list", "--cache", str(cache)).output


def test_the_command_shows_a_table_with_its_parts_written_out(cache: Path) -> None:
    shown = run("show", "wco-declaration", "--cache", str(cache)).output
    assert "FunctionCode 1..1 code n..2 = 9 13 14" in shown
    assert "CountrySubDivisionCode 0..1 code an..9" in shown
    assert run("show", "ubl-invoice", "--cache", str(cache)).exit_code == 0
    assert run("show", "nothing", "--cache", str(cache)).exit_code == 2
    assert run("add", "no such folder", "--cache", str(cache)).exit_code == 2


# --- the authority's own


@pytest.mark.corpus
def test_the_schemas_of_the_authority_are_imported_and_judge_as_our_tables_do(cache: Path) -> None:
    folder = corpus() / SCHEMAS
    with pytest.raises(ValueError, match="both declare the root element MetaData"):
        add(folder, cache)
    chosen = ["customs/wrapper_submit.xsd", "wco/notification/WCO_RES_2_DMS.xsd"]
    _name, found = add(folder, cache, "customs", chosen)
    assert [entry.roots for entry in found] == [["MetaData"], ["Response"]]
    files = sorted((corpus() / "customs-bl" / "hmrc+customs-declarations").rglob("*.xml"))[::3]
    before = [verdict_of(path) for path in files]
    know(cache)
    assert [verdict_of(path) for path in files] == before
    assert len(set(before)) >= 3


def verdict_of(path: Path) -> str:
    report = Report()
    for _message in process(path.read_bytes(), report, "check"):
        pass
    return report.verdict.value


def test_entries_need_no_choice_where_one_file_refers_to_the_others() -> None:
    files = {
        "main.xsd": f'<s:schema {XS}><s:include schemaLocation="lib/part.xsd"/></s:schema>'.encode(),
        "lib/part.xsd": f'<s:schema {XS}><s:element name="A" type="s:string"/></s:schema>'.encode(),
    }
    assert [(entry.file, entry.roots) for entry in entries(files)] == [("main.xsd", ["A"])]
