"""The simulators' own clock, waiting and randomness."""
