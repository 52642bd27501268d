"""The Invoice: the whole semantic model of EN 16931-1:2017 (BT and BG numbers beside the fields) and what settlement needs besides."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from edi.documents.common import (
    Attachment,
    Classification,
    Date,
    DeliveryTerms,
    Identifier,
    Note,
    OtherAmount,
    OtherQuantity,
    Party,
    Reference,
    Source,
)


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
class Attribute:
    """An item attribute (BG-32)."""

    name: str
    value: str


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
