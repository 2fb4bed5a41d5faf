"""What headroom check looks at."""
