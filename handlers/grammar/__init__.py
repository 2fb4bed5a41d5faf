"""Text to Intent: the command grammar, driven by the operations' declared fields. Pure."""

from handlers.grammar.command import parse
from handlers.grammar.form import ask_from_form
from handlers.grammar.page import commands_page, usage

__all__ = ["ask_from_form", "commands_page", "parse", "usage"]
