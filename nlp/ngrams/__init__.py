"""Words and pieces of words beside the network: what a linear model adds to what the encoder says.

A wide linear part beside a deep one (Wide & Deep Learning, Cheng et al. 2016) knows single words that the
deep one smooths over.
"""
