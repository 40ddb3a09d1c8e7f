"""What published clips sound like, beside what they look like."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("fingerprints", sa.Column("sound", sa.Text(), server_default="", nullable=False))
