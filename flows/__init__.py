"""Joins the middle packages: what Earful does, as plain functions (steps/) and as Prefect flows.

Verbs are file names. No file here may be called like a module that can be imported: Prefect loads a flow
file under its bare stem and would hide that module (see tests/architecture).
"""

from flows.plain_logs import keep_plain

keep_plain()
