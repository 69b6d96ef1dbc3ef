"""The jobs service: creates, shows, steers, watches, reads and tends jobs. It never fetches or converts."""
