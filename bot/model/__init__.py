"""Values and rules that every other part shares; nothing here reads or writes anything."""
