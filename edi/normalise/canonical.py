"""The forms in which all syntaxes meet: order of lists, IBANs, dates of payment, codes of UNTDID 2005 and 1001.

UBL, CII and INVOIC carry the same invoice in different orders and spellings. What has no meaning in the order of a list is sorted, by one
rule for all; a spelling that differs by syntax becomes that of EN 16931-1:2017, and the written one stays under `source.written`.

>>> account("DE89 3704 0044 0532 0130 00")
'DE89370400440532013000'
"""

from __future__ import annotations

import re
from decimal import Decimal

from edi.documents import AllowanceCharge, Identifier, Invoice, Note, Party, PaymentMeans, PaymentTerm, Reference, VatBreakdown

PARTY_ROLES = ("seller", "buyer", "payee", "tax_representative", "deliver_to", "invoicee", "carrier")
IDENTIFIER_KINDS = ("party", "legal", "vat", "tax", "electronic_address", "seller", "buyer", "standard")
REFERENCE_KINDS = (
    "preceding_invoice", "purchase_order", "sales_order", "contract", "project", "receiving_advice", "despatch_advice", "tender",
    "invoiced_object", "bill_of_lading", "waybill", "container", "customs_declaration", "delivery_note", "price_list", "other",
)  # fmt: skip

TAX_POINT_CODES = {"5": "3", "29": "35", "72": "432"}
"""BT-8: CII writes UNTDID 2475, EN 16931 and UBL UNTDID 2005 (invoice date, delivery date, date of payment)."""

DOCUMENT_KINDS = {
    **dict.fromkeys(["704", "705", "706", "707", "708", "709", "710", "711", "712", "713", "714", "716", "717"], "bill_of_lading"),
    **dict.fromkeys(["700", "703", "720", "722", "724", "730", "740", "741", "743", "760", "765"], "waybill"),
    **dict.fromkeys(["830", "833", "835", "850", "914", "929", "930", "931", "932", "933", "934", "935", "936"], "customs_declaration"),
    "130": "invoiced_object",
    "270": "delivery_note",
    "351": "despatch_advice",
    "632": "receiving_advice",
    "315": "contract",
    "220": "purchase_order",
    "231": "sales_order",
    "380": "preceding_invoice",
    "381": "preceding_invoice",
}
"""UNTDID 1001 code of a referenced document -> kind of reference. What is not listed is a supporting document (BG-24)."""

PLAIN_TAX = ("", "FC", "TAX", "LOC")
"""What is written as the kind of BT-32, a tax number that is no VAT number: EN 16931 has no scheme for it."""

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{8,30}")
_SUBJECT = re.compile(r"#([A-Z0-9]{2,3})#\s*(.*)", re.DOTALL)


def account(text: str | None, written: dict[str, str] | None = None) -> str | None:
    """BT-84, BT-91: an IBAN without the blanks that people group it with; any other account number as it is."""
    joined = re.sub(r"\s", "", text or "").upper()
    if text is None or joined == text or not _IBAN.fullmatch(joined):
        return text
    if written is not None:
        written["account"] = text
    return joined


def note(text: str, subject_code: str | None = None) -> Note:
    """BT-21, BT-22: UBL has no place for the subject code and writes `#AAI#text`; so do some CII documents."""
    found = None if subject_code else _SUBJECT.fullmatch(text)
    return Note(found[2], found[1]) if found and found[2] else Note(text, subject_code)


def trading_name(stated: str | None, name: str | None) -> str | None:
    """BT-28, BT-45 are names other than the name; some UBL profiles demand the element and repeat the name in it."""
    return stated if name and stated != name else None


def zero_is_absent(value: Decimal | None, name: str, written: dict[str, str]) -> Decimal | None:
    """BT-107, 108, 113, 114 and BT-147: a stated zero says the same as nothing, and only some syntaxes must state it."""
    if value is None or value:
        return value
    written[name] = format(value, "f")
    return None


