"""Rules of the mailroom: pure, no database, no clock."""
