"""How the adapter is trained; the entry is tools/train.py."""
