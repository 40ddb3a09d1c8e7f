"""What a brief asks to be filmed beside the picture."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("briefs", sa.Column("passes", sa.Text(), server_default="[]", nullable=False))
