"""The normalised documents: one record per business document, whatever syntax carried it.

The Invoice holds the whole semantic model of EN 16931-1:2017 (its BT and BG numbers stand beside the fields) and what settlement and
customs matching need besides. The rules of the model:

* A value is what the partner stated. What we compute stands beside it (`computed`), never instead of it.
* Amounts are `Decimal` in the unit of the `currency` field of the same object; fields end in `_amount`, `_percent`, `_date`.
  The Decimal keeps the digits as written ("250.30"); JSON shows plain notation ("250.3") and the written form under `source`.
* Absent is None or an empty list. A stated total of zero for BT-107, BT-108, BT-113 and BT-114 says the same as an absent one: None
  in the record, the written zero under `source`.
* Whatever depends on the syntax (locations, original codes, digits) lies under `source`. Without it the same business document is the
  same JSON from EDIFACT, UBL and CII.
* Texts are stripped of blanks at both ends; codes are upper case as their lists print them.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any, ClassVar

from edi.money import plain

Date = datetime.date


@dataclass(slots=True)
class Source:
    """Where an object came from: its location (path or segment group), line of an XML file, and codes or digits as written."""

    location: str = ""
    line: int | None = None
    written: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Identifier:
    """An identifier with its kind: `party`, `legal`, `vat`, `tax`, `electronic_address`, or for items `seller`, `buyer`, `standard`.

    `scheme` is the code of the identifier scheme as ISO 6523 ICD or EAS lists it ("0088" for a GLN, whatever syntax carried it).
    """

    kind: str
    value: str
    scheme: str | None = None


@dataclass(slots=True)
class Address:
    """A postal address; `country` is ISO 3166-1 alpha-2."""

    lines: list[str] = field(default_factory=list)
    city: str | None = None
    postcode: str | None = None
    subdivision: str | None = None
    country: str | None = None


@dataclass(slots=True)
class Contact:
    """A contact point (BG-6, BG-9)."""

    name: str | None = None
    telephone: str | None = None
    email: str | None = None


@dataclass(slots=True)
class Party:
    """A party in one of its roles: seller, buyer, payee, tax_representative, deliver_to, invoicee, carrier, and what else a message names.

    BG-4 seller (BT-27 to BT-43), BG-7 buyer (BT-44 to BT-58), BG-10 payee, BG-11 tax representative, BG-13 deliver to.
    """

    role: str
    name: str | None = None  # BT-27, 44, 59, 62, 70
    trading_name: str | None = None  # BT-28, 45
    identifiers: list[Identifier] = field(default_factory=list)  # BT-29 to 32, 34, 46 to 49, 60, 61, 63, 71
    legal_information: str | None = None  # BT-33
    address: Address | None = None
    contacts: list[Contact] = field(default_factory=list)
    source: Source = field(default_factory=Source)

    def identifier(self, kind: str) -> str | None:
        """The first identifier of that kind, None when there is none."""
        return next((item.value for item in self.identifiers if item.kind == kind), None)


@dataclass(slots=True)
class Reference:
    """A reference to another document or thing.

    Kinds: preceding_invoice (BG-3), purchase_order (BT-13), sales_order (BT-14), contract (BT-12), project (BT-11),
    receiving_advice (BT-15), despatch_advice (BT-16), tender (BT-17), invoiced_object (BT-18, 128), bill_of_lading, waybill,
    container, customs_declaration, delivery_note, price_list, other. `line` is a line of the referenced document (BT-132).
    """

    kind: str
    number: str
    issue_date: Date | None = None
    line: str | None = None
    scheme: str | None = None
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class Note:
    """A free text (BT-22, BT-127) with its subject code of UNTDID 4451 (BT-21)."""

    text: str
    subject_code: str | None = None


@dataclass(slots=True)
class AllowanceCharge:
    """An allowance or charge of the document (BG-20, BG-21) or of a line (BG-27, BG-28).

    `amount` is BT-92, 99, 136, 141 and positive as stated; `is_charge` gives its direction.
    """

    is_charge: bool
    currency: str | None
    amount: Decimal | None
    base_amount: Decimal | None = None
    percent: Decimal | None = None
    reason: str | None = None
    reason_code: str | None = None
    vat_category: str | None = None
    vat_percent: Decimal | None = None
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class VatBreakdown:
    """One VAT category and rate of the document (BG-23), or another tax when `tax_type` is not VAT (UNTDID 5153)."""

    currency: str | None
    taxable_amount: Decimal | None = None  # BT-116
    tax_amount: Decimal | None = None  # BT-117
    category: str | None = None  # BT-118, UNTDID 5305
    percent: Decimal | None = None  # BT-119
    exemption_reason: str | None = None  # BT-120
    exemption_reason_code: str | None = None  # BT-121
    tax_type: str = "VAT"
    computed_taxable_amount: Decimal | None = None
    computed_tax_amount: Decimal | None = None
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class Totals:
    """The totals of the document as stated (BG-22), all in `currency` but `vat_accounting_amount`."""

    currency: str | None = None
    line_net_amount: Decimal | None = None  # BT-106
    allowance_amount: Decimal | None = None  # BT-107
    charge_amount: Decimal | None = None  # BT-108
    net_amount: Decimal | None = None  # BT-109
    vat_amount: Decimal | None = None  # BT-110
    gross_amount: Decimal | None = None  # BT-112
    prepaid_amount: Decimal | None = None  # BT-113
    rounding_amount: Decimal | None = None  # BT-114
    payable_amount: Decimal | None = None  # BT-115
    vat_accounting_currency: str | None = None
    vat_accounting_amount: Decimal | None = None  # BT-111, in vat_accounting_currency
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class ComputedTotals:
    """Our own totals from lines, allowances, charges and VAT breakdown, and stated minus computed where both are known."""

    currency: str | None = None
    line_net_amount: Decimal | None = None
    allowance_amount: Decimal | None = None
    charge_amount: Decimal | None = None
    net_amount: Decimal | None = None
    vat_amount: Decimal | None = None
    gross_amount: Decimal | None = None
    payable_amount: Decimal | None = None
    line_net_difference_amount: Decimal | None = None
    net_difference_amount: Decimal | None = None
    vat_difference_amount: Decimal | None = None
    gross_difference_amount: Decimal | None = None
    payable_difference_amount: Decimal | None = None


@dataclass(slots=True)
class PaymentMeans:
    """How to pay (BG-16 to BG-19): one object per account, card or mandate."""

    code: str | None = None  # BT-81, UNTDID 4461
    text: str | None = None  # BT-82
    account: str | None = None  # BT-84, an IBAN without blanks where it is one
    account_name: str | None = None  # BT-85
    service_provider: str | None = None  # BT-86, BIC
    card_number: str | None = None  # BT-87
    card_holder: str | None = None  # BT-88
    mandate: str | None = None  # BT-89
    creditor_identifier: str | None = None  # BT-90
    debited_account: str | None = None  # BT-91
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class PaymentTerm:
    """Terms of payment (BT-20) and what syntaxes structure of them: an instalment, a discount, a due date."""

    currency: str | None = None
    text: str | None = None
    due_date: Date | None = None
    amount: Decimal | None = None
    percent: Decimal | None = None
    discount_percent: Decimal | None = None
    discount_amount: Decimal | None = None
    discount_base_amount: Decimal | None = None
    discount_due_date: Date | None = None
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class Prepayment:
    """An advance payment named one by one (UBL PrepaidPayment, CII SpecifiedAdvancePayment, EDIFACT MOA 113 beside a reference)."""

    currency: str | None
    amount: Decimal | None
    received_date: Date | None = None
    reference: str | None = None
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class Attachment:
    """A supporting document (BG-24): the binary object stays in the original, its SHA-256 and size in bytes stand here."""

    reference: str | None = None  # BT-122
    description: str | None = None  # BT-123
    uri: str | None = None  # BT-124
    mime_type: str | None = None
    filename: str | None = None
    sha256: str | None = None
    size: int | None = None
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class DeliveryTerms:
    """Incoterms: the three-letter code, the named place, and text."""

    code: str | None = None
    place: str | None = None
    text: str | None = None


@dataclass(slots=True)
class Classification:
    """A classification of an item (BT-158): code, list (UNTDID 7143; "HS" for the Harmonized System) and version of the list."""

    code: str
    scheme: str | None = None
    version: str | None = None


@dataclass(slots=True)
class Attribute:
    """An item attribute (BG-32)."""

    name: str
    value: str


@dataclass(slots=True)
class OtherAmount:
    """A stated amount that no other field holds, by its UNTDID 5025 qualifier (a price: "PRI" and UNTDID 5125). No total counts it."""

    qualifier: str
    currency: str | None
    amount: Decimal | None
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class OtherQuantity:
    """A stated quantity, weight, measure or count that no other field holds, by its qualifier (UNTDID 6063; 6313 behind "MEA")."""

    qualifier: str
    quantity: Decimal | None
    unit: str | None = None
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class InvoiceLine:
    """An invoice line (BG-25). `net_amount` and prices are in `currency`; prices hold for `base_quantity` units (1 when None)."""

    number: str | None  # BT-126
    currency: str | None = None
    parent: str | None = None
    notes: list[Note] = field(default_factory=list)  # BT-127
    quantity: Decimal | None = None  # BT-129
    unit: str | None = None  # BT-130, UN/ECE Recommendation 20 and 21
    net_amount: Decimal | None = None  # BT-131
    buyer_accounting_reference: str | None = None  # BT-133
    period_start_date: Date | None = None  # BT-134
    period_end_date: Date | None = None  # BT-135
    net_price_amount: Decimal | None = None  # BT-146
    price_discount_amount: Decimal | None = None  # BT-147
    gross_price_amount: Decimal | None = None  # BT-148
    base_quantity: Decimal | None = None  # BT-149
    base_unit: str | None = None  # BT-150
    vat_category: str | None = None  # BT-151
    vat_percent: Decimal | None = None  # BT-152
    name: str | None = None  # BT-153
    description: str | None = None  # BT-154
    identifiers: list[Identifier] = field(default_factory=list)  # BT-155, 156, 157
    classifications: list[Classification] = field(default_factory=list)  # BT-158
    country_of_origin: str | None = None  # BT-159
    attributes: list[Attribute] = field(default_factory=list)  # BG-32
    allowances_charges: list[AllowanceCharge] = field(default_factory=list)  # BG-27, BG-28
    references: list[Reference] = field(default_factory=list)  # BT-128, BT-132, despatch, bill of lading, container
    parties: list[Party] = field(default_factory=list)
    other_amounts: list[OtherAmount] = field(default_factory=list)
    other_quantities: list[OtherQuantity] = field(default_factory=list)
    computed_net_amount: Decimal | None = None
    source: Source = field(default_factory=Source)

    @property
    def commodity_codes(self) -> list[str]:
        """The codes of the Harmonized System (or a nomenclature built on it) that classify the item."""
        return [item.code for item in self.classifications if item.scheme == "HS"]


@dataclass(slots=True)
class Invoice:
    """An invoice, credit note or kindred document in the semantic model of EN 16931-1:2017.

    `document_kind` is invoice, credit_note, debit_note, self_billed_invoice, self_billed_credit_note, prepayment_invoice or
    corrective_invoice (see DOCUMENT_KINDS); `sign` is -1 for what reduces the debt of the buyer, else 1. Amounts keep the sign they were
    stated with.
    """

    kind: ClassVar[str] = "invoice"

    number: str | None = None  # BT-1
    issue_date: Date | None = None  # BT-2
    type_code: str | None = None  # BT-3, UNTDID 1001
    document_kind: str = "invoice"
    sign: int = 1
    currency: str | None = None  # BT-5
    vat_accounting_currency: str | None = None  # BT-6
    tax_point_date: Date | None = None  # BT-7
    tax_point_code: str | None = None  # BT-8, UNTDID 2005
    due_date: Date | None = None  # BT-9
    buyer_reference: str | None = None  # BT-10
    buyer_accounting_reference: str | None = None  # BT-19
    business_process: str | None = None  # BT-23
    specification: str | None = None  # BT-24
    period_start_date: Date | None = None  # BT-73
    period_end_date: Date | None = None  # BT-74
    delivery_date: Date | None = None  # BT-72
    delivery_terms: DeliveryTerms | None = None
    notes: list[Note] = field(default_factory=list)  # BG-1
    references: list[Reference] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    payment_means: list[PaymentMeans] = field(default_factory=list)
    remittance_information: list[str] = field(default_factory=list)  # BT-83
    payment_terms: list[PaymentTerm] = field(default_factory=list)
    prepayments: list[Prepayment] = field(default_factory=list)
    allowances_charges: list[AllowanceCharge] = field(default_factory=list)
    vat_breakdown: list[VatBreakdown] = field(default_factory=list)
    totals: Totals = field(default_factory=Totals)
    computed: ComputedTotals | None = None
    attachments: list[Attachment] = field(default_factory=list)
    other_amounts: list[OtherAmount] = field(default_factory=list)
    other_quantities: list[OtherQuantity] = field(default_factory=list)
    lines: list[InvoiceLine] = field(default_factory=list)
    source: Source = field(default_factory=Source)

    def party(self, role: str) -> Party | None:
        """The first party in that role, None when there is none."""
        return next((party for party in self.parties if party.role == role), None)

    @property
    def claims_en16931(self) -> bool:
        """Whether the document claims conformance with EN 16931 (BT-24 names the standard)."""
        return "urn:cen.eu:en16931:" in (self.specification or "").lower()


Document = Invoice
"""Any normalised document. Customs declarations and bills of lading join here."""

DOCUMENT_KINDS: dict[str, tuple[str, int]] = {
    "380": ("invoice", 1),
    "381": ("credit_note", -1),
    "261": ("self_billed_credit_note", -1),
    "262": ("credit_note", -1),
    "296": ("credit_note", -1),
    "308": ("credit_note", -1),
    "396": ("credit_note", -1),
    "420": ("credit_note", -1),
    "458": ("credit_note", -1),
    "532": ("credit_note", -1),
    "81": ("credit_note", -1),
    "83": ("credit_note", -1),
    "80": ("debit_note", 1),
    "84": ("debit_note", 1),
    "383": ("debit_note", 1),
    "384": ("corrective_invoice", 1),
    "386": ("prepayment_invoice", 1),
    "389": ("self_billed_invoice", 1),
}
"""UNTDID 1001 code -> (document kind, settlement sign). Other codes are invoices. Source: UNTDID 1001 and the code list BR-CL-01 names."""


def document_kind(type_code: str | None, default: str = "380") -> tuple[str, int]:
    """Document kind and settlement sign of a UNTDID 1001 code."""
    return DOCUMENT_KINDS.get(type_code or default, ("invoice", 1))


_FIELDS: dict[type[Any], tuple[str, ...]] = {}


def _field_names(kind: type[Any]) -> tuple[str, ...]:
    if kind not in _FIELDS:
        _FIELDS[kind] = tuple(item.name for item in fields(kind))
    return _FIELDS[kind]


def as_json(document: Any) -> dict[str, Any]:
    """A document (or any part of one) as plain JSON values: absent things left out, amounts in plain notation, dates in ISO 8601."""
    shown: dict[str, Any] = {"kind": document.kind} if hasattr(document, "kind") else {}
    written: dict[str, str] = {}
    for name in _field_names(type(document)):
        value = getattr(document, name)
        if value is None or value == [] or name == "source":
            continue
        if isinstance(value, Decimal):
            shown[name] = plain(value)
            if format(value, "f") != shown[name] and not name.startswith("computed"):
                written[name] = format(value, "f")
        else:
            shown[name] = _json_value(value)
    source = getattr(document, "source", None)
    if source is not None:
        digits = {**written, **source.written}
        shown["source"] = {"location": source.location, "line": source.line, "written": digits}
        shown["source"] = {key: value for key, value in shown["source"].items() if value}
    return shown


def _json_value(value: Any) -> Any:
    if isinstance(value, list):
        return [_json_value(item) for item in value]
    if isinstance(value, Date):
        return value.isoformat()
    if hasattr(value, "__dataclass_fields__"):
        return as_json(value)
    return value
