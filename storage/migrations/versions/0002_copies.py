"""What is posted again and again: texts by signature, and which mention has which.

Mentions that are stored already belong to no group until a poll brings them again: their signatures are made
from the text by nlp/duplicates.py, which a migration must not depend on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BANDS = tuple(f"band_{n}" for n in range(1, 9))


def upgrade() -> None:
    op.create_table(
        "texts",
        _big("id"),
        *(_big(name) for name in ("digest", "group_id")),
        *(_big(name, nullable=True) for name in BANDS),
        sa.PrimaryKeyConstraint("id", name="pk_texts"),
        sa.UniqueConstraint("digest", name="uq_texts_digest"),
        sqlite_autoincrement=True,
    )
    for name in ("group_id", *BANDS):
        op.create_index(f"ix_texts_{name}", "texts", [name])
    op.create_table(
        "copies",
        _big("mention_id"),
        _big("text_id"),
        sa.PrimaryKeyConstraint("mention_id", name="pk_copies"),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mentions.id"], name="fk_copies_mention_id_mentions", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["text_id"], ["texts.id"], name="fk_copies_text_id_texts"),
    )
    op.create_index("ix_copies_text_id_mention_id", "copies", ["text_id", "mention_id"])


def downgrade() -> None:
    op.drop_table("copies")
    op.drop_table("texts")


def _big(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=nullable)
