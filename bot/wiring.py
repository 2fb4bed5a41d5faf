"""The only module that builds the drivers."""
