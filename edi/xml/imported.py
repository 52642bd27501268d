"""XSDs that an operator imported: which of them judges a document, and their use, from memory alone.

`edi schema add FOLDER` (`edi.xml.schema_import`) writes the files of one import into a folder of the local cache. What is imported is
used instead of our table for its root element. A wrapper (MetaData) is judged by an imported schema only where that knows what is inside,
because it would refuse everything else; where only the inner root is imported, that is judged by it and the wrapper by our table.
A schema in the cache that does not load is our own fault and raises.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from edi import catalogue
from edi.catalogue import ImportedSchema
from edi.xml.vocabulary import WCO, Element

_SCHEME = "quayside://import/"
"""Where imported files say they are: a hierarchy that no `..` leads out of."""
_loaded = threading.local()  # a schema object keeps the errors of its last run, so threads must not share one
_BODIES = (WCO["declaration"], WCO["response"])


def schemas_for(root: Element) -> list[tuple[Element, ImportedSchema]]:
    """The elements that imported schemas judge, each with its schema: the root, or what is inside a wrapper; none where none fits."""
    if not catalogue.imported_schemas():
        return []
    name, bodies = etree.QName(root), [child for child in root if etree.QName(child).namespace in _BODIES]
    inside = bodies if name.namespace == WCO["metadata"] else []
    whole = _find(name, {etree.QName(body).namespace or "" for body in inside})
    if whole:
        return [(root, whole)]
    found = [(body, _find(etree.QName(body), set())) for body in inside]
    return [(body, schema) for body, schema in found if schema]


def _find(name: etree.QName, inside: set[str]) -> ImportedSchema | None:
    fitting: Iterator[ImportedSchema] = (
        each
        for each in catalogue.imported_schemas()
        if each.namespace == (name.namespace or "") and name.localname in each.roots and inside <= set(each.knows)
    )
    return next(fitting, None)


def load(schema: ImportedSchema) -> etree.XMLSchema:
    """The schema of an import; loaded once per thread."""
    known: dict[tuple[Path, str], etree.XMLSchema] = _loaded.__dict__.setdefault("schemas", {})
    place = (schema.folder, schema.entry)
    if place not in known:
        files = {path.relative_to(schema.folder).as_posix(): path.read_bytes() for path in schema.folder.rglob("*.xsd")}
        known[place] = compile_files(files, schema.entry)
    return known[place]


def compile_files(files: dict[str, bytes], entry: str) -> etree.XMLSchema:
    """The schema that begins with one of these files and may refer to the others, and to nothing else."""
    parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
    parser.resolvers.add(_Files(files))
    return etree.XMLSchema(etree.fromstring(files[entry], parser, base_url=_SCHEME + entry))


class _Files(etree.Resolver):
    """Answers for the files of one import; for any other place with nothing, so that neither disk nor network is asked."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__()
        self.files = files

    def resolve(self, system_url: str, public_id: str, context: Any) -> Any:  # type: ignore[override]  # the stubs lack what lxml passes
        content = self.files.get(system_url.removeprefix(_SCHEME)) if system_url.startswith(_SCHEME) else None
        return self.resolve_string(content or b"", context, base_url=system_url)
