"""What is asked again and again, and what was answered. Every sighting is still to be looked at."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

UNASKED = sa.text("asked_at IS NULL AND relevant")
STANDING = sa.text("withdrawn_at IS NULL")


def upgrade() -> None:
    op.add_column("sightings", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    _partial("ix_sightings_unasked", "sightings", ["brand", "id"], UNASKED)
    op.create_table(
        "faq_questions",
        _big("id"),
        _text("brand"),
        _time("first_seen_at"),
        _time("last_seen_at"),
        sa.Column("centroid", sa.LargeBinary(), nullable=False),
        _text("space"),
        _big("label_id", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_faq_questions"),
        sa.ForeignKeyConstraint(
            ["label_id"], ["mentions.id"], name="fk_faq_questions_label_id_mentions", ondelete="SET NULL"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_faq_questions_brand_last_seen_at", "faq_questions", ["brand", "last_seen_at"])
    op.create_index("ix_faq_questions_label_id", "faq_questions", ["label_id"])
    op.create_table(
        "faq_answers",
        _big("id"),
        _big("question_id"),
        _text("url"),
        _time("published_at"),
        _text("by"),
        _text("note"),
        _time("recorded_at"),
        _time("withdrawn_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_faq_answers"),
        sa.ForeignKeyConstraint(
            ["question_id"], ["faq_questions.id"], name="fk_faq_answers_question_id_faq_questions"
        ),
        sqlite_autoincrement=True,
    )
    _partial("uq_faq_answers_standing", "faq_answers", ["question_id"], STANDING, unique=True)
    op.create_index("ix_faq_answers_question_id", "faq_answers", ["question_id"])
    op.create_table(
        "faq_mentions",
        _big("mention_id"),
        _text("brand"),
        _big("question_id", nullable=True),
        _time("posted_at"),
        sa.Column("asks", sa.Boolean(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=True),
        _text("embedder"),
        sa.Column("tried", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("mention_id", "brand", name="pk_faq_mentions"),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mentions.id"], name="fk_faq_mentions_mention_id_mentions", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["faq_questions.id"], name="fk_faq_mentions_question_id_faq_questions"
        ),
    )
    op.create_index("ix_faq_mentions_question_id_posted_at", "faq_mentions", ["question_id", "posted_at"])
    op.create_index("ix_faq_mentions_brand_posted_at", "faq_mentions", ["brand", "posted_at"])
    op.create_table(
        "faq_centres",
        _text("brand"),
        _text("space"),
        _text("embedder"),
        sa.Column("centre", sa.LargeBinary(), nullable=False),
        _big("texts"),
        sa.PrimaryKeyConstraint("brand", name="pk_faq_centres"),
    )


def _partial(
    name: str, table: str, columns: list[str], where: sa.TextClause, *, unique: bool = False
) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _big(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
