"""Admission: what a node promises and uses, before and after a change."""
