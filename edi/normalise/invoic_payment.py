"""Payment in INVOIC: means (PAI, FII), terms (PYT or PAT groups and FTX AAB), advance payments.

Source: UNTDID 4279, 4461, 3035, 2475, 2009, 2151; CEN/TS 16931-3-4 (BT-9, BT-20, BG-16 to BG-19), EANCOM (PAT 22 discount, 10 and 21
instalments). A due date that is stated as days, weeks or months after the invoice date is that date; the terms as written stay in the
source.
"""

from __future__ import annotations

import datetime

from edi.documents import Date, PaymentMeans, PaymentTerm, Source
from edi.edifact.structure import Group, Segment
from edi.normalise.canonical import account, direct_debit
from edi.normalise.invoic_rest import keep
from edi.normalise.invoic_values import Reading, Written, groups, joined, shown, write_down

_DISCOUNTS = ("8", "22", "57")
_DISCOUNT_AMOUNTS = ("52", "53", "21", "109")
_DUE_DATES = ("13", "140", "265", "209")
_DAYS = {"D": 1, "CD": 1, "W": 7, "CW": 7, "F": 14}
_HANDLED = ("PYT", "PAT", "DTM", "PCD", "MOA", "PAI", "FII")
_PAYERS_ACCOUNT = ("BI", "BB", "OR")


def payment_means(reading: Reading, root: Group) -> list[PaymentMeans]:
    """One object per account or card; codes without one stand alone."""
    holders = [root, *groups(root, "PYT"), *groups(root, "PAT")]
    codes = list(dict.fromkeys(code for holder in holders for pai in holder.segments("PAI") if (code := pai["4461"])))
    payees: dict[str, PaymentMeans] = {}
    others: list[Segment] = []
    for holder in [*groups(root, "NAD"), *holders[1:]]:
        for fii in holder.segments("FII"):
            if fii.qualifier in _PAYERS_ACCOUNT or fii.qualifier == "PB":
                others.append(fii)
            elif fii["3194"] or fii["3433"] or fii["3434"]:
                _payee_account(payees, fii, holder)
    means = list(payees.values()) or [PaymentMeans() for _ in codes[:1]]
    for index, item in enumerate(means):
        item.code = codes[min(index, len(codes) - 1)] if codes else None
    means += [PaymentMeans(code) for code in codes[len(means) :]]
    return _payers_side(reading, means, others)


def _payee_account(found: dict[str, PaymentMeans], fii: Segment, holder: Group) -> None:
    """BG-17; the same account twice (as in CEN's examples) is one."""
    source = Source(holder.location, written={"3035": fii.qualifier})
    number = account(fii["3194"].strip() or None, source.written)
    item = found.setdefault(number or fii["3433"], PaymentMeans(account=number, source=source))
    item.account_name = item.account_name or joined(fii.all("3192"), 35) or None
    item.service_provider = item.service_provider or fii["3433"] or fii["3434"] or None
    if fii["3432"]:
        source.written["3432"] = fii["3432"]


def _payers_side(reading: Reading, means: list[PaymentMeans], accounts: list[Segment]) -> list[PaymentMeans]:
    """BG-18 and BG-19: card or account of the payer, mandate, creditor identifier."""
    if reading.mandate:
        direct_debit(means).mandate = reading.mandate
    for fii in accounts:
        number, name = fii["3194"].strip() or None, joined(fii.all("3192"), 35) or None
        item = direct_debit(means)
        if fii.qualifier == "PB" and reading.claims and item.card_number is None:
            item.card_number, item.card_holder = number, name
        elif fii.qualifier != "PB" and item.debited_account is None:
            item.debited_account = account(number)
            if name:
                item.source.written["debited_account_name"] = name
        else:
            write_down(item.source.written, fii)
    if reading.creditor:
        direct_debit(means).creditor_identifier = reading.creditor
    return means


def payment_terms(reading: Reading, root: Group, texts: list[str]) -> list[PaymentTerm]:
    """BT-20: one discount joins the due date it shortens, texts of the header join the first terms without one."""
    terms: list[PaymentTerm] = []
    discounts: list[PaymentTerm] = []
    for group in groups(root, "PYT") + groups(root, "PAT"):
        term = _term(reading, group)
        (discounts if group.trigger.qualifier in _DISCOUNTS else terms).append(term)
        keep(reading, reading.invoice, group, _HANDLED)
    terms = [term for term in terms if _says_something(term)]
    if len(discounts) == 1 and len(terms) == 1 and not (_is_part(terms[0]) or _is_part(discounts[0])):
        _join(terms[0], discounts.pop())
    terms += discounts
    for text in texts:
        bare = next((term for term in terms if term.text is None), None)
        if bare:
            bare.text = text
        else:
            terms.append(PaymentTerm(text=text))
    return terms


