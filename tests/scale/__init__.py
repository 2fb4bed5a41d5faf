"""How far one store and several processes go, measured: `python -m tests.scale`."""
