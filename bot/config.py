"""File and environment to frozen Settings; every mistake reported at once."""