def _term(reading: Reading, group: Group) -> PaymentTerm:
    segment = group.trigger
    kind = segment.qualifier
    term = PaymentTerm(source=Source(group.location, written={"4279": kind}))
    written = term.source.written
    term.text = joined(segment.all("4276"), 35, 70) or None
    for dtm in group.segments("DTM"):
        if dtm.qualifier == "12":
            term.discount_due_date = reading.date(dtm, group, written)
        elif dtm.qualifier in _DUE_DATES and term.due_date is None:
            term.due_date = reading.date(dtm, group, written)
        else:
            write_down(reading.invoice.source.written, dtm)
    _relative_date(reading, term, segment, kind)
    for pcd in group.segments("PCD"):
        _percent(reading, term, pcd, group)
    for moa in group.segments("MOA"):
        _amount(reading, term, moa, group)
    return term


def _relative_date(reading: Reading, term: PaymentTerm, segment: Segment, kind: str) -> None:
    """`5:3:D:30` is 30 days after the date of invoice."""
    reference, relation, unit, count = segment["2475"], segment["2009"], segment["2151"], segment["2152"]
    if not (reference or unit or count):
        return
    term.source.written["C112"] = shown(segment)
    day = reading.invoice.issue_date
    if reference not in ("5", "7") or relation not in ("", "3", "13") or day is None or not count.isdigit():
        return
    due = _later(day, int(count), unit)
    if kind in _DISCOUNTS:
        term.discount_due_date = term.discount_due_date or due
    else:
        term.due_date = term.due_date or due


def _later(day: Date, count: int, unit: str) -> Date | None:
    """That many days, weeks or months later; the last day of a shorter month."""
    try:
        if unit in _DAYS:
            return day + datetime.timedelta(days=count * _DAYS[unit])
        if unit != "M":
            return None
        months = day.year * 12 + day.month - 1 + count
        following = datetime.date((months + 1) // 12, (months + 1) % 12 + 1, 1)
        return min(
            datetime.date(months // 12, months % 12 + 1, 1) + datetime.timedelta(days=day.day - 1), following - datetime.timedelta(days=1)
        )
    except (ValueError, OverflowError):
        return None


def _percent(reading: Reading, term: PaymentTerm, pcd: Segment, group: Group) -> None:
    qualifier, text = pcd.values(1, 2)
    if qualifier == "12":
        term.discount_percent = reading.number(text, group, pcd, (1, 1), term.source.written)
    elif qualifier in ("15", ""):  # a penalty is no part of the terms that settlement reads
        write_down(reading.invoice.source.written, pcd)
    else:
        term.percent = reading.number(text, group, pcd, (1, 1), term.source.written)


def _amount(reading: Reading, term: PaymentTerm, moa: Segment, group: Group) -> None:
    qualifier, _, currency = moa.values(1, 3)
    term.currency = currency or reading.currency
    value = reading.amount(moa, group, term.currency, term.source.written)
    if qualifier in _DISCOUNT_AMOUNTS:
        term.discount_amount = value
    elif qualifier in ("25", "129"):
        term.discount_base_amount = value
    else:
        term.amount = value
        term.source.written["5025"] = qualifier


def _says_something(term: PaymentTerm) -> bool:
    told = (term.text, term.due_date, term.amount, term.percent, term.discount_percent, term.discount_amount, term.discount_due_date)
    return any(value is not None for value in told) or term.discount_base_amount is not None


def _is_part(term: PaymentTerm) -> bool:
    """Whether the terms are an instalment of their own."""
    return term.amount is not None or term.percent is not None or (term.discount_percent is not None and term.due_date is not None)


def _join(term: PaymentTerm, discount: PaymentTerm) -> None:
    """The discount of the same payment."""
    term.text = " ".join(text for text in (term.text, discount.text) if text) or None
    term.discount_percent, term.discount_amount = discount.discount_percent, discount.discount_amount
    term.discount_base_amount, term.discount_due_date = discount.discount_base_amount, discount.discount_due_date
    term.currency = term.currency or discount.currency
    _add(term.source.written, discount.source.written)


def _add(written: Written, more: Written) -> None:
    for key, value in more.items():
        written[f"{key} discount" if key in written else key] = value
