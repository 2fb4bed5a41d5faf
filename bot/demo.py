"""Play the story on the simulators."""
