"""INVOIC of D.96A to D.14B, and EANCOM's subsets of it, to the normalised Invoice.

Source: UN/EDIFACT message INVOIC; CEN/TS 16931-3-4, the binding of EN 16931-1:2017 to INVOIC D.14B; EANCOM for D.96A and D.01B. The whole
mapping stands in `edi.normalise.invoic_tables`. Groups are found by their first segment, not by their number, so that one normaliser
reads all releases. Amounts are in the currency stated with them, else in that of the document.
Failure: a value that has not the form of its type is None in the record, keeps its text under `source.written` and causes a finding;
nothing raises.

>>> from edi.edifact.grammar import message_grammar
>>> from edi.edifact.structure import place
>>> segments = ["UNH+1+INVOIC:D:96A:UN", "BGM+381+R 1+9", "DTM+137:20260302:102", "CUX+2:EUR:4", "UNS+S", "MOA+77:11.90", "UNT+6+1"]
>>> root, _ = place(segments, message_grammar("INVOIC", "D.96A", 3, False, ".,"))
>>> documents, findings = normalise(root, Message(1, "1", "INVOIC", Format("EDIFACT", "INVOIC", "D.96A")))
>>> documents[0].number, documents[0].document_kind, documents[0].totals.gross_amount, findings
('R 1', 'credit_note', Decimal('11.90'), [])
"""

from __future__ import annotations

from decimal import Decimal

from edi.documents import Attachment, DeliveryTerms, Invoice, Party, Reference, Source, document_kind
from edi.edifact.structure import Group, Segment
from edi.findings import Finding
from edi.messages import Format, Message
from edi.normalise.canonical import arrange, settle_due_dates
from edi.normalise.invoic_allowances import allowances_charges, tax
from edi.normalise.invoic_amounts import totals, vat_breakdown
from edi.normalise.invoic_dates import header_dates
from edi.normalise.invoic_lines import finish, line
from edi.normalise.invoic_parties import parties
from edi.normalise.invoic_payment import payment_means, payment_terms
from edi.normalise.invoic_rest import keep, keep_reference
from edi.normalise.invoic_texts import header_texts, special_texts, specification
from edi.normalise.invoic_values import Reading, groups, joined, shown, write_down

__all__ = ["Format", "Message", "normalise"]

_HANDLED = (
    "UNH", "BGM", "DTM", "PAI", "ALI", "FTX", "RFF group", "NAD group", "TAX group", "CUX group", "PYT group", "PAT group", "TDT group",
    "TOD group", "ALC group", "EFI group", "LIN group", "UNS", "MOA summary", "TAX summary", "ALC summary", "UNT",
)  # fmt: skip


def normalise(root: Group, message: Message) -> tuple[list[Invoice], list[Finding]]:
    """The invoice or credit note, and the findings about values that are not what their element says."""
    invoice = Invoice(source=Source(root.location))
    reading = Reading(reference=message.reference, invoice=invoice)
    _begin(reading, root)
    header_dates(reading, root)
    terms = header_texts(reading, root)
    for group in groups(root, "RFF"):
        _reference(reading, group)
    invoice.parties += parties(reading, root, invoice)
    invoice.payment_means = payment_means(reading, root)
    invoice.payment_terms = payment_terms(reading, root, terms)
    settle_due_dates(invoice)
    special_texts(reading)
    _transport(reading, root)
    _attachments(reading, root)
    invoice.allowances_charges = allowances_charges(reading, groups(root, "ALC"), invoice)
    invoice.lines = [line(reading, group) for group in groups(root, "LIN")]
    _money(reading, root)
    keep(reading, invoice, root, _HANDLED)
    return [arrange(invoice)], reading.findings


def _begin(reading: Reading, root: Group) -> None:
    """Number, type, currencies, and what the message claims to follow."""
    invoice, bgm = reading.invoice, root.segment("BGM")
    invoice.number = bgm.value(2).strip() or None
    invoice.type_code = bgm["1001"] or None
    invoice.document_kind, invoice.sign = document_kind(invoice.type_code)
    for code in ("1225", "1000", "4343"):
        if text := bgm[code]:
            invoice.source.written[code] = text
    _currencies(invoice, root)
    reading.currency = invoice.currency
    invoice.specification = specification(root) or None
    reading.claims = invoice.claims_en16931


def _currencies(invoice: Invoice, root: Group) -> None:
    """BT-5 is the reference currency (for invoicing, where several are named), BT-6 the information currency."""
    named: list[tuple[str, str, str]] = []
    for group in groups(root, "CUX"):
        cux = group.trigger
        for element in (1, 2):
            usage, currency, purpose = cux.values(element, 3)
            if currency:
                named.append((usage, currency, purpose))
        if len(cux.parts(2)) > 1 or cux["5402"] or len(group.children) > 1:
            invoice.source.written[f"CUX {cux.qualifier}"] = shown(cux)
    for wanted in (("2", "4"), ("2", ""), ("", "4"), ("", "")):
        found = [currency for usage, currency, purpose in named if usage != "6" and _matches(wanted, usage, purpose)]
        if found:
            invoice.currency = found[0]
            break
    invoice.vat_accounting_currency = next((currency for usage, currency, _ in named if usage == "6"), None)


