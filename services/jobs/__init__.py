"""The jobs service: creates, shows, controls, watches, reads and maintains jobs. No page is fetched here."""
