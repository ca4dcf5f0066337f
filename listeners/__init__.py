"""One file a source: platform to Page. The only code that imports tweepy and praw."""
