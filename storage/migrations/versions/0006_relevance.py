"""Whether a sighting is about the brand, and what people said about that."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STANDING = sa.text("replaced_at IS NULL")
IRRELEVANT = sa.text("NOT relevant")
UNREAD = sa.text("text <> '' AND wanted")


def upgrade() -> None:
    op.add_column("mentions", sa.Column("wanted", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.drop_index("ix_mentions_read_revision_id", "mentions")
    _partial("ix_mentions_read_revision_id", "mentions", ["read_revision", "id"], UNREAD)
    op.add_column("sightings", sa.Column("relevant", sa.Boolean(), nullable=True))
    for name in ("why", "detail", "relevance_key"):
        op.add_column("sightings", sa.Column(name, sa.Text(), nullable=True))
    # What was found so far was read and judged: it stays so until the brand's query says otherwise.
    op.execute(sa.table("sightings", sa.column("relevant", sa.Boolean())).update().values(relevant=True))
    _partial("ix_sightings_irrelevant", "sightings", ["brand", "id"], IRRELEVANT)
    op.create_index("ix_sightings_brand_relevance_key_id", "sightings", ["brand", "relevance_key", "id"])
    op.create_table(
        "rulings",
        _big("id"),
        _big("mention_id", nullable=True),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("relevant", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        _time("at"),
        sa.Column("why", sa.Text(), nullable=False),
        _time("replaced_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_rulings"),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mentions.id"], name="fk_rulings_mention_id_mentions", ondelete="SET NULL"
        ),
        sqlite_autoincrement=True,
    )
    _partial("uq_rulings_standing", "rulings", ["mention_id", "brand"], STANDING, unique=True)
    op.create_index("ix_rulings_mention_id", "rulings", ["mention_id"])


def _partial(
    name: str, table: str, columns: list[str], where: sa.TextClause, *, unique: bool = False
) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)


def _big(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
