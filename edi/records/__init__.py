"""The records: the only place of Quayside with a database.

`store` keeps what arrived and what was found out about it, `queries` reads it back, `database` opens and migrates. Tables stand in `tables`
(files, messages, findings), `document_tables` (headers of documents) and `part_tables` (what is below them, declared from the
dataclasses). This module imports nothing, because SQLModel takes most of a second and `edi check` needs no database.
"""
