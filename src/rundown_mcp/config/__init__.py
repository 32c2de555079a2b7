"""The TOML file that `RUNDOWN_CONFIG` names."""
