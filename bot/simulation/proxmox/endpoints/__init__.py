"""The methods of the API, one module per part of the path tree."""
