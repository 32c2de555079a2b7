"""Access tokens of an authorisation server: `serve` as an OAuth 2.1 resource server."""
