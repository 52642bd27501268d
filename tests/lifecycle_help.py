"""Documents of invented declarations for the tests of their lives, and what of a life does not depend on the order of receipt."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from edi.documents import CustomsDeclaration, CustomsResponse, GoodsItem, Identifier, Party, TaxLine, as_json
from edi.lifecycle import DeclarationLife, Filed

Document = CustomsDeclaration | CustomsResponse
MRN = "26GB5F2VTXZ3KTZZR2"
LRN = "ANNE-0107"
DAY = datetime.date(2026, 1, 7)


def declarant(eori: str) -> Party:
    return Party("declarant", identifiers=[Identifier("party", eori)])


def original(lrn: str = LRN, eori: str = "", price: str = "1000", **more: Any) -> CustomsDeclaration:
    """A declaration of one goods item with its declared duty."""
    item = GoodsItem(number=1, commodity_code="4202210090", currency="GBP", item_price_amount=Decimal(price))
    item.tax_lines = [tax("A00", price, "20.00", item_number=None)]
    return CustomsDeclaration(lrn=lrn, parties=[declarant(eori)] if eori else [], items=[item], **more)


def amendment(lrn: str = LRN, mrn: str = MRN, price: str = "998", **more: Any) -> CustomsDeclaration:
    item = GoodsItem(number=1, currency="GBP", item_price_amount=Decimal(price))
    return CustomsDeclaration(lrn=lrn, mrn=mrn, function="amendment", reason="The price was wrong.", items=[item], **more)


def cancellation(lrn: str = LRN, mrn: str = MRN, **more: Any) -> CustomsDeclaration:
    return CustomsDeclaration(lrn=lrn, mrn=mrn, function="cancellation", reason="Entered twice.", **more)


def tax(kind: str, base: str, amount: str, item_number: int | None = 1) -> TaxLine:
    amounts = {"assessed_amount": Decimal(amount), "relieved_amount": Decimal(0), "payable_amount": Decimal(amount)}
    return TaxLine(type_code=kind, item_number=item_number, currency="GBP", base_amount=Decimal(base), **amounts)


def response(status: str, time: str | None, lrn: str | None = LRN, mrn: str | None = MRN, **more: Any) -> CustomsResponse:
    """A response of that day; without a time it states no date at all."""
    dated = {"issue_date": DAY, "issue_time": time} if time else {}
    return CustomsResponse(status=status, lrn=lrn, mrn=mrn, **{**dated, "number": f"{status}-{time}", **more})


def taxed(time: str | None, standing: str, duty: str, vat: str, **more: Any) -> CustomsResponse:
    lines = [tax("A00", "1000", duty), tax("B00", "1020", vat)]
    return response("taxed", time, assessment=standing, tax_lines=lines, number=f"{standing}-{duty}-{time}", **more)


def filed(documents: Sequence[Document], voice: str = "", first: int = 1) -> list[Filed]:
    """The documents as they were received one after the other."""
    return [Filed(document, receipt_id=number, voice=voice) for number, document in enumerate(documents, start=first)]


def received(documents: Sequence[Filed], order: Sequence[int]) -> list[Filed]:
    """The same documents received in another order, perhaps some of them again."""
    return [replace_receipt(documents[index], number) for number, index in enumerate(order, start=1)]


def replace_receipt(item: Filed, number: int) -> Filed:
    return Filed(item.document, number, voice=item.voice, accepted=item.accepted)


def told(life: DeclarationLife) -> dict[str, Any]:
    """A life without the numbers of receipts: what has to be the same in whatever order documents came."""
    return {
        "names": (life.lrns, life.mrns, life.ucrs),
        "state": life.state,
        "since": life.since,
        "events": [(event.kind, event.moment, event.state, event.entry.filed.essence) for event in life.events],
        "versions": [(item.number, item.kind, item.decision, item.changes, item.entry.filed.essence) for item in life.versions],
        "assessments": [
            (item.number, item.standing, [as_json(line) for line in item.lines], item.totals, item.since_previous, item.since_declared)
            for item in life.assessments
        ],
        "outstanding": [(item.kind, item.words) for item in life.outstanding],
        "findings": sorted((finding.rule, finding.message.partition(": ")[2]) for finding in life.findings),
    }
