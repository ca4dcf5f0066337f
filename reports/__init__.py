"""Figures -> text for people: artifacts' content. Pure: no database, no Prefect, no clock."""
