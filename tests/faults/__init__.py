"""Faults as tests: damage done to a real deployment while documents are processed, and what stands in the records afterwards.

`python -m tests.faults` prints the table of all faults; `python -m tests.faults.day` simulates a day of many partners.
"""
