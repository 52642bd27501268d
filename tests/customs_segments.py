"""Which segments of CUSDEC, CUSRES and CUSREP are read, and what of them: the list that tests/test_customs_read.py holds the code to.

A line is the way to a segment (the triggers of its groups, starred, and its tag) and what of it stands in fields of the record. `-` is
kept as written under `source.written` only; `=` in the original only, which holds for all below DMS*/LIN* too (`ORIGINAL`): the lines of
commercial documents, which are invoices told again; their number is in the record. Elements of a segment that are not named here decide
what the named ones mean (`DECIDING`), stand under `source.written`, or are in the original only. All releases that have a table are in it.
"""

from __future__ import annotations

ORIGINAL = "DMS*/LIN*/"

DECIDING = {
    "BGM": "1001 1225", "CST": "1131 3055", "LOC": "3227 1131 3055", "DTM": "2005 2379", "GIS": "1131 3055", "GEI": "1131 3055",
    "MEA": "6311 6313 6411", "RFF": "1153", "TDT": "8051 1131 3055", "DOC": "1001", "NAD": "3035 1131 3055", "COM": "3155",
    "MOA": "5025 6345", "CUX": "6345", "ALC": "5463", "TAX": "5283 5273", "CNT": "6069 6411", "FTX": "4451", "QTY": "6063 6411",
    "ERP": "1049 1052 1054 9166 1050", "PAC": "7075", "SEL": "9303",
}  # fmt: skip
"""Tag -> elements whose code decides which field others fill, or is one: currencies, roles, kinds, units."""

