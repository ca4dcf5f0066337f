"""Values and words that every other package shares; imports no framework and nothing else of Earful."""
