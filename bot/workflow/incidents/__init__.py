"""What the bot does about incidents."""
