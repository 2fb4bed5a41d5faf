"""What the bot needs from the world, as Protocols."""
