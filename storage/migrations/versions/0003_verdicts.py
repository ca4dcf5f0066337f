"""What people said about readings."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STANDING = sa.text("replaced_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "verdicts",
        _big("id"),
        _big("mention_id", nullable=True),
        _text("brand"),
        _big("alert_id", nullable=True),
        *(_text(name) for name in ("said", "by")),
        _time("at"),
        *(_text(name) for name in ("why", "revision")),
        *(sa.Column(name, sa.Float(53), nullable=False) for name in ("negative", "complaint")),
        sa.Column("rules", sa.JSON(), nullable=False),
        *(_time(name, nullable=True) for name in ("edited_at", "replaced_at")),
        sa.PrimaryKeyConstraint("id", name="pk_verdicts"),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mentions.id"], name="fk_verdicts_mention_id_mentions", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_verdicts_alert_id_alerts"),
        sqlite_autoincrement=True,
    )
    _standing("uq_verdicts_standing", ["mention_id", "brand"], unique=True)
    _standing("ix_verdicts_brand_id_standing", ["brand", "id"])
    op.create_index("ix_verdicts_mention_id", "verdicts", ["mention_id"])
    op.create_index("ix_verdicts_alert_id", "verdicts", ["alert_id"])


def downgrade() -> None:
    op.drop_table("verdicts")


def _standing(name: str, columns: list[str], *, unique: bool = False) -> None:
    op.create_index(
        name, "verdicts", columns, unique=unique, sqlite_where=STANDING, postgresql_where=STANDING
    )


def _big(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=nullable)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
