"""What operating systems do differently: one interface, one implementation for each. See `here`."""
