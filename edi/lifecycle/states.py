"""The state of a declaration: a table of what each event makes of it, and a fold over the events in their order.

States, as they usually follow: submitted, received, registered, accepted, then query, under_control, insufficient_funds or assessed as
customs work, then released (the goods, while the debt is open), cleared, and exited (export). A rejection before acceptance ends in
rejected, one behind it refuses the last request and changes no state. Invalidated and expired are final: what comes behind them is a
contradiction and changes nothing.
Source: Regulation (EU) No 952/2013, articles 171 to 174 (registration is shown apart, because messages tell it apart), 194 (release).

>>> state = ""
>>> for kind in ("submitted", "accepted", "provisional_assessment", "cleared", "final_assessment"):
...     state = after(state, kind)
>>> state, after("accepted", "rejected"), after("invalidated", "cleared"), after("", "query")
('cleared', 'accepted', 'invalidated', 'query')
"""

from __future__ import annotations

UNKNOWN = ""
"""Nothing is known yet."""

REJECTED = "rejected"
FINAL = frozenset({"invalidated", "expired"})

_NEW = frozenset({UNKNOWN, REJECTED})
_BEFORE = frozenset({UNKNOWN, "submitted", "received", "registered"})
_WORK = frozenset({"accepted", "query", "under_control", "insufficient_funds", "assessed"})
_OPEN = _BEFORE | _WORK | {REJECTED}
_ANY = _OPEN | {"released", "cleared", "exited"}

TRANSITIONS: dict[str, tuple[frozenset[str], str]] = {
    "submitted": (_NEW, "submitted"),
    "received": (frozenset({UNKNOWN, "submitted"}), "received"),
    "registered": (_BEFORE, "registered"),
    "accepted": (_OPEN - {"assessed"}, "accepted"),
    "query": (_OPEN, "query"),
    "under_control": (_OPEN, "under_control"),
    "insufficient_funds": (_OPEN, "insufficient_funds"),
    "provisional_assessment": (_OPEN, "assessed"),
    "assessment": (_OPEN, "assessed"),
    "final_assessment": (_OPEN, "assessed"),
    "released": (_OPEN, "released"),
    "cleared": (_OPEN | {"released"}, "cleared"),
    "exit_result": (_ANY, "exited"),
    "rejected": (_BEFORE, REJECTED),
    "expired": (_ANY, "expired"),
    "invalidated": (_ANY, "invalidated"),
}
"""Kind of event -> the states it changes, and to what. Every other kind, and every other state, leaves the state as it is."""

IMPLIES_ACCEPTANCE = frozenset(
    {"accepted", "provisional_assessment", "assessment", "final_assessment", "released", "cleared", "exit_result", "amended"}
)
"""What customs only do to a declaration that they accepted."""

HARMLESS_AFTER_END = frozenset({"received", "other", "request_granted", "amended", "amendment_refused"})
"""Responses that may come behind the end: they answer requests, and say nothing of the declaration itself."""


def after(state: str, kind: str) -> str:
    """The state behind an event."""
    states, new = TRANSITIONS.get(kind, (frozenset(), ""))
    return new if state in states else state
