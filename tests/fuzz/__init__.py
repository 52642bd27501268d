"""Fuzzing: `python -m tests.fuzz --seconds 60 envelope` runs a target for as long as asked; a short run is part of the suite."""