CUSDEC = """
UNH                      =
BGM                      1001 1004 1056
CST                      7361
LOC                      3222 3224 3225
DTM                      2380
GIS                      7365
FII                      -
MEA                      6314
EQD                      8053 8077 8155 8169 8260
SEL                      4517 7402 9303 9308
RFF*/RFF                 1154 1156
RFF*/DTM                 2380
RFF*/PAC*/PAC            7065 7224
RFF*/PAC*/PCI*/PCI       7102
RFF*/PAC*/PCI*/FTX       4440 4441
TDT*/TDT                 3127 3128 8028 8067 8179 8212 8213 8453
TDT*/TPL                 8212 8213 8453
DOC*/DOC                 1000 1001 1004 1373
DOC*/DTM                 2380
DOC*/LOC                 -
NAD*/NAD                 3036 3039 3042 3124 3164 3207 3228 3229 3251
NAD*/RFF                 1154
NAD*/CTA                 3412
NAD*/COM                 3148
TOD*/TOD                 4052 4053
TOD*/LOC                 3225
TOD*/FTX                 4440
MOA*/MOA                 5004
MOA*/CUX*/CUX            5402
MOA*/CUX*/DTM            2380
UNS                      =
DMS*/DMS                 1001 1004
DMS*/DTM                 2380
DMS*/MEA                 6314
DMS*/MOA*/MOA            5004
DMS*/MOA*/CUX*/CUX       5402
DMS*/MOA*/CUX*/DTM       2380
DMS*/TOD*/TOD            4052 4053
DMS*/TOD*/LOC            3225
DMS*/TOD*/FTX            4440 4441
DMS*/NAD*/NAD            3036 3039 3042 3124 3164 3207 3228 3229 3251
DMS*/NAD*/DOC*/DOC       1000 1001 1004 1373
DMS*/NAD*/DOC*/DTM       2380
DMS*/NAD*/DOC*/LOC       -
DMS*/PAC*/PAC            7065 7075 7224
DMS*/PAC*/PCI*/PCI       7102
DMS*/PAC*/PCI*/FTX       4440 4441
DMS*/PAC*/PCI*/RFF       1154 1156
DMS*/PAT*/PAT            -
DMS*/PAT*/MOA            5004
DMS*/PAT*/PCD            -
DMS*/PAT*/FTX            4440 4441
DMS*/ALC*/ALC            5189 7161
DMS*/ALC*/RTE            -
DMS*/ALC*/MOA            5004
DMS*/ALC*/PCD            5482
DMS*/ALC*/QTY            -
DMS*/ALC*/CUX*/CUX       5402
DMS*/ALC*/CUX*/DTM       2380
CST*/CST                 1496 7361
CST*/FTX                 4440 4441
CST*/LOC                 3223 3225
CST*/DTM                 -
CST*/MEA                 6314
CST*/NAD                 3036 3039 3042 3124 3164 3207 3228 3229 3251
CST*/TDT                 -
CST*/PAC*/PAC            7064 7065 7075 7224
CST*/PAC*/PCI*/PCI       7102
CST*/PAC*/PCI*/FTX       4440
CST*/MOA*/MOA            5004
CST*/MOA*/CUX*/CUX       5402
CST*/MOA*/CUX*/DTM       2380
CST*/RFF*/RFF            1154 1156
CST*/RFF*/DTM            2380
CST*/RFF*/GIN            -
CST*/RFF*/MOA            5004
CST*/RFF*/IMD*/IMD       7008
CST*/RFF*/IMD*/FTX       4440 4441
CST*/DOC*/DOC            1000 1001 1004 1373
CST*/DOC*/DTM            2380
CST*/DOC*/LOC            -
CST*/DOC*/NAD            3036 3124
CST*/TOD*/TOD            -
CST*/TOD*/LOC            -
CST*/TOD*/FTX            4440 4441
CST*/GDS*/GDS            -
CST*/GDS*/FTX            4440 4441
CST*/GIS*/GIS            7365
CST*/GIS*/PCD            -
CST*/GIS*/DTM            -
CST*/GIS*/RFF            1154 1156
CST*/TAX*/TAX            5153 5278 5286
CST*/TAX*/MOA            5004
CST*/TAX*/GIS            7365
CST*/QVR*/QVR            6064
CST*/QVR*/QTY            6060
CST*/QVR*/RFF*/RFF       1154 1156
CST*/QVR*/RFF*/DTM       2380
CST*/GIR*/GIR            7402
CST*/GIR*/GIS            7365
CST*/GIR*/NAD            3036 3039 3042 3124 3164 3207 3228 3229 3251
CST*/GIR*/MEA            6314
CST*/GIR*/MOA*/MOA       5004
CST*/GIR*/MOA*/CUX*/CUX  5402
CST*/GIR*/MOA*/CUX*/DTM  2380
CST*/GIR*/TAX*/TAX       5153 5278 5286
CST*/GIR*/TAX*/MOA       5004
CST*/GIR*/TAX*/GIS       7365
CST*/GIR*/DOC*/DOC       1000 1001 1004 1373
CST*/GIR*/DOC*/DTM       2380
CST*/GIR*/DOC*/LOC       -
CNT                      6066
TAX*/TAX                 5153 5278 5286
TAX*/MOA                 5004
TAX*/GIS                 7365
AUT*/AUT                 -
AUT*/DTM                 -
UNT                      =
FTX                      4440 4441
GEI                      7365
EFI*/EFI                 -
EFI*/CED                 -
EFI*/COM                 -
EFI*/RFF                 1154 1156
EFI*/DTM                 -
EFI*/QTY                 6060
DMS*/PYT*/PYT            -
DMS*/PYT*/MOA            5004
DMS*/PYT*/PCD            -
DMS*/PYT*/FTX            4440 4441
DMS*/EFI*/EFI            -
DMS*/EFI*/CED            -
DMS*/EFI*/COM            -
DMS*/EFI*/RFF            1154 1156
DMS*/EFI*/DTM            -
DMS*/EFI*/QTY            6060
CST*/GEI*/GEI            7365
CST*/GEI*/PCD            -
CST*/GEI*/DTM            -
CST*/GEI*/RFF            1154 1156
CST*/TAX*/GEI            7365
CST*/GIR*/GEI            7365
CST*/GIR*/TAX*/GEI       7365
TAX*/GEI                 7365
DMS*/LIN*                =
"""

