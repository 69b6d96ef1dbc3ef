"""What every gRPC process does alike: server, health, reflection, credentials, deadlines, errors, drain."""
