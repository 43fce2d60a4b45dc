"""The wire protocol of PROTOCOL.md, used by both ends; standard library only."""
