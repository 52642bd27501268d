"""What every document is made of: sources, identifiers, parties, references, notes, and what no other field holds."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal

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