def _matches(wanted: tuple[str, str], usage: str, purpose: str) -> bool:
    return wanted[0] in ("", usage) and wanted[1] in ("", purpose)


def _reference(reading: Reading, group: Group) -> None:
    """A reference of the header; RFF PQ is what the payer shall write (BT-83)."""
    code, number = group.trigger.values(1, 2)
    if code == "PQ":
        if number.strip():
            reading.invoice.remittance_information.append(number.strip())
        keep(reading, reading.invoice, group, ("RFF",))
    else:
        keep_reference(reading, reading.invoice, group)


def _transport(reading: Reading, root: Group) -> None:
    """Incoterms, carrier, voyage."""
    invoice = reading.invoice
    for group in groups(root, "TOD"):
        if invoice.delivery_terms is None:
            invoice.delivery_terms = _delivery_terms(group)
            for loc in group.segments("LOC"):
                write_down(invoice.source.written, loc)
        else:
            keep(reading, invoice, group)
    for group in groups(root, "TDT"):
        tdt = group.trigger
        name, code = tdt["3128"] or tdt["3126"], tdt["3127"]
        if name or code:
            invoice.parties.append(Party("carrier", name or code, source=Source(group.location, written={"3127": code} if code else {})))
        if tdt["8028"]:
            invoice.references.append(Reference("other", tdt["8028"], scheme="VON", source=Source(group.location)))
        write_down(invoice.source.written, tdt)
        keep(reading, invoice, group, ("TDT",))


def _delivery_terms(group: Group) -> DeliveryTerms:
    tod, loc = group.trigger, group.segment("LOC", "1") or group.segment("LOC")
    place = loc["3224"] or loc["3225"]
    return DeliveryTerms(tod["4053"] or None, place.strip() or None, joined(tod.all("4052"), 70) or None)


def _attachments(reading: Reading, root: Group) -> None:
    """BG-24: CEN writes supporting documents in EFI, with RFF ATS and COM AO below it."""
    invoice = reading.invoice
    for group in groups(root, "EFI"):
        efi = group.trigger
        numbers = [(code, number) for rff in group.segments("RFF") for code, number in [rff.values(1, 2)] if number]
        addresses = [part["3148"] for com in group.segments("COM") for part in com.composites("C076") if part.get("3155") == "AO"]
        item = Attachment(source=Source(group.location))
        item.reference = numbers[0][1] if numbers else None
        invoice.references += [Reference("other", number, scheme=code, source=Source(group.location)) for code, number in numbers[1:]]
        item.description, item.filename = efi["7008"] or None, efi["1508"] or None
        item.uri = addresses[0] if addresses else None
        invoice.attachments.append(item)
        keep(reading, invoice, group, ("EFI", "RFF", "COM"))


def _money(reading: Reading, root: Group) -> None:
    """Totals and taxes, and what the header says of tax and origin for all lines."""
    invoice = reading.invoice
    invoice.totals = totals(reading, root)
    header_taxes, summary = groups(root, "TAX"), groups(root, "TAX summary")
    invoice.vat_breakdown = vat_breakdown(reading, summary or header_taxes)
    if summary:
        for group in header_taxes:
            keep(reading, invoice, group)
    for group in groups(root, "ALC summary"):  # says again in sum what the allowances and charges are
        write_down(invoice.source.written, group.trigger)
        keep(reading, invoice, group, ("ALC",))
    vat, origin = _default_vat(reading, header_taxes), _origin(invoice, root.segments("ALI"))
    for item in invoice.lines:
        finish(item, vat, origin)
    for charge in invoice.allowances_charges:
        if charge.vat_category is None and charge.vat_percent is None:
            charge.vat_category, charge.vat_percent = vat


def _default_vat(reading: Reading, found: list[Group]) -> tuple[str | None, Decimal | None]:
    """The only rate of VAT in the header holds for all lines."""
    if len(found) != 1:
        return None, None
    kind, category, percent = tax(Reading(invoice=reading.invoice), found[0], {})
    return (category, percent) if kind in ("VAT", "") else (None, None)


def _origin(invoice: Invoice, items: list[Segment]) -> str | None:
    """The only country of origin in the header holds for all lines."""
    countries = [country for ali in items if (country := ali["3239"])]
    for ali in items:
        write_down(invoice.source.written, ali)
    return countries[0] if len(countries) == 1 else None
