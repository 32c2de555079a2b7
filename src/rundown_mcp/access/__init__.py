"""Who asks over HTTP, and what they may use."""
