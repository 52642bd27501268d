"""Declarations and responses of the WCO data model (MetaData around a Declaration or Responses) to CustomsDeclaration and CustomsResponse.

Source: WCO data model 3.6 as the customs service of the United Kingdom uses it (DMS:2). One document for a declaration, one for each
response. Every text of the document that no field holds is written down with the object it belongs to; only access codes of guarantees
are not, which are secrets, and what MetaData says about itself, which the format of the message shows. Findings: TRD-DEC-010 to -014.

>>> from lxml import etree
>>> from edi.xml.wco import opened
>>> tree = etree.fromstring("<Response><FunctionCode>02</FunctionCode><Declaration><ID>26GB1</ID></Declaration></Response>")
>>> (document,), findings = normalise(opened(tree)[0])
>>> document.status, document.mrn, findings
('received', '26GB1', [])
"""

from __future__ import annotations

from lxml import etree

from edi.documents import CustomsDeclaration, CustomsResponse
from edi.findings import Finding
from edi.normalise.wco_declaration import ACCESS_CODE, declaration
from edi.normalise.wco_response import response
from edi.normalise.xml_kept import keep_rest
from edi.normalise.xml_values import Branch, Reading
from edi.xml.vocabulary import Element, path

ORIGINAL = frozenset({ACCESS_CODE, f"other:{ACCESS_CODE}"})
"""What stays in the original only, with all below it."""


def normalise(root: Element) -> tuple[list[CustomsDeclaration | CustomsResponse], list[Finding]]:
    """The documents in a MetaData, or the one that a Declaration or Response is; and the lexical findings."""
    bodies = list(root) if etree.QName(root).localname == "MetaData" else [root]
    documents: list[CustomsDeclaration | CustomsResponse] = []
    findings: list[Finding] = []
    for body in bodies:
        local = etree.QName(body).localname
        if local not in ("Declaration", "Response"):
            continue
        reading = Reading(family="TRD-DEC", seen=set())
        branch = Branch(body, path(body), reading, {})
        documents.append(declaration(branch) if local == "Declaration" else response(branch))
        keep_rest(branch, ORIGINAL)
        findings += reading.findings
    return documents, findings
