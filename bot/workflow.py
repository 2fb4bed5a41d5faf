"""From an ask to a decision: take in, submit, approve, deny, offer, withdraw, cancel, expire."""
