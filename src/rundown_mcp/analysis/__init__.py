"""What the steps of a run mean, in plain Python over neutral runs."""
