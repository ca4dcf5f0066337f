"""Files with texts that were captured elsewhere: JSONL or CSV, as they are or compressed with gzip.

options.py  what a target can ask for
lines.py    physical lines of a file, in constant memory
rows.py     lines to records, and where each one ends
read.py     a record to a mention
poll.py     pages and checkpoints
"""
