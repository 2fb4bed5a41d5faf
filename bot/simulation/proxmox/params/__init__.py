"""The parameters of the methods: their types, limits and texts."""
