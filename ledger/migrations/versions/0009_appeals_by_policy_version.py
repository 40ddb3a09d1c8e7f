"""One appeal for each rule and version of the policy: a newer one that refuses again may be objected to."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("review_appeals", sa.Column("policy_version", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE review_appeals SET policy_version = "
        "(SELECT verdicts.policy_version FROM verdicts WHERE verdicts.id = review_appeals.verdict)"
    )
    with op.batch_alter_table("review_appeals") as table:
        table.alter_column("policy_version", existing_type=sa.Integer(), nullable=False)
        table.drop_constraint("uq_review_appeals_brief_rule", type_="unique")
        table.create_unique_constraint(
            "uq_review_appeals_brief_rule_policy_version", ["brief", "rule", "policy_version"]
        )
