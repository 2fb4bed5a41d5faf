"""`python -m bot` equals `headroom`."""

from bot.cli import main

main()
