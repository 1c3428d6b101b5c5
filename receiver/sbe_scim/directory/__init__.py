"""Where accounts live: the port, and its implementations."""
