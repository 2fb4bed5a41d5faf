"""The methods of the simulated Web API."""
