"""The same invoice in UBL and in CII is the same record.

Public twins come from CEN's examples and the XRechnung test suite. Where two files that pretend to be twins state different things, the
difference is listed below with what the sources say; a difference that is not listed, and a listed one that is gone, fail the test.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edi.documents import as_json
from edi.normalise import cii, ubl
from edi.xml.reader import parse
from edi.xml.vocabulary import identify

CORPUS = Path(os.environ.get("EDI_CORPUS", "")) / "xml-invoice"
CEN = "ConnectingEurope+eInvoicing-EN16931"
STANDARD = "itplr-kosit+xrechnung-testsuite/src/test/business-cases/standard"
CIUS = "itplr-kosit+xrechnung-testsuite/src/test/technical-cases/cius"

CASES = ["01.01a", "01.04a", "01.05a", "01.06a", "01.07a", "01.09a", "01.20a", "01.21a", "02.03a", "02.05a", "02.06a"]
CASES += ["03.03a", "03.04a", "03.05a", "03.06a"]
TECHNICAL = ("01.02_comprehensive_test", "01.03_comprehensive_test", "01.04_comprehensive_test", "01.06_minimal_test")

PAIRS = {
    **{f"cen {n}": (f"{CEN}/ubl/examples/ubl-tc434-example{n}.xml", f"{CEN}/cii/examples/CII_example{n}.xml") for n in (1, 3, 4, 6, 8)},
    **{case: (f"{STANDARD}/{case}-INVOICE_ubl.xml", f"{STANDARD}/{case}-INVOICE_uncefact.xml") for case in CASES},
    **{case: (f"{CIUS}/{case}_ubl.xml", f"{CIUS}/{case}_uncefact.xml") for case in TECHNICAL},
    "attestwire": ("attestwire+en16931/fixtures/xrechnung-ubl-minimal.xml", "attestwire+en16931/fixtures/xrechnung-cii-minimal.xml"),
}

UNIT = "the UBL file counts in EA (each) or KW, the CII file in H87, C62 or KWT"
COMPREHENSIVE = {
    "lines[*].base_quantity": "the UBL file states a price base of 1 for its second line, the CII file none",
    "lines[*].base_unit": "as the price base",
    "parties[*].name": "name and trading name of the buyer are swapped between the files",
    "parties[*].trading_name": "as the name",
    "parties[*].identifiers": "the legal registration of the payee (BT-61) stands in the CII file only",
}

DIFFERENCES: dict[str, dict[str, str]] = {
    "cen 1": {
        "lines[*].unit": UNIT,
        "lines[*].name": "the names of two articles are spelt differently (PKAAS, PK CHOCOLADEMEL in UBL)",
        "notes[*].subject_code": "the CII file codes its note AAR, the UBL file has no code",
        "notes[*].text": "the UBL file ends the note with ##Delivery terms, the CII file with a full stop",
        "payment_means": "the CII file repeats the first account where the UBL file has a second one",
    },
    "cen 3": {
        "allowances_charges[*].reason_code": "the CII file adds FC",
        "lines": "the UBL file has a second line at 10 %, the CII file one line",
        "parties[*].identifiers": "the UBL file names identifiers of seller and buyer that the CII file lacks",
        "totals.gross_amount": "two lines against one",
        "totals.line_net_amount": "two lines against one",
        "totals.net_amount": "two lines against one",
        "totals.payable_amount": "two lines against one",
        "totals.vat_amount": "two lines against one",
        "vat_breakdown": "two rates against one",
    },
    "cen 4": {
        "lines[*].unit": UNIT,
        "parties[*].contacts[*].email": "two addresses",
    },
    "cen 6": {"lines[*].unit": UNIT},
    "cen 8": {
        "attachments": "the UBL file gives the metering point no type code, so it is a supporting document there",
        "references": "the CII file codes the same number 130, an invoiced object",
        "lines[*].base_quantity": "the CII file repeats the price as its base quantity",
        "lines[*].base_unit": UNIT,
        "lines[*].unit": UNIT,
        "tax_point_date": "in the UBL file only",
    },
    "01.04a": {"parties[*].identifiers[*].scheme": "the UBL file has the placeholder ??? as a scheme"},
    "01.09a": {"references": "the UBL file writes “Dummywert” for the order number it has not"},
    "01.20a": {
        "parties[*].address.city": "placeholders differ",
        "parties[*].address.lines[*]": "placeholders differ",
    },
    "01.21a": {
        "parties[*].identifiers[*].value": "two VAT numbers of the seller",
        "parties[*].identifiers[*].scheme": "the UBL file has the placeholder ??? as a scheme",
        "payment_means[*].text": "“Information” against “Rechnung”",
        "vat_breakdown[*].exemption_reason": "two reasons",
    },
    "03.06a": {
        "parties[*].address.city": "city and post code are swapped in the UBL file",
        "parties[*].address.postcode": "as the city",
        "parties[*].identifiers[*].scheme": "the UBL file writes the scheme “ID”",
    },
    "01.02_comprehensive_test": COMPREHENSIVE,
    "01.03_comprehensive_test": {**COMPREHENSIVE, "parties[*].contacts[*].name": "“Tim Tester” against “Testorganisation”"},
    "01.04_comprehensive_test": {**COMPREHENSIVE, "parties[*].contacts[*].name": "“Tim Tester” against “Testorganisation”"},
}


def record(name: str) -> dict[str, Any]:
    root = parse((CORPUS / name).read_bytes())
    documents, findings = (ubl if identify(root).syntax == "UBL" else cii).normalise(root)
    assert findings == []
    return without_source(as_json(documents[0]))


def without_source(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_source(item) for key, item in value.items() if key != "source"}
    return [without_source(item) for item in value] if isinstance(value, list) else value


def differing(one: Any, other: Any, place: str = "") -> Iterator[str]:
    """The places where two records differ; lists of different length differ as a whole."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            yield from differing(one.get(key), other.get(key), f"{place}.{key}" if place else key)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for first, second in zip(one, other, strict=True):
            yield from differing(first, second, f"{place}[*]")
    elif one != other:
        yield place


@pytest.mark.skipif(not CORPUS.is_dir(), reason="EDI_CORPUS does not name the folder with the public test files")
@pytest.mark.parametrize("pair", PAIRS)
def test_public_twins_differ_only_where_their_sources_do(pair: str) -> None:
    of_ubl, of_cii = (record(name) for name in PAIRS[pair])
    assert set(differing(of_ubl, of_cii)) == set(DIFFERENCES.get(pair, {}))


def test_every_listed_difference_belongs_to_a_pair_and_has_a_cause() -> None:
    assert DIFFERENCES.keys() <= PAIRS.keys()
    assert all(re.search(r"\w{3}", cause) for places in DIFFERENCES.values() for cause in places.values())
