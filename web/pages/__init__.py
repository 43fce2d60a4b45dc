"""What browsers ask for: one module per area; each handler reads, calls one case, shows or leads on."""
