"""The migrations of the records, shipped inside the package so that an installed Quayside migrates its own database."""
