"""Settings: the one YAML file, checked once, handed down as plain values."""
