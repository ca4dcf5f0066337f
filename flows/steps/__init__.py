"""What Earful does, as plain functions: `earful run` calls them, and so do the Prefect flows.

Each works off what there is to do and may be killed anywhere: the next call goes on where it stopped.
"""
