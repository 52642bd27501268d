"""CUSDEC of D.96A to D.14B to the normalised CustomsDeclaration.

Source: UN/EDIFACT message CUSDEC, segment clarifications; the boxes and data elements that stand beside the fields of
`edi.documents.declaration`. Groups are found by their first segment, not by their number, so that one normaliser reads all releases.
What the codes mean stands in `edi.normalise.customs_tables`; the association code (0057) is the key of a profile's other meanings.

| Field | CUSDEC |
|---|---|
| lrn, version, function | BGM 1004 (else RFF ABO, ABE), 1056, 1225 |
| document_kind, type_code | BGM 1001 (else GIS 22 to 24, else the type); BGM 1000, else CST or GIS of list 105; 1001 stays as written |
| additional_type_code, transaction_nature_code, warehouse_type_code | CST or GIS of lists 119, 112 or 71, 129 |
| container_indicator | GIS 68 or 69; 0 or 1 of list 109 |
| mrn, ucr | RFF ABT, UCN |
| issue and acceptance date and time | DTM 137 and 148, see ISSUE_DATES, ACCEPTANCE_DATES |
| countries, regions, offices, goods location, warehouse, places, itinerary | LOC, see COUNTRIES, REGIONS, OFFICES, PLACES |
| gross and net mass | MEA WT, else CNT 7 and 18 |
| goods items, packages | CNT 5 and 11 |
| equipment, seals | EQD, SEL |
| additional information, notes, reason | FTX ACB (and any with code and text), others, ACD and CHG |
| guarantees, authorisations, documents, references | RFF and DOC, see `edi.normalise.customs_documents` |
| transport_means | TDT and TPL |
| parties | NAD |
| delivery_terms | TOD 4053, LOC 1 |
| invoice_amount, exchange_rates | MOA 39, CUX |
| commercial documents | DMS group: a supporting document with date and amount; of its lines (LIN) only bills and containers |
| items | CST group, see `edi.normalise.cusdec_items` |
| tax_lines | TAX behind the second UNS: totals of each tax of the declaration |

Failure: a value that has not the form of its type is None in the record, keeps its text under `source.written` and causes a finding;
nothing raises.

>>> from edi.edifact.grammar import message_grammar
>>> from edi.edifact.structure import place
>>> segments = ["UNH+1+CUSDEC:D:96B:UN", "BGM+929+26-1+9", "UNS+D", "CST+1+87120030:122", "UNS+S", "CNT+5:1", "UNT+7+1"]
>>> root, _ = place(segments, message_grammar("CUSDEC", "D.96B", 3, False, ".,"))
>>> documents, findings = normalise(root, Message(1, "1", "CUSDEC", Format("EDIFACT", "CUSDEC", "D.96B")))
>>> documents[0].lrn, documents[0].document_kind, documents[0].items[0].commodity_code, findings
('26-1', 'import_declaration', '87120030', [])
"""

from __future__ import annotations

from edi.documents import CustomsDeclaration, Source
from edi.edifact.structure import Group
from edi.findings import Finding
from edi.messages import Format, Message
from edi.normalise.cusdec_header import HEADER, begin, finish
from edi.normalise.customs_rest import read
from edi.normalise.customs_values import Reading

__all__ = ["Format", "Message", "normalise"]


def normalise(root: Group, message: Message) -> tuple[list[CustomsDeclaration], list[Finding]]:
    """The declaration, and the findings about values that are not what their element says."""
    declaration = CustomsDeclaration(source=Source(root.location))
    reading = Reading(reference=message.reference, profile=message.format.profile or "")
    begin(reading, declaration, root)
    read(reading, declaration, root, HEADER)
    finish(reading, declaration)
    return [declaration], reading.findings
