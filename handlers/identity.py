"""Payload to Actor."""
