"""Dates of the header of INVOIC: issue, tax point, delivery, due date, invoicing period.

Source: UNTDID 2005 and 2379; CEN/TS 16931-3-4 (BT-2, 7, 8, 9, 72, 73, 74): DTM 3, 35 or 432 without a value is the tax point code BT-8. Of
several DTM for one field the best known wins (`HEADER_DATES`); the others stay as written.
"""

from __future__ import annotations

from edi.edifact.structure import Group, Segment
from edi.normalise.invoic_tables import HEADER_DATES, PERIOD_ENDS, PERIOD_STARTS, PERIODS, TAX_POINT_CODES
from edi.normalise.invoic_values import Reading, write_down


def header_dates(reading: Reading, root: Group) -> None:
    """All DTM of the header."""
    invoice, best = reading.invoice, dict[str, int]()
    written = invoice.source.written
    for dtm in sorted(root.segments("DTM"), key=_preference):
        qualifier, text = dtm.values(1, 2)
        if not text:
            if qualifier in TAX_POINT_CODES and "2379" not in written and not dtm.value(1, 2):
                invoice.tax_point_code = qualifier
        elif qualifier in HEADER_DATES and HEADER_DATES[qualifier][0] not in best:
            name, rank = HEADER_DATES[qualifier]
            value = reading.date(dtm, root, written)
            if value is not None:
                setattr(invoice, name, value)
                best[name] = rank
                if rank:
                    written[f"2005 {name}"] = qualifier
        elif not _period(reading, dtm, root):
            write_down(written, dtm)


def _preference(dtm: Segment) -> int:
    return HEADER_DATES.get(dtm.qualifier, ("", 0))[1]


def _period(reading: Reading, dtm: Segment, root: Group) -> bool:
    """BT-73 and BT-74, from a start, an end, or a period in one value; the first statement holds."""
    qualifier, invoice = dtm.qualifier, reading.invoice
    starts, ends = qualifier in PERIOD_STARTS or qualifier in PERIODS, qualifier in PERIOD_ENDS or qualifier in PERIODS
    if not (starts or ends):
        return False
    found = reading.span(dtm, root, invoice.source.written)
    if found and starts and invoice.period_start_date is None:
        invoice.period_start_date = found[0]
    elif found and starts:
        return False
    if found and ends and invoice.period_end_date is None:
        invoice.period_end_date = found[1]
    return True
