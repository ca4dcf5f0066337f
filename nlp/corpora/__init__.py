"""Labelled data (a folder of NAME/SPLIT.jsonl[.gz]) as examples; nothing that is held back is trained on."""
