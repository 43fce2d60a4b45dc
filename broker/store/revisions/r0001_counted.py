"""The first version that is counted: tables of before are completed to it (`upgrade.complete`)."""

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Nothing comes before it."""
