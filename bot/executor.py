"""From an approval to the truth: claim, tick, act, verify."""
