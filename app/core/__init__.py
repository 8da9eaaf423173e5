"""What every room stands on: database, transaction, clock, errors. Imports nothing else of ours."""
