"""X (formerly Twitter) through tweepy: own mentions and recent search, paid per post.

options.py  what a target can ask for, prices and limits with the addresses of the rules
client.py   tweepy, and what its trouble means
read.py     JSON to mentions
poll.py     the walk: checkpoints, budget, holes
"""
