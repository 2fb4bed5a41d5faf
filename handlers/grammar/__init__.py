"""Text to Intent: the command grammar, driven by the operations' declared fields. Pure."""

from handlers.grammar.command import parse

__all__ = ["parse"]
