"""The home of time, waiting and randomness."""
