"""Rules of billing: pure, no database, no clock."""
