"""The tables of the parties of documents and lines. See `edi.records.document_tables`."""

from sqlmodel import SQLModel

from edi.records.document_tables import owner, place
from edi.records.tables import CLUSTERED, bigint, key


class Party(SQLModel, table=True):
    """A party of the document or of a line."""

    __table_args__ = CLUSTERED

    document_id: int = owner()
    sequence: int = key()
    line_sequence: int | None = place()
    role: str
    name: str | None = None
    trading_name: str | None = None
    legal_information: str | None = None
    address_city: str | None = None
    address_postcode: str | None = None
    address_subdivision: str | None = None
    address_country: str | None = None
    source_location: str | None = None
    source_line: int | None = bigint(default=None)


class PartyIdentifier(SQLModel, table=True):
    """An identifier of a party, with its scheme."""

    __tablename__ = "party_identifier"
    __table_args__ = CLUSTERED

    document_id: int = owner()
    sequence: int = key()
    party_sequence: int = bigint()
    kind: str
    value: str
    scheme: str | None = None


class PartyContact(SQLModel, table=True):
    """A contact of a party (BG-6, BG-9)."""

    __tablename__ = "party_contact"
    __table_args__ = CLUSTERED

    document_id: int = owner()
    sequence: int = key()
    party_sequence: int = bigint()
    name: str | None = None
    telephone: str | None = None
    email: str | None = None


class PartyAddressLine(SQLModel, table=True):
    """A street or post box line of the address of a party."""

    __tablename__ = "party_address_line"
    __table_args__ = CLUSTERED

    document_id: int = owner()
    sequence: int = key()
    party_sequence: int = bigint()
    text: str
