"""The whole chain on this machine, for a person to watch: ``make demo``."""
