"""The verbs of the records, in order: open, upgrade, receive, claim, read contents, save or release, settle duplicates, ask for outcomes.

>>> import datetime
>>> engine = open_database("sqlite://")
>>> upgrade(engine)
>>> now = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
>>> receive(engine, [Arrival("one.edi", b"UNB"), Arrival("again.edi", b"UNB")], now)
[1, 2]
>>> [claim.receipt_id for claim in claim(engine, [1, 2], now)]
[1]
"""

from edi.records.claims import LEASE, UNFINISHED, Claim, Waiting, claim, claim_due, release, renew_claims, unfinished, unsettled, waiting
from edi.records.content import StoredContent, original
from edi.records.damaged import damaged_bytes
from edi.records.database import DatabaseFailure, DatabaseUnreachable, open_database, upgrade
from edi.records.divisions import PartClaim, PartLost, claim_part, divide, part_accounts, parts_due, release_part, renew
from edi.records.duplicates import settle_duplicates
from edi.records.keys import Envelope
from edi.records.load import load_document
from edi.records.part_saver import PartSaver
from edi.records.pending import Acknowledgement, Conclusion, GroupRecord, InterchangeRecord
from edi.records.receipt_queries import earlier_that_day
from edi.records.receipts import Arrival, Outcome, contents, outcomes, receive
from edi.records.save import Saver
from edi.records.sources import accounts, standing

__all__ = [
    "LEASE",
    "UNFINISHED",
    "Acknowledgement",
    "Arrival",
    "Claim",
    "Conclusion",
    "DatabaseFailure",
    "DatabaseUnreachable",
    "Envelope",
    "GroupRecord",
    "InterchangeRecord",
    "Outcome",
    "PartClaim",
    "PartLost",
    "PartSaver",
    "Saver",
    "StoredContent",
    "Waiting",
    "accounts",
    "claim",
    "claim_due",
    "claim_part",
    "contents",
    "damaged_bytes",
    "divide",
    "earlier_that_day",
    "load_document",
    "open_database",
    "original",
    "outcomes",
    "part_accounts",
    "parts_due",
    "receive",
    "release",
    "release_part",
    "renew",
    "renew_claims",
    "settle_duplicates",
    "standing",
    "unfinished",
    "unsettled",
    "upgrade",
    "waiting",
]