def arrange(invoice: Invoice) -> Invoice:
    """Sort, in place, the lists whose order means nothing; payment means that say the same twice are named once."""
    invoice.payment_means = list({_payment_key(item): item for item in reversed(invoice.payment_means)}.values())[::-1]
    invoice.parties.sort(key=_party_key)
    invoice.references.sort(key=_reference_key)
    invoice.allowances_charges.sort(key=_allowance_key)
    invoice.vat_breakdown.sort(key=lambda row: _vat_key(row, invoice.currency))
    for party in invoice.parties:
        party.identifiers.sort(key=_identifier_key)
    for item in invoice.lines:
        if len(item.identifiers) > 1:
            item.identifiers.sort(key=_identifier_key)
        if len(item.references) > 1:
            item.references.sort(key=_reference_key)
        if len(item.allowances_charges) > 1:
            item.allowances_charges.sort(key=_allowance_key)
        for party in item.parties:
            party.identifiers.sort(key=_identifier_key)
    return invoice


class _Ranks(dict[str, tuple[int, str]]):
    """Name -> what to sort it by: listed names stand in the order of the list, others behind them by name."""

    def __init__(self, order: tuple[str, ...]) -> None:
        super().__init__({name: (rank, "") for rank, name in enumerate(order)})

    def __missing__(self, name: str) -> tuple[int, str]:
        return len(self), name


_ROLES, _KINDS_OF_IDENTIFIERS, _KINDS_OF_REFERENCES = _Ranks(PARTY_ROLES), _Ranks(IDENTIFIER_KINDS), _Ranks(REFERENCE_KINDS)


def _payment_key(item: PaymentMeans) -> tuple[str | None, ...]:
    account_told = (item.code, item.text, item.account, item.account_name, item.service_provider, item.debited_account)
    return (*account_told, item.card_number, item.card_holder, item.mandate, item.creditor_identifier)


def _party_key(party: Party) -> tuple[int, str]:
    return _ROLES[party.role]


def _identifier_key(identifier: Identifier) -> tuple[tuple[int, str], str]:
    return _KINDS_OF_IDENTIFIERS[identifier.kind], identifier.scheme or ""


def _reference_key(reference: Reference) -> tuple[int, str]:
    return _KINDS_OF_REFERENCES[reference.kind]


def _allowance_key(item: AllowanceCharge) -> bool:
    return item.is_charge


def _vat_key(row: VatBreakdown, currency: str | None) -> tuple[bool, bool, str, str, Decimal]:
    percent = Decimal(-1) if row.percent is None else row.percent
    return row.currency != currency, row.tax_type != "VAT", row.tax_type, row.category or "", percent


def settle_due_dates(invoice: Invoice) -> None:
    """BT-9: one due date is the document's, wherever a syntax writes it; several stay with their terms, and the last one is BT-9."""
    dated = [term for term in invoice.payment_terms if term.due_date]
    days = {term.due_date for term in dated if term.due_date}
    if invoice.due_date is None and days:
        invoice.due_date = max(days)
    for term in dated:
        if len(days) == 1 and term.due_date == invoice.due_date and term.amount is None and term.percent is None:
            term.due_date = None
    invoice.payment_terms = [term for term in invoice.payment_terms if _says_something(term)]


def _says_something(term: PaymentTerm) -> bool:
    told = (term.text, term.due_date, term.amount, term.percent, term.discount_percent, term.discount_amount, term.discount_due_date)
    return any(value is not None for value in told) or term.discount_base_amount is not None


DIRECT_DEBIT = ("49", "59")  # UNTDID 4461: direct debit, SEPA direct debit


def direct_debit(means: list[PaymentMeans]) -> PaymentMeans:
    """The payment means that the mandate and the creditor identifier (BT-89, BT-90) belong to; added when the document has none."""
    if not means:
        means.append(PaymentMeans())
    by_mandate = (item for item in means if item.mandate or item.debited_account)
    by_code = (item for item in means if item.code in DIRECT_DEBIT)
    return next(by_mandate, None) or next(by_code, None) or means[0]


_SCHEMES = {"GLN": "0088", "DUNS": "0060", "GTIN": "0160"}


def scheme(code: str | None) -> str | None:
    """An identifier scheme as ISO 6523 ICD or EAS codes it; some senders still write the older names."""
    return _SCHEMES.get(code, code) if code else None