CUSRES = """
UNH                      =
BGM                      1001 1004
NAD                      3036 3039 3042 3124 3164 3207 3229 3251
LOC                      3224 3225
DTM                      2380
GIS                      7365
FTX                      4440 4441
EQD                      8260
ERP*/ERP                 1052
ERP*/ERC                 9321
PAC*/PAC                 7065 7224
PAC*/PCI*/PCI            7102
PAC*/PCI*/FTX            4440 4441
TAX*/TAX                 5153 5278 5286
TAX*/MOA                 5004
TAX*/GIS                 7365
RFF*/RFF                 1154 1156 4000
RFF*/DTM                 2380
RFF*/MEA                 6314
RFF*/EQD                 8260
RFF*/MOA*/MOA            5004
RFF*/MOA*/CUX            -
RFF*/TAX*/TAX            5153 5278 5286
RFF*/TAX*/MOA            5004
RFF*/TAX*/GIS            7365
DOC*/DOC                 1001 1004
DOC*/DTM                 -
DOC*/LOC                 3224 3225
AUT*/AUT                 -
AUT*/DTM                 -
UNT                      =
TDT                      -
NAD*/NAD                 3036 3039 3042 3124 3164 3207 3228 3229 3251
NAD*/CTA*/CTA            3412
NAD*/CTA*/COM            3148
RFF*/LOC                 -
ERP*/RFF                 1154 1156
ERP*/FTX                 4440 4441
DOC*/PAC                 7065 7224
DOC*/RFF                 1154 1156
DOC*/PCI                 7102
DOC*/FTX                 4440 4441
DOC*/TDT                 -
DOC*/GIS                 7365
DOC*/MEA                 6314
DOC*/EQD                 8260
DOC*/NAD*/NAD            3036 3039 3042 3124 3164 3207 3228 3229 3251
DOC*/NAD*/CTA*/CTA       3412
DOC*/NAD*/CTA*/COM       3148
DOC*/MOA*/MOA            5004
DOC*/MOA*/CUX            -
DOC*/CST*/CST            1496
DOC*/CST*/FTX            4440 4441
DOC*/CST*/TAX*/TAX       5153 5278 5286
DOC*/CST*/TAX*/MOA       5004
DOC*/CST*/TAX*/GIS       7365
DOC*/CST*/TAX*/MEA       6314
DOC*/CST*/TAX*/RFF       1154 1156
DOC*/ERP*/ERP            1052
DOC*/ERP*/RFF            1154 1156
DOC*/ERP*/ERC            9321
DOC*/ERP*/FTX            4440 4441
CNT                      6066
DOC*/TAX*/TAX            5153 5278 5286
DOC*/TAX*/MOA            5004
DOC*/TAX*/GIS            7365
GEI                      7365
TAX*/GEI                 7365
DOC*/GEI                 7365
DOC*/MOA*/CUX*/CUX       -
DOC*/MOA*/CUX*/DTM       -
DOC*/TAX*/GEI            7365
DOC*/CST*/TAX*/GEI       7365
"""

CUSREP = """
UNH                      =
BGM                      1001 1004 1056
DTM                      2380
QTY                      6060
FTX                      4440 4441
MEA                      6314
GIS                      7365
RFF*/RFF                 1154 1156
RFF*/DTM                 2380
LOC*/LOC                 3222 3224 3225
LOC*/DTM                 2380
DOC*/DOC                 1000 1001 1004 1373
DOC*/RFF                 1154
DOC*/DTM                 2380
DOC*/LOC                 -
TAX*/TAX                 5153 5278 5286
TAX*/MOA                 5004
TAX*/GIS                 7365
NAD*/NAD                 3036 3039 3042 3124 3164 3207 3228 3229 3251
NAD*/CTA*/CTA            3412
NAD*/CTA*/COM            3148
NAD*/RFF*/RFF            1154
NAD*/RFF*/DTM            -
TDT*/TDT                 3127 3128 8028 8067 8179 8212 8213 8453
TDT*/TPL                 8212 8213 8453
TDT*/DTM                 -
TDT*/LOC*/LOC            3222 3224 3225
TDT*/LOC*/DTM            2380
TDT*/LOC*/QTY            6060
EQD*/EQD                 8053 8077 8155 8169 8260
EQD*/EQN                 6350
AUT*/AUT                 -
AUT*/DTM                 -
UNT                      =
POC                      -
TAX*/FII                 -
TAX*/LOC                 -
TAX*/RFF                 1154 1156
TAX*/DTM                 -
TDT*/LOC*/NAD            3036 3039 3042 3124 3164 3207 3228 3251
TDT*/LOC*/MEA            6314
TDT*/LOC*/POC            -
TDT*/LOC*/STS            -
TDT*/LOC*/FTX            4440 4441
GEI                      7365
GPO                      -
STS                      -
GDS*/GDS                 -
GDS*/FTX                 4440 4441
TAX*/GEI                 -
TDT*/LOC*/GPO            -
"""

SEGMENTS = {"CUSDEC": CUSDEC, "CUSRES": CUSRES, "CUSREP": CUSREP}
