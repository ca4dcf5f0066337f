"""What Earful remembers: tables and one module per aggregate; the only package that imports SQLAlchemy.

Every function takes an open transaction (storage/database.py); the caller decides what belongs together.
"""
