"""Makes the copies of the trade in which one thing is wrong: `python -m tests.make_trade` writes them to `samples/trade/`.

Each copy is what a clerk types wrong in one document and carries through it, so it agrees with itself and is accepted; only beside the two
other documents of the trade the mistake is seen: another value, weight, container, commodity code or number of packages. The copy named
`slips` is the exception: it contradicts itself in several places. Duties of a copy follow its value: percentages of it, cut to the penny.

>>> len(COPIES) == len({copy.name for copy in COPIES})
True
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

SAMPLES = Path(__file__).parent.parent / "samples"


class Copy(NamedTuple):
    """A copy: its name, the good sample it comes from, and what is written instead of what, wherever it stands there."""

    name: str
    original: str
    written: dict[str, str]


_UNDERVALUED = {  # saddles for 11,225.00 dollars, duties on 8,873.36 pounds
    **{"12225.00": "11225.00", "56985.00": "55985.00", "9663.86": "8873.36"},
    **{"386.55": "354.93", "10050.41": "9228.29", "2010.08": "1845.65"},
}
_LIGHTER = {"812.5": "712.5", "5012.5": "4912.5"}
_HEAVIER = {"812.5": "912.5", "5012.5": "5112.5", "1232.5": "1332.5"}
_CONTAINER = {"QKEU4712067": "QKEU4712093"}  # both check digits are right
_MOTORISED = {"8712003000": "8711609000"}

COPIES = [
    Copy("invoice~value.ubl.xml", "trade-invoice.ubl.xml", {"8.15<": "8.45<", "12225.00": "12675.00", "56985.00": "57435.00"}),
    Copy("invoice~container.ubl.xml", "trade-invoice.ubl.xml", _CONTAINER),
    Copy("invoice~commodity-code.ubl.xml", "trade-invoice.ubl.xml", _MOTORISED),
    Copy("bill~weight.iftmcs.edi", "trade-bill.iftmcs.edi", _HEAVIER),
    Copy("bill~weight.cuscar.edi", "trade-bill.cuscar.edi", _HEAVIER),
    Copy("bill~container.iftmcs.edi", "trade-bill.iftmcs.edi", _CONTAINER),
    Copy("bill~container.ubl.xml", "trade-bill.ubl.xml", _CONTAINER),
    Copy("bill~commodity-code.iftmcs.edi", "trade-bill.iftmcs.edi", {"871200": "871160"}),
    Copy("bill~commodity-code.ubl.xml", "trade-bill.ubl.xml", {"871200": "871160"}),
    Copy(
        "bill~package-count.iftmcs.edi",
        "trade-bill.iftmcs.edi",
        {"GID+1+240:": "GID+1+238:", "SGP+QKEU4712067+216": "SGP+QKEU4712067+214", "CNT+11:250": "CNT+11:248"},
    ),
    Copy("declaration~value.cusdec.edi", "trade-declaration.cusdec.edi", _UNDERVALUED),
    Copy("declaration~value.wco.xml", "trade-declaration.wco.xml", _UNDERVALUED),
    Copy("declaration~weight.cusdec.edi", "trade-declaration.cusdec.edi", _LIGHTER),
    Copy("declaration~weight.wco.xml", "trade-declaration.wco.xml", _LIGHTER),
    Copy("declaration~container.cusdec.edi", "trade-declaration.cusdec.edi", _CONTAINER),
    Copy("declaration~container.wco.xml", "trade-declaration.wco.xml", _CONTAINER),
    Copy("declaration~commodity-code.cusdec.edi", "trade-declaration.cusdec.edi", _MOTORISED),
    Copy("declaration~commodity-code.wco.xml", "trade-declaration.wco.xml", {"87120030": "87116090"}),
    Copy("declaration~package-count.cusdec.edi", "trade-declaration.cusdec.edi", {"PAC+240+": "PAC+239+", "CNT+11:250": "CNT+11:249"}),
    Copy(
        "declaration~package-count.wco.xml",
        "trade-declaration.wco.xml",
        {"<QuantityQuantity>240<": "<QuantityQuantity>239<", "<TotalPackageQuantity>250<": "<TotalPackageQuantity>249<"},
    ),
    Copy(
        "declaration~slips.cusdec.edi",
        "trade-declaration.cusdec.edi",
        {"KGM:3552": "KGM:5352", "CNT+11:250": "CNT+11:240", "26GB3E1N5D7S0L2KQ7": "26GB3E1N5D7S0L2KQ1", "8714950000": "8714950O00"}
        | {"MOA+9:2010.08": "MOA+9:2100.80", "MOA+161:2010.08": "MOA+161:2100.80"},
    ),
]


def written(copy: Copy) -> bytes:
    """The bytes of a copy; every text that is to be replaced stands in the original."""
    text = (SAMPLES / "good" / copy.original).read_bytes().decode()
    for old, new in copy.written.items():
        if old not in text:
            raise ValueError(f"{copy.original} holds no {old}, so {copy.name} cannot be made of it.")
        text = text.replace(old, new)
    return text.encode()


def main() -> None:
    (SAMPLES / "trade").mkdir(exist_ok=True)
    for copy in COPIES:
        (SAMPLES / "trade" / copy.name).write_bytes(written(copy))


if __name__ == "__main__":
    main()
