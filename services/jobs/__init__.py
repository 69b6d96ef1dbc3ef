"""The jobs service: creates, shows, controls, watches and reads jobs, and maintains them. It never fetches."""
