"""What Vitrine claims about speed and quality, measured: ``python -m benchmarks [NAME ...]``."""
