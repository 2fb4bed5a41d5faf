"""One shared, dated picture of each cluster."""
