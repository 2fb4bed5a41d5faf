"""Text to Intent."""
