"""What Headroom costs: `make bench` measures it and writes docs/benchmarks.md."""
