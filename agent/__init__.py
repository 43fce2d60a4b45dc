"""The agent: light, outbound only, the customer's door and witness on one host."""
