"""What the sources that read files share.

owned.py    options that say what may be done with the texts
naming.py   which files can be read, by their endings
lines.py    physical lines of a file, in constant memory
rows.py     lines to records, and where each one ends
record.py   a record to a mention, column by column
growing.py  a file page by page, from where it was left
"""
