"""What `verbale` does from the command line, one file per command."""
