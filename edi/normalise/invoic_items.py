"""Item numbers of INVOIC (C212 of LIN and PIA): what identifies the item, what classifies it, what names this one delivery.

Source: UNTDID 7143 and 4347; CEN/TS 16931-3-4 (BT-155 to BT-158), EANCOM (PIA 1 for the numbers of seller and buyer, too).
"""

from __future__ import annotations

from edi.documents import Classification, Identifier, InvoiceLine, Reference, Source
from edi.normalise.invoic_tables import ITEM_IDENTIFIERS, ITEM_REFERENCES


def item_number(item: InvoiceLine, code: list[str], function: str) -> None:
    """An identifier, a classification (any other list of 7143), or a number of this one delivery."""
    number, kind = code[0].strip(), code[1] if len(code) > 1 else ""
    if not number:
        return
    if function in ("3", "4"):  # substituted by, substitute for: another item than this one
        item.source.written[f"PIA {function} {kind}"] = number
    elif kind in ITEM_IDENTIFIERS:
        name, scheme = ITEM_IDENTIFIERS[kind]
        item.identifiers.append(Identifier(name, number, scheme))
    elif kind in ITEM_REFERENCES:
        item.references.append(Reference("other", number, scheme=kind, source=Source(item.source.location)))
    else:
        item.classifications.append(Classification(number, kind or None))
