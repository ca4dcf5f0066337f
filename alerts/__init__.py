"""Readings -> alerts -> notifications: rules, grouping, life cycle, messages, channels.

Importing this package imports no channel library; alerts/apprise_channel.py does, when one is built.
"""
