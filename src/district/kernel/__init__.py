"""The kernel: what every system stands on. It knows no system."""
