"""Reddit through praw: new posts, comments and search of a community.

options.py  what a target can ask for, limits and terms with the addresses of the rules
client.py   praw, and what its trouble means
read.py     JSON to mentions
poll.py     the walk from the newest to what is known
"""
