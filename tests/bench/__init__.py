"""Measurements on real parts: ``make bench``. Figures are ratios against a peer or a limit run beside."""
