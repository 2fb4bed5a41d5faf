"""Who may ask, and who must approve: two pure functions."""
